import { expect, test } from "vitest";

import { bodyOf, draftFrom, draftOf, fieldsOf, rulesIn } from "./rules";

const TYPE = {
  type: "concurrent_streams" as const,
  severity: 4,
  config: {
    properties: {
      max_streams: { type: "integer", default: 3, minimum: 1, maximum: 1000 },
      count_paused: { type: "boolean", default: false },
      anonymous: { type: "string", default: "ignore", enum: ["ignore", "flag"] },
      countries: { type: "array", default: [] },
    },
  },
};

test("a form has a field for each parameter, with its range and what is usual", () => {
  const fields = fieldsOf(TYPE);
  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ["max_streams", "number"],
    ["count_paused", "switch"],
    ["anonymous", "choice"],
    ["countries", "list"],
  ]);
  expect(fields[0]).toMatchObject({ least: 1, most: 1000, usual: 3, whole: true });
});

test("a new rule begins in shadow with what is usual, and warns", () => {
  const draft = draftOf(TYPE, "Two at most");
  expect(draft).toMatchObject({ mode: "shadow", severity: 4, actions: [{ type: "warn" }] });
  expect(draft.config).toEqual({
    max_streams: 3,
    count_paused: false,
    anonymous: "ignore",
    countries: [],
  });
});

test("what the scope no longer limits is sent as empty, or it would stay", () => {
  const { scope } = bodyOf({ ...draftOf(TYPE, " a "), scope: { libraries: ["films"] } });
  expect(scope).toMatchObject({ libraries: ["films"], users: [], exclude_users: [] });
});

test("changing a form changes nothing of the rule it came from", () => {
  const rule = { ...draftOf(TYPE, "a"), id: "r", created_at: "", updated_at: "" };
  draftFrom(rule).config["max_streams"] = 9;
  expect(rule.config["max_streams"]).toBe(3);
});

test.each([
  ['{"data": [{"name": "a"}], "page": {}}', 1],
  ['[{"name": "a"}, {"name": "b"}]', 2],
])("rules are read from a file: %s", (text, count) => {
  expect(rulesIn(text)?.data).toHaveLength(count);
});

test.each(["", "{", "null", "{}", '{"data": []}'])("%j holds no rules", (text) => {
  expect(rulesIn(text)).toBeNull();
});
