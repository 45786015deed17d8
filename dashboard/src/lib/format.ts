/** Numbers, sizes and times as people of a language write them. */

const NBSP = "\u00a0";

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
  return numberFormat(locale, {
    style: "unit",
    unit: large ? "megabit-per-second" : "kilobit-per-second",
    maximumFractionDigits: large ? 1 : 0,
  }).format(large ? kbps / 1000 : kbps);
}

const numberFormat = madeOnce(
  (locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);
const timeFormat = madeOnce(
  (locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);

/** Keep each format: to make one takes a hundred times as long as to use it. */
function madeOnce<Options, Format>(make: (locale: string, options: Options) => Format) {
  const formats = new Map<string, Format>();
  return (locale: string, options: Options): Format => {
    const name = JSON.stringify([locale, options]);
    const known = formats.get(name) ?? make(locale, options);
    formats.set(name, known);
    return known;
  };
}

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;

/** Return bytes in the largest unit that they fill; a kilobyte is 1,000 of them. */
export function size(bytes: number, locale: string): string {
  const step = Math.min(SIZES.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3));
  return numberFormat(locale, {
    style: "unit",
    unit: SIZES[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: step > 2 ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

/** Return a share, 0 to 1, as a percentage. */
export function percent(share: number, locale: string): string {
  return numberFormat(locale, { style: "percent" }).format(share);
}

/** Return an instant as a time of day. */
export function timeOfDay(instant: string, locale: string): string {
  return timeFormat(locale, { timeStyle: "short" }).format(new Date(instant));
}

/** Return an instant as day and time, between which alone a narrow column may break it. */
export function dayAndTime(instant: string, locale: string): string {
  const format = timeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const parts = format.formatToParts(new Date(instant));
  return parts
    .map(({ value }, at) => (parts[at + 1]?.type === "hour" ? value : value.replaceAll(" ", NBSP)))
    .join("");
}

/** Return seconds in words: `1 h 5 min`, or `40 s` below a minute. */
export function span(seconds: number, locale: string): string {
  const part = (value: number, unit: "hour" | "minute" | "second"): string =>
    numberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value);
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return part(whole, "second");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return [hours > 0 ? part(hours, "hour") : "", minutes > 0 ? part(minutes, "minute") : ""]
    .filter(Boolean)
    .join(" ");
}
