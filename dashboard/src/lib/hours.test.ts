import { describe, expect, it } from "vitest";

import type { Schemas } from "./api";
import { hoursBetween, rowsOf } from "./hours";

const HOUR = 3_600_000;
const to = Date.parse("2026-11-20T12:00:00Z");
const from = to - 4 * HOUR;

const session = (
  id: string,
  user_id: string,
  began: number,
  ended: number | null,
): Schemas["SessionView"] =>
  ({
    id,
    user_id,
    user_name: user_id,
    started_at: new Date(from + began * HOUR).toISOString(),
    last_seen_at: new Date(from + (ended ?? began + 1) * HOUR).toISOString(),
    stopped_at: ended === null ? null : new Date(from + ended * HOUR).toISOString(),
  }) as Schemas["SessionView"];

describe("the last hours", () => {
  it("have a row for each person, the latest first, and what was before is cut off", () => {
    const known = [
      session("a", "ada", -1, 1),
      session("b", "bob", 1, 3),
      session("c", "ada", 2, 2.5),
    ];
    const rows = rowsOf(known, new Map(), from, to);
    expect(rows.map((row) => row.name)).toEqual(["bob", "ada"]);
    expect(rows[1]?.bars.map(({ left, width }) => [left, width])).toEqual([
      [0, 25],
      [50, 12.5],
    ]);
  });

  it("go on to now for what is live, and no further than was heard for what is live no more", () => {
    const known = [session("a", "ada", 1, null), session("b", "bob", 1, null)];
    const live = new Map([["a", session("a", "ada", 1, null)]]);
    const [ada, bob] = rowsOf(known, live, from, to);
    expect(ada?.bars[0]?.width).toBe(75);
    expect(bob?.bars[0]?.width).toBe(25);
  });

  it("have a lane for each of what one person streams at once, up to four", () => {
    const known = [0, 1, 2, 3, 4].map((n) => session(`s${n}`, "ada", n / 10, 2));
    const [ada] = rowsOf([...known, session("later", "ada", 3, 4)], new Map(), from, to);
    expect(ada?.bars.map(({ lane }) => lane)).toEqual([0, 1, 2, 3, 3, 0]);
    expect(ada?.lanes).toBe(4);
  });

  it("leave out what was over before, and show the shortest so that it is seen", () => {
    const known = [session("a", "ada", -2, -1), session("b", "bob", 3.9999, 4)];
    const rows = rowsOf(known, new Map(), from, to);
    expect(rows.map((row) => row.name)).toEqual(["bob"]);
    expect(rows[0]?.bars[0]).toMatchObject({ left: 99.5, width: 0.5 });
  });

  it("are marked at full hours within them", () => {
    expect(hoursBetween(from + 1, to, 1).map(({ at }) => (to - at) / HOUR)).toEqual([3, 2, 1]);
  });
});
