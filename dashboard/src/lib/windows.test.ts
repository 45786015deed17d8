import { expect, test } from "vitest";

import { intervalOf, windowOf } from "./windows";

test("a period is the usual one where the address names none that there is", () => {
  expect(windowOf("week", "year")).toBe("week");
  expect(windowOf("century", "year")).toBe("year");
  expect(windowOf(null, "month")).toBe("month");
});

test("the longer a period, the longer its parts", () => {
  expect((["week", "month", "year", "all"] as const).map(intervalOf)).toEqual([
    "day",
    "day",
    "week",
    "month",
  ]);
});
