import { expect, test } from "vitest";

import { questionOf, sharedOf } from "./question";

test("what an address narrows the statistics to is asked in the API's own words", () => {
  const query = new URLSearchParams("user_id=ada&content_type=movie&server_id=&by=city");
  expect(questionOf(query, { tz: "UTC", window: "week" })).toEqual({
    tz: "UTC",
    window: "week",
    users: ["ada"],
    content_types: ["movie"],
  });
});

test("the time and what it is narrowed to go with one to another view, and nothing else does", () => {
  const query = new URLSearchParams("from=2026-11-01&by=city&library_id=films&tz=UTC");
  expect(sharedOf(query)).toBe("from=2026-11-01&library_id=films&tz=UTC");
});
