import { expect, test } from "vitest";

import type { Finding, Side } from "./evidence";
import { sidesOf } from "./sides";

const minute = (count: number): string => new Date(60_000 * count).toISOString();

const side = (city: string, device: string, from: number, to: number | null): Side => ({
  session_id: `${city}-${device}-${from}`,
  device_name: device,
  device_id: device,
  title: null,
  started_at: minute(from),
  ended_at: to === null ? null : minute(to),
  network: { place: { city } },
});

const finding = (...segments: Side[]): Finding => ({
  identity: "f",
  at: minute(0),
  last_at: minute(60),
  sentence: "s",
  segments,
});

const inMinutes = (spans: [number, number][]) => spans.map((span) => span.map((at) => at / 60_000));

test("two places are two bands, and the time at which both played is told", () => {
  const sides = sidesOf(finding(side("London", "tv", 0, 30), side("Madrid", "tv", 20, 50)), "?");
  expect(sides.bands.map((band) => band.name)).toEqual(["London", "Madrid"]);
  expect(inMinutes(sides.together)).toEqual([[20, 30]]);
  expect(sides.between).toBeNull();
});

test("of two places one after the other the time between is told", () => {
  const sides = sidesOf(finding(side("London", "tv", 0, 30), side("Madrid", "tv", 34, 50)), "?");
  expect(sides.together).toEqual([]);
  expect(sides.between).toBe(4 * 60_000);
});

test("at one place the devices are the sides", () => {
  const sides = sidesOf(finding(side("London", "tv", 0, 30), side("London", "phone", 10, 20)), "?");
  expect(sides.bands.map((band) => band.name)).toEqual(["tv", "phone"]);
  expect(inMinutes(sides.together)).toEqual([[10, 20]]);
});

test("what goes on ends with what is known, and two pieces of one place are not together", () => {
  const sides = sidesOf(
    finding(
      side("London", "tv", 0, 30),
      side("London", "tv", 10, 40),
      side("Madrid", "tv", 45, null),
    ),
    "?",
  );
  expect(sides.to).toBe(60 * 60_000);
  expect(sides.together).toEqual([]);
});
