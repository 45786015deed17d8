/** Figures of the API as charts want them: series over time, and grids. */
import type { Schemas } from "./api";

type Sums = Schemas["SumsView"]["data"][number];
type Cell = Schemas["Cell"];

export interface Series {
  name: string;
  /** Instant in milliseconds, and value. */
  data: [number, number][];
}

/** Return one series per key, of plays or another figure; where there was nothing, it is 0. */
export function seriesOf(
  points: readonly Sums[],
  nameOf: (key: string) => string,
  valueOf = (point: Sums): number => point.plays,
): Series[] {
  const instants = [...new Set(points.map((point) => Date.parse(point.start)))].sort(
    (a, b) => a - b,
  );
  const byKey = new Map<string, Map<number, number>>();
  for (const point of points) {
    const key = point.key ?? "unknown";
    const values = byKey.get(key) ?? new Map<number, number>();
    const at = Date.parse(point.start);
    values.set(at, (values.get(at) ?? 0) + valueOf(point));
    byKey.set(key, values);
  }
  return [...byKey].map(([key, values]) => ({
    name: nameOf(key),
    data: instants.map((instant) => [instant, values.get(instant) ?? 0]),
  }));
}

/** Return points with all keys but some as one, under a name. */
export function othersAsOne(
  points: readonly Sums[],
  kept: readonly (string | null)[],
  name: string,
): Sums[] {
  return points.map((point) => (kept.includes(point.key) ? point : { ...point, key: name }));
}

/** Return a chart of bars beside their names, the first on top. */
export function barsOf(pairs: readonly (readonly [string, number])[], name: string) {
  return {
    xAxis: { type: "value" },
    yAxis: { type: "category", inverse: true, data: pairs.map(([key]) => key) },
    series: [{ type: "bar", name, data: pairs.map(([, value]) => value) }],
  };
}

/** Return a chart of series over time, upon each other. */
export function stacked(series: readonly Series[]) {
  return {
    legend: {},
    xAxis: { type: "time" },
    yAxis: { type: "value", minInterval: 1 },
    series: series.map((each) => ({ ...each, type: "bar", stack: "all" })),
  };
}

/** Return hour, row of the weekday (Monday first) and watched hours of each cell of a week. */
export function weekOf(cells: readonly Cell[]): [number, number, number][] {
  return cells.map(({ weekday, hour, watched_seconds }) => [
    hour,
    weekday - 1,
    Math.round((10 * watched_seconds) / 3600) / 10,
  ]);
}

/** Return a chart of a week: its days below each other, and how much was watched in each hour. */
export function weekChart(cells: readonly Cell[], name: string, locale: string) {
  const data = weekOf(cells);
  return {
    tooltip: { renderMode: "richText", confine: true },
    xAxis: { type: "category", data: Array.from({ length: 24 }, (_, hour) => hour) },
    yAxis: { type: "category", data: weekdays(locale), inverse: true },
    visualMap: {
      show: false,
      min: 0,
      max: Math.max(1, ...data.map(([, , hours]) => hours)),
      inRange: { opacity: [0, 1] },
    },
    series: [{ type: "heatmap", name, data }],
  };
}

/** Return one series of the hours that were watched, over time. */
export function hoursOf(points: readonly Sums[], name: string): Series {
  return {
    name,
    data: points.map(({ start, watched_seconds }) => [
      Date.parse(start),
      Math.round((10 * watched_seconds) / 3600) / 10,
    ]),
  };
}

/** Return the names of the weekdays of a language, Monday first. */
export function weekdays(locale: string): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2024, 0, 1 + day)));
}
