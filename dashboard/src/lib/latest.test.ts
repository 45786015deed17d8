import { expect, test } from "vitest";

import { Latest } from "./latest.svelte";

test("an answer to an earlier question is not taken, in whichever order they come", async () => {
  const answers: ((found: number) => void)[] = [];
  const latest = new Latest<number>();
  const ask = () => latest.ask(() => new Promise((answer) => answers.push(answer)));
  const [earlier, later] = [ask(), ask()];
  answers[1]?.(12);
  await later;
  answers[0]?.(5000);
  await earlier;
  expect(latest.answer).toBe(12);
});

test("an answer that comes once something else is meant is not taken", async () => {
  const latest = new Latest<number>();
  const asking = latest.ask(() => Promise.resolve(12));
  latest.forget();
  await asking;
  expect(latest.answer).toBeUndefined();
});

test("while something is asked, and where that fails, nothing is known of it", async () => {
  const latest = new Latest<number>();
  await latest.ask(() => Promise.resolve(12));
  const asking = latest.ask(() => Promise.reject(new Error("away")));
  expect(latest.answer).toBeUndefined();
  await expect(asking).rejects.toThrow("away");
  expect(latest.answer).toBeUndefined();
});
