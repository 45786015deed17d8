import { expect, test } from "vitest";

import words from "../locales/en";
import type { Schemas } from "./api";
import { bodyOf, nameOf, NOTHING } from "./trusted";

test("of a form only what its kind has is sent", () => {
  const wanted = { ...NOTHING, kind: "device", device_id: " tv ", network: "10.0.0.0/8" } as const;
  expect(bodyOf(wanted)).toEqual({ what: { kind: "device", device_id: "tv" } });
  expect(bodyOf({ ...NOTHING, kind: "user", user_id: "u", note: "Mine." })).toEqual({
    what: { kind: "user" },
    user_id: "u",
    note: "Mine.",
  });
});

test("what is valid until a day is so until that day ends", () => {
  const { expires_at } = bodyOf({ ...NOTHING, network: "10.0.0.0/8", until: "2026-11-20" });
  expect(new Date(expires_at ?? "").getTime()).toBe(new Date(2026, 10, 21).getTime());
});

test("two people are told by their names", () => {
  const entry = {
    what: { kind: "pair" },
    user_name: "Ada",
    other_user_name: null,
  } as Schemas["TrustedEntryView"];
  expect(nameOf(entry, words)).toBe(`Ada · ${words.unnamed}`);
});
