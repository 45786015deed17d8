/** A period in equal parts, which one walks along: hours of a day, days, or months of a year. */

export const HISTORICAL = { day: 1, week: 7, month: 30, year: 365 } as const;
export type Historical = keyof typeof HISTORICAL;

export interface Slice {
  /** Milliseconds since 1970; the end is no part of it. */
  start: number;
  end: number;
}

/** Return all of a period that ends now. */
export function wholeOf(period: Historical, now: number): Slice {
  const start = new Date(now);
  start.setDate(start.getDate() - HISTORICAL[period]);
  return { start: start.getTime(), end: now };
}

/** Return the parts of a period by the clock of this browser, the first and the last cut to it. */
export function slicesOf(period: Historical, now: number): Slice[] {
  const whole = wholeOf(period, now);
  const found: Slice[] = [];
  for (let start = whole.start; start < whole.end;) {
    const end = Math.min(whole.end, next(period, start));
    found.push({ start, end });
    start = end;
  }
  return found;
}

/** Return what a part is called. */
export function sliceName(slice: Slice, period: Historical, locale: string): string {
  const options: Intl.DateTimeFormatOptions = {
    day: { weekday: "short", hour: "numeric", minute: "numeric" } as const,
    week: { weekday: "short", day: "numeric", month: "short" } as const,
    month: { weekday: "short", day: "numeric", month: "short" } as const,
    year: { month: "long", year: "numeric" } as const,
  }[period];
  return new Intl.DateTimeFormat(locale, options).format(slice.start);
}

/** Return when the next hour, day or month begins. */
function next(period: Historical, start: number): number {
  const at = new Date(start);
  if (period === "day") return at.setHours(at.getHours() + 1, 0, 0, 0);
  if (period !== "year")
    return new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1).getTime();
  return new Date(at.getFullYear(), at.getMonth() + 1, 1).getTime();
}
