/** Of what time statistics are: a window until now, or days of a zone. */
import { intervalOf, type Window, windowOf } from "./windows";

export type Interval = "day" | "week" | "month";

export interface Period {
  tz: string;
  window?: Window;
  start?: string;
  end?: string;
}

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Return the period that an address names: `from` and `to`, the last day of it, before a window. */
export function periodOf(query: URLSearchParams, here: string, usual: Window = "month"): Period {
  const tz = query.get("tz") || here;
  const [from, to] = [dayOf(query.get("from")), dayOf(query.get("to"))];
  if (!from && !to) return { tz, window: windowOf(query.get("window"), usual) };
  return { tz, ...(from && { start: from }), ...(to && { end: dayAfter(to) }) };
}

/** Return how a period is cut so that its parts can be told apart. */
export function partsOf({ window, start, end }: Period, now: number): Interval {
  if (window) return intervalOf(window);
  const until = end ? Date.parse(end) : now;
  const days = (until - (start ? Date.parse(start) : until - 30 * DAY_MS)) / DAY_MS;
  if (days > 800) return "month";
  return days > 62 ? "week" : "day";
}

function dayOf(text: string | null): string | undefined {
  return text && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}
