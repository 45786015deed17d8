import { expect, test, vi } from "vitest";

import english from "../locales/en";
import { type Ending, Endings, stageOf } from "./endings.svelte";

const ending = (state: Ending["state"], reason: string | null = null): Ending =>
  ({ id: "a", state, reason }) as Ending;

test("a stream that is being ended is looked at until that is over", async () => {
  vi.useFakeTimers();
  const states: Ending["state"][] = ["sent", "done"];
  let looks = 0;
  const endings = new Endings(() => {
    looks += 1;
    return Promise.resolve(ending(states.shift() ?? "failed"));
  });
  endings.follow(ending("due"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(endings.all.map(({ state }) => state)).toEqual(["done"]);
  expect(looks).toBe(2);
  vi.useRealTimers();
});

test("what cannot be read now stays as it was, and one that is forgotten does not come back", async () => {
  const endings = new Endings(() => Promise.reject(new Error("away")));
  endings.follow(ending("due"));
  await endings.look();
  expect(endings.all.map(({ state }) => state)).toEqual(["due"]);
  const looking = endings.look();
  endings.forget("a");
  await looking;
  expect(endings.all).toEqual([]);
  endings.stop();
});

test("nothing is looked at any more once the page is left, also not after what was asked", async () => {
  vi.useFakeTimers();
  let answer: (found: Ending) => void = () => undefined;
  let looks = 0;
  const endings = new Endings(() => {
    looks += 1;
    return new Promise((resolve) => (answer = resolve));
  });
  endings.follow(ending("due"));
  await vi.advanceTimersByTimeAsync(2_000);
  endings.stop();
  answer(ending("sent"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBe(1);
  vi.useRealTimers();
});

test("how far it is, is told in words, with the reason where it failed", () => {
  expect(stageOf(ending("due"), english)).toBe(english.endingAsked);
  expect(stageOf(ending("sent"), english)).toBe(english.endingSent);
  expect(stageOf(ending("done"), english)).toBe(english.endedAndSeen);
  expect(stageOf(ending("failed", "No."), english)).toBe(`${english.notEnded} No.`);
});
