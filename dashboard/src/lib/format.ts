/** Numbers, sizes and times as people of a language write them. */

/** Return seconds as a clock: `1:02:03`, or `4:05` below an hour. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const two = (part: number): string => part.toString().padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Return a bandwidth of kbit/s: in Mbit/s from 1,000 on. */
export function bandwidth(kbps: number, locale: string): string {
  const large = kbps >= 1000;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: large ? "megabit-per-second" : "kilobit-per-second",
    maximumFractionDigits: large ? 1 : 0,
  }).format(large ? kbps / 1000 : kbps);
}

/** Return a share, 0 to 1, as a percentage. */
export function percent(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "percent" }).format(share);
}

/** Return an instant as a time of day. */
export function timeOfDay(instant: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(new Date(instant));
}
