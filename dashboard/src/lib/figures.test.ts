import { expect, test } from "vitest";

import { seriesOf, weekdays } from "./figures";

type Point = Parameters<typeof seriesOf>[0][number];

const point = (day: number, key: string | null, plays: number): Point =>
  ({ start: `2026-11-0${day}T00:00:00Z`, key, plays }) as Point;

test("what was not played on a day is nothing there, and not a gap", () => {
  const series = seriesOf([point(1, "movie", 2), point(2, null, 3)], (key) => key);
  const [first, second] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 2)];
  expect(series).toEqual([
    {
      name: "movie",
      data: [
        [first, 2],
        [second, 0],
      ],
    },
    {
      name: "unknown",
      data: [
        [first, 0],
        [second, 3],
      ],
    },
  ]);
});

test("a week begins on Monday", () => {
  expect(weekdays("en")).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
  expect(weekdays("de")[0]).toBe("Mo");
});
