import { expect, test } from "vitest";

import { Listed } from "./listed.svelte";

type Page = { data: number[]; page: { next_cursor: string | null } };

const first: Page = { data: [1, 2], page: { next_cursor: "second" } };
const second: Page = { data: [3], page: { next_cursor: null } };

test("pages follow each other until there are no more", async () => {
  const list = new Listed((cursor) => Promise.resolve(cursor === null ? first : second));
  await list.start();
  expect(list.rows).toEqual([1, 2]);
  await list.more();
  await list.more();
  expect(list.rows).toEqual([1, 2, 3]);
});

test("an answer to an earlier question is not shown", async () => {
  const answers: ((page: Page) => void)[] = [];
  const list = new Listed<number>(() => new Promise((answer) => answers.push(answer)));
  const earlier = list.start();
  const later = list.start();
  answers[1]?.(second);
  answers[0]?.(first);
  await Promise.all([earlier, later]);
  expect(list.rows).toEqual([3]);
});

test("what is there stays where the next page cannot be read", async () => {
  const list = new Listed((cursor) =>
    cursor === null ? Promise.resolve(first) : Promise.reject(new Error("away")),
  );
  await list.start();
  await list.more();
  expect(list.rows).toEqual([1, 2]);
  expect(list.error).toBeInstanceOf(Error);
});

test("where a new question fails, nothing of the earlier one stays or is gone on with", async () => {
  const answers = [Promise.resolve(first), Promise.reject(new Error("away"))];
  const list = new Listed(() => answers.shift() ?? Promise.resolve(second));
  await list.start();
  await list.start();
  expect(list.rows).toEqual([]);
  expect(list.next).toBeNull();
  expect(list.error).toBeInstanceOf(Error);
  await list.start();
  expect(list.rows).toEqual([3]);
  expect(list.error).toBeUndefined();
});
