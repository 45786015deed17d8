import { expect, test } from "vitest";

import { columnsOf } from "./columns";

test("columns are those that were chosen, in their order, and the usual ones at first", () => {
  expect(columnsOf(["progress", "who", "gone"])).toEqual(["who", "progress"]);
  expect(columnsOf([])).toEqual([]);
  expect(columnsOf(undefined)).toContain("when");
  expect(columnsOf(undefined)).not.toContain("address");
});
