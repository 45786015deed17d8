import { expect, test } from "vitest";

import { type Installed, stepsOf } from "./guide";

const NOTHING: Installed = { servers: [], sources: [], databases: [], channels: [] };

const having = (part: Partial<Record<keyof Installed, object[]>>): Installed =>
  ({ ...NOTHING, ...part }) as Installed;

test("with nothing installed no step is done", () => {
  expect(stepsOf(NOTHING)).toEqual({ server: false, places: false, alert: false });
});

test("a server counts once it works, a webhook once it told of something", () => {
  const silent = { revoked_at: null, last_event_at: null };
  expect(stepsOf(having({ servers: [{ enabled: true, works: null }] })).server).toBe(false);
  expect(stepsOf(having({ servers: [{ enabled: false, works: true }] })).server).toBe(false);
  expect(stepsOf(having({ servers: [{ enabled: true, works: true }] })).server).toBe(true);
  expect(stepsOf(having({ sources: [silent] })).server).toBe(false);
  expect(stepsOf(having({ sources: [{ ...silent, last_event_at: "2026" }] })).server).toBe(true);
});

test("places are known by a city database alone, be it one of several", () => {
  const ready = (name: string) => having({ databases: [{ name, status: "ready" }] });
  expect(stepsOf(ready("asn")).places).toBe(false);
  expect(stepsOf(ready("city-2")).places).toBe(true);
  expect(stepsOf(having({ databases: [{ name: "city", status: "missing" }] })).places).toBe(false);
});

test("an alert counts once it was delivered", () => {
  const made = { enabled: true, last_delivered_at: null };
  expect(stepsOf(having({ channels: [made] })).alert).toBe(false);
  expect(stepsOf(having({ channels: [{ ...made, last_delivered_at: "2026" }] })).alert).toBe(true);
});
