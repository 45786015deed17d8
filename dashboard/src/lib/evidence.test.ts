import { expect, test } from "vitest";

import { findingsOf, whereOf, type Side } from "./evidence";

const side = (network: Side["network"]): Side => ({
  session_id: "s",
  device_name: null,
  device_id: null,
  title: null,
  started_at: "2026-11-20T20:00:00.000Z",
  ended_at: null,
  network,
});

test("the latest finding comes first", () => {
  const finding = (identity: string) => ({ identity, at: "", sentence: "s", segments: [] });
  const found = findingsOf({ findings: [finding("a"), finding("b")] });
  expect(found.map((each) => each.identity)).toEqual(["b", "a"]);
});

test.each([{}, { findings: null }, { findings: [{ sentence: 1 }] }])(
  "what is no evidence gives none: %j",
  (details) => expect(findingsOf(details)).toEqual([]),
);

test("a side without a city is told by its address", () => {
  expect(whereOf(side({ place: { city: "Boxford", country: "GB" } }), "?")).toBe("Boxford, GB");
  expect(whereOf(side({ address: "192.168.1.2", place: null }), "?")).toBe("192.168.1.2");
  expect(whereOf(side({}), "?")).toBe("?");
});
