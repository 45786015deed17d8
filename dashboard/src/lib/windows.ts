/** The periods that statistics are asked of: so long, until now. */
import type { Words } from "./language.svelte";

export const WINDOWS = ["week", "month", "year", "all"] as const;
export type Window = (typeof WINDOWS)[number];

/** Return the period that an address names, or the usual one where it names none. */
export function windowOf(text: string | null, usual: Window): Window {
  return WINDOWS.find((each) => each === text) ?? usual;
}

/** Return what a period is called. */
export function nameOfWindow(window: Window, words: Words): string {
  return {
    week: words.lastWeek,
    month: words.lastMonth,
    year: words.lastYear,
    all: words.allTime,
  }[window];
}

/** Return how a period is cut so that its parts can be told apart. */
export function intervalOf(window: Window): "day" | "week" | "month" {
  if (window === "all") return "month";
  return window === "year" ? "week" : "day";
}
