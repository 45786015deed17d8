import { describe, expect, test } from "vitest";

import { bandwidth, clock, dayAndTime, percent, size } from "./format";

describe("a clock", () => {
  test("has no hours below one", () => expect(clock(245)).toBe("4:05"));
  test("pads minutes after hours", () => expect(clock(3723.9)).toBe("1:02:03"));
  test("never runs below zero", () => expect(clock(-5)).toBe("0:00"));
});

test("a bandwidth is in megabits from a thousand kilobits on", () => {
  expect(bandwidth(999, "en")).toBe("999 kb/s");
  expect(bandwidth(18_250, "en")).toBe("18.3 Mb/s");
  expect(bandwidth(18_250, "de")).toContain("18,3");
});

test("a share is a percentage of its language", () => {
  expect(percent(0.5, "en")).toBe("50%");
  expect(percent(0.5, "de")).toBe("50\u00a0%");
});

test("a size is in the largest unit that it fills", () => {
  expect(size(0, "en")).toBe("0 bytes");
  expect(size(999_000, "en")).toBe("999 kB");
  expect(size(34e9, "en")).toBe("34 GB");
  expect(size(2.24e12, "de")).toBe("2,2 TB");
  expect(size(1e21, "en")).toBe("1,000,000 PB");
});

test("day and time are broken between the two alone", () => {
  const broken = (locale: string): string[] =>
    dayAndTime("2026-11-20T17:32:00", locale)
      .split(" ")
      .map((part) => part.replace(/\s/g, "_"));
  expect(broken("en")).toEqual(["Nov_20,_2026,", "5:32_PM"]);
  expect(broken("de")).toEqual(["20.11.2026,", "17:32"]);
});
