import { expect, test } from "vitest";

import type { Schemas } from "./api";
import { positionOf } from "./session";

const HEARD = "2026-11-20T12:00:00Z";

const at = (state: string, seconds: number, duration: number | null = 100): number =>
  positionOf(
    {
      state,
      progress_seconds: 40,
      duration_seconds: duration,
      last_seen_at: HEARD,
    } as Schemas["SessionView"],
    Date.parse(HEARD) + 1000 * seconds,
  );

test("a stream goes on between two reports while it plays, for a minute and to its end", () => {
  expect(at("playing", 5)).toBe(45);
  expect(at("playing", 3600, null)).toBe(100);
  expect(at("playing", 59, 90)).toBe(90);
  expect(at("paused", 5)).toBe(40);
});

test("a clock that is behind takes nothing back", () => {
  expect(at("playing", -30)).toBe(40);
});
