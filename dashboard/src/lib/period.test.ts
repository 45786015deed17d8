import { expect, test } from "vitest";

import { partsOf, periodOf } from "./period";

const of = (address: string) => periodOf(new URLSearchParams(address), "Europe/Berlin");

test("a period is a window, unless days are named, the last of them with it", () => {
  expect(of("window=year")).toEqual({ tz: "Europe/Berlin", window: "year" });
  expect(of("")).toEqual({ tz: "Europe/Berlin", window: "month" });
  expect(of("window=year&from=2026-02-01&to=2026-02-28&tz=UTC")).toEqual({
    tz: "UTC",
    start: "2026-02-01",
    end: "2026-03-01",
  });
  expect(of("to=yesterday")).toEqual({ tz: "Europe/Berlin", window: "month" });
});

test("the longer a period, the longer its parts", () => {
  const now = Date.parse("2026-11-20");
  expect(partsOf(of("window=week"), now)).toBe("day");
  expect(partsOf(of("from=2026-11-01"), now)).toBe("day");
  expect(partsOf(of("from=2026-01-01"), now)).toBe("week");
  expect(partsOf(of("from=2020-01-01"), now)).toBe("month");
});
