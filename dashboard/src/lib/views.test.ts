import { expect, test } from "vitest";

import { parsed } from "./kept.svelte";
import { shownOf, viewsOf, withView } from "./views";

const films = { name: "Films", query: "content_type=movie&state=stopped" };

test("what was kept is read with care", () => {
  expect(viewsOf(parsed(JSON.stringify([films, { name: 1 }, null])))).toEqual([films]);
  expect(viewsOf(parsed("{broken"))).toEqual([]);
  expect(viewsOf(parsed(null))).toEqual([]);
});

test("a view of a name that there is takes its place, and all are by name", () => {
  const all = { name: "All", query: "" };
  const newer = { name: "Films", query: "content_type=movie" };
  expect(withView(withView([films], all), newer)).toEqual([all, newer]);
});

test("an address shows a view in whatever order it says so", () => {
  expect(shownOf([films], new URLSearchParams("state=stopped&content_type=movie"))).toBe(films);
  expect(shownOf([films], new URLSearchParams("state=stopped"))).toBeUndefined();
});
