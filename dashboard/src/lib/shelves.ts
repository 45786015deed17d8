/** What libraries hold, as charts and tables want it. */
import type { Schemas } from "./api";
import type { Words } from "./language.svelte";

type Growth = Schemas["GrowthPoint"];
type Quality = Schemas["QualityPoint"];
type Forecast = Schemas["ForecastView"];

const DAY_MS = 86_400_000;

/** Instant in milliseconds, and value. */
export type Point = [number, number];

export interface Named {
  name: string;
  data: Point[];
}

/** How much room is taken, and will be: what it grew to, and where it goes from there. */
export interface Outlook {
  past: Point[];
  expected: Point[];
  low: Point[];
  /** From the low end of the interval to its high end. */
  spread: Point[];
}

/** The lists of libraries, and those of what is watched of them. */
export interface Shelf {
  libraries?: string[];
  content_types?: string[];
}

/** Return a series per kind of content: its bytes at the end of each part. */
export function growthOf(points: readonly Growth[], nameOf: (kind: string) => string): Named[] {
  return lines(
    points.map((each) => [each.content_type, each.day, each.size_bytes]),
    nameOf,
  );
}

/** Return a series per quality: its share of files, in percent, at the end of each part. */
export function qualitiesOf(points: readonly Quality[], unknown: string): Named[] {
  return lines(
    points.map((each) => [
      each.value ?? unknown,
      each.day,
      Math.round(1000 * (each.share_of_files ?? 0)) / 10,
    ]),
    (value) => value,
  );
}

/** Return the latest of qualities, as they are listed. */
export function latestOf(points: readonly Quality[]): Quality[] {
  const last = points.at(-1)?.day;
  return points.filter((point) => point.day === last);
}

/** Return how room was taken up, and the interval in which it will be, from now on. */
export function outlookOf(
  points: readonly Growth[],
  bytes: number,
  forecasts: readonly Forecast[],
  now: number,
): Outlook {
  const past = new Map<number, number>();
  for (const { day, size_bytes } of points) {
    const at = Date.parse(day);
    if (at < now) past.set(at, (past.get(at) ?? 0) + size_bytes);
  }
  const outlook: Outlook = { past: [...past], expected: [], low: [], spread: [] };
  outlook.past.push([now, bytes]);
  for (const { days, expected_bytes, low_bytes, high_bytes } of forecasts) {
    if (expected_bytes === null || low_bytes === null || high_bytes === null) continue;
    const at = now + days * DAY_MS;
    outlook.expected.push([at, expected_bytes]);
    outlook.low.push([at, low_bytes]);
    outlook.spread.push([at, high_bytes - low_bytes]);
  }
  if (outlook.expected.length > 0) {
    outlook.expected.unshift([now, bytes]);
    outlook.low.unshift([now, bytes]);
    outlook.spread.unshift([now, 0]);
  }
  return outlook;
}

/** Return what an item is called: `Show · S1 E2 · Title`, or `Title (1927)`. */
export function titleOf(
  item: {
    title: string | null;
    show_title: string | null;
    season_number?: number | null;
    episode_number?: number | null;
    year?: number | null;
  },
  words: Words,
): string {
  const { title, show_title, season_number, episode_number, year } = item;
  const number =
    season_number != null && episode_number != null ? `S${season_number} E${episode_number}` : null;
  const name = [show_title, number, title].filter(Boolean).join(" · ") || words.unknown;
  return show_title === null && year != null ? `${name} (${year})` : name;
}

/** Return a chart of how far plays came. */
export function reachedChart(engagement: Schemas["EngagementView"], words: Words) {
  const parts: [string, number][] = [
    [words.abandoned, engagement.abandoned],
    [words.sampled, engagement.sampled],
    [words.engaged, engagement.engaged],
    [words.completed, engagement.completed],
  ];
  return {
    xAxis: { type: "value", minInterval: 1 },
    yAxis: { type: "category", inverse: true, data: parts.map(([name]) => name) },
    series: [{ type: "bar", name: words.plays, data: parts.map(([, plays]) => plays) }],
  };
}

/** Return what is not known of an item, in words. */
export function lacksOf(lacking: readonly string[], words: Words): string {
  const names: Record<string, string> = {
    title: words.lacksTitle,
    year: words.lacksYear,
    provider_id: words.lacksEntry,
    show_title: words.lacksSeries,
    episode_number: words.lacksNumber,
    artist: words.lacksArtist,
    album: words.lacksAlbum,
  };
  return lacking.map((name) => names[name] ?? name).join(", ");
}

/** Return a list's rows with ids of their own: an item's id is unique within its library only. */
export function identified<Row extends { library_id: string; item_id: string }>(
  rows: readonly Row[],
): (Row & { id: string })[] {
  return rows.map((row, place) => ({ ...row, id: `${row.library_id}/${row.item_id}/${place}` }));
}

/** Return one line per key through all days that there are; where it has no value, 0. */
function lines(
  values: readonly (readonly [string, string, number])[],
  nameOf: (key: string) => string,
): Named[] {
  const days = [...new Set(values.map(([, day]) => Date.parse(day)))].sort((a, b) => a - b);
  const found = new Map<string, Map<number, number>>();
  for (const [key, day, value] of values) {
    const line = found.get(key) ?? new Map<number, number>();
    line.set(Date.parse(day), value);
    found.set(key, line);
  }
  return [...found].map(([key, line]) => ({
    name: nameOf(key),
    data: days.map((day): Point => [day, line.get(day) ?? 0]),
  }));
}
