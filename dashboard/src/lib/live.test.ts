import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Live } from "./live.svelte";

/** As a browser's: what is answered with a problem is closed, what is cut is not. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Source[] = [];
  readyState = 0;
  onopen?: () => void;
  onerror?: () => void;

  constructor() {
    super();
    Source.opened.push(this);
  }

  close(): void {
    this.readyState = Source.CLOSED;
  }

  refuse(): void {
    this.close();
    this.onerror?.();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  Source.opened = [];
  vi.stubGlobal("EventSource", Source);
  vi.stubGlobal("localStorage", { getItem: () => "" });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a stream that was refused is opened anew, each time after a longer pause", async () => {
  const leave = new Live().listen();
  for (const [seconds, opened] of [
    [1, 2],
    [2, 3],
    [4, 4],
  ] as const) {
    Source.opened.at(-1)?.refuse();
    await vi.advanceTimersByTimeAsync(1000 * seconds - 1);
    expect(Source.opened.length).toBe(opened - 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(Source.opened.length).toBe(opened);
  }
  Source.opened.at(-1)?.onopen?.();
  Source.opened.at(-1)?.refuse();
  await vi.advanceTimersByTimeAsync(1000);
  expect(Source.opened.length).toBe(5);
  leave();
});

test("a stream that was cut is left to the browser", async () => {
  const live = new Live();
  const leave = live.listen();
  Source.opened[0]?.onerror?.();
  expect(live.broken).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Source.opened.length).toBe(1);
  leave();
});

test("nothing is opened anew for a page that was left", async () => {
  const leave = new Live().listen();
  Source.opened[0]?.refuse();
  leave();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(Source.opened.map(({ readyState }) => readyState)).toEqual([Source.CLOSED]);
});
