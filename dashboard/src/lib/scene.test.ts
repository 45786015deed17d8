import { expect, test } from "vitest";

import { after, NOTHING, type Told } from "./scene";

const told = (event: string, data: unknown): Told => [event, JSON.stringify(data)];

test("a snapshot replaces what was there, and events change it", () => {
  const scene = after(NOTHING, [
    told("started", { id: "before" }),
    told("snapshot", { sessions: [{ id: "a" }], violations: [{ id: "v" }], statistics: null }),
    told("started", { id: "b" }),
    told("updated", { id: "a", state: "paused" }),
  ]);
  expect([...scene.sessions.values()]).toEqual([{ id: "a", state: "paused" }, { id: "b" }]);
  const later = after(scene, [told("stopped", { id: "a" }), told("statistics", { streams: 1 })]);
  expect([...later.sessions.keys()]).toEqual(["b"]);
  expect(later.statistics).toEqual({ streams: 1 });
  expect([...later.violations.keys()]).toEqual(["v"]);
  expect([...scene.sessions.keys()]).toEqual(["a", "b"]);
});

test("a case that is told of while one looks on is new, one that changes is not", () => {
  const snapshot = { sessions: [], violations: [{ id: "old" }], statistics: null };
  const { found } = after(NOTHING, [
    told("snapshot", snapshot),
    told("violation", { id: "old", occurrences: 2 }),
    told("violation", { id: "new" }),
  ]);
  expect([...found]).toEqual(["new"]);
});
