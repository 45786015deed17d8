import { describe, expect, it } from "vitest";

import { type Historical, sliceName, slicesOf, wholeOf } from "./slices";

const NOW = new Date(2026, 10, 20, 13, 30).getTime();

describe("the parts of a period", () => {
  it.each<[Historical, number]>([
    ["day", 25],
    ["week", 8],
    ["month", 31],
    ["year", 13],
  ])("of a %s follow each other without a gap, and are all of it", (period, count) => {
    const slices = slicesOf(period, NOW);
    const whole = wholeOf(period, NOW);
    expect(slices).toHaveLength(count);
    expect([slices[0]?.start, slices.at(-1)?.end]).toEqual([whole.start, whole.end]);
    slices.slice(1).forEach(({ start }, at) => expect(start).toBe(slices[at]?.end));
  });

  it("begin where hours, days and months do", () => {
    expect(slicesOf("week", NOW)[1]?.start).toBe(new Date(2026, 10, 14).getTime());
    expect(slicesOf("year", NOW)[1]?.start).toBe(new Date(2025, 11, 1).getTime());
  });

  it("are called by what they are", () => {
    expect(sliceName({ start: NOW, end: NOW }, "year", "en")).toBe("November 2026");
    expect(sliceName({ start: NOW, end: NOW }, "week", "en")).toBe("Fri, Nov 20");
  });
});
