import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Pause } from "./pause";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what was said last is done, once, after a pause", () => {
  const done: string[] = [];
  const pause = new Pause<string>((said) => done.push(said));
  for (const said of ["m", "me", "met"]) {
    pause.after(said);
    vi.advanceTimersByTime(100);
  }
  expect(done).toEqual([]);
  vi.runAllTimers();
  expect(done).toEqual(["met"]);
});

test("what one has left before the pause is not done", () => {
  const done: string[] = [];
  const pause = new Pause<string>((said) => done.push(said));
  pause.after("met");
  pause.end();
  vi.runAllTimers();
  expect(done).toEqual([]);
});
