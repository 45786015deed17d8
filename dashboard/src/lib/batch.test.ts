import { expect, test } from "vitest";

import { Batch } from "./batch";

test("what comes before the next frame is taken up together, in its order", () => {
  const frames: (() => void)[] = [];
  const taken: number[][] = [];
  const batch = new Batch<number>(
    (pieces) => taken.push([...pieces]),
    (work) => frames.push(work),
  );
  batch.add(1);
  batch.add(2);
  expect(taken).toEqual([]);
  frames.shift()?.();
  batch.add(3);
  frames.shift()?.();
  expect(taken).toEqual([[1, 2], [3]]);
  expect(frames).toEqual([]);
});
