import { expect, test } from "vitest";

import { Live } from "./live.svelte";

const tell = (live: Live, event: string, data: unknown): void =>
  live.take(event, JSON.stringify(data));

test("a snapshot replaces what was there, and events change it", () => {
  const live = new Live();
  tell(live, "started", { id: "before" });
  tell(live, "snapshot", { sessions: [{ id: "a" }], violations: [{ id: "v" }], statistics: null });
  tell(live, "started", { id: "b" });
  tell(live, "updated", { id: "a", state: "paused" });
  expect([...live.sessions.values()]).toEqual([{ id: "a", state: "paused" }, { id: "b" }]);
  tell(live, "stopped", { id: "a" });
  tell(live, "statistics", { streams: 1 });
  expect([...live.sessions.keys()]).toEqual(["b"]);
  expect(live.statistics).toEqual({ streams: 1 });
  expect([...live.violations.keys()]).toEqual(["v"]);
});

test("a case that is told of while one looks on is new, one that changes is not", () => {
  const live = new Live();
  tell(live, "snapshot", { sessions: [], violations: [{ id: "old" }], statistics: null });
  tell(live, "violation", { id: "old", occurrences: 2 });
  tell(live, "violation", { id: "new" });
  expect([...live.found]).toEqual(["new"]);
});
