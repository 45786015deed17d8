import { expect, test } from "vitest";

import { othersAsOne, seriesOf, weekdays } from "./figures";

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

test("what is not among the first is told as one", () => {
  const points = [point(1, "a", 1), point(1, "b", 2), point(1, "c", 3)];
  const [first, others] = seriesOf(othersAsOne(points, ["a"], "others"), (key) => key);
  expect(first?.data[0]?.[1]).toBe(1);
  expect(others).toEqual({ name: "others", data: [[Date.UTC(2026, 10, 1), 5]] });
});
