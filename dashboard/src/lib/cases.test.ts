import { expect, test } from "vitest";

import { choiceOf } from "./cases";

const choice = (query: string) => choiceOf(new URLSearchParams(query));

test("without a state in the address, cases that nobody judged are meant", () => {
  expect(choice("")).toEqual({ state: "open" });
  expect(choice("state=dismissed")).toEqual({ state: "dismissed" });
  expect(choice("state=all")).toEqual({});
});

test("a day in the address becomes the instants at which it begins and ends here", () => {
  const { start, end } = choice("from=2026-11-20&to=2026-11-20");
  expect(new Date(end ?? "").getTime() - new Date(start ?? "").getTime()).toBe(86_400_000);
});

test("a severity is a number, as bodies want it", () => {
  expect(choice("state=all&severity=2&user_id=u")).toEqual({ severity: 2, user_id: "u" });
});
