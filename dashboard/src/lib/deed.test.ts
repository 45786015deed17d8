import { expect, test } from "vitest";

import { ProblemError } from "./api";
import { Deed } from "./deed.svelte";

test("what the API says went wrong is shown, until the next deed succeeds", async () => {
  const deed = new Deed();
  expect(await deed.run(() => Promise.reject(new ProblemError(422, "The name is taken.")))).toBe(
    false,
  );
  expect(deed.failure).toBe("The name is taken.");
  expect(await deed.run(() => Promise.resolve())).toBe(true);
  expect(deed.failure).toBe("");
});

test("what is being done is not done twice", async () => {
  const deed = new Deed();
  let done: () => void = () => undefined;
  let times = 0;
  const first = deed.run(() => new Promise<void>((resolve) => (done = resolve)));
  expect(await deed.run(() => Promise.resolve((times += 1)))).toBe(false);
  done();
  expect(await first).toBe(true);
  expect(times).toBe(0);
});
