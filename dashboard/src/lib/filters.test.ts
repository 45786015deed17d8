import { expect, test } from "vitest";

import { filtersOf, startOfDay, withInstants } from "./filters";

test("only what a list knows is taken from an address, and nothing empty", () => {
  const query = new URLSearchParams("search=blade+&state=&unknown=1");
  expect(filtersOf(query, ["search", "state"])).toEqual({ search: "blade" });
});

test("the end of a day is the start of the next, over the end of a month too", () => {
  const start = new Date(startOfDay("2026-11-30", 1) ?? "");
  expect([start.getMonth(), start.getDate(), start.getHours()]).toEqual([11, 1, 0]);
});

test("what is no day gives no instant", () => {
  expect(startOfDay("yesterday")).toBeUndefined();
});

test("days of an address are instants to the API, and what is no day is left out", () => {
  const asked = withInstants({ search: "blade", from: "2026-11-20", to: "soon" });
  expect(asked).toEqual({ search: "blade", start: startOfDay("2026-11-20") });
});
