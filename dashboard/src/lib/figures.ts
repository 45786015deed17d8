/** Figures of the API as charts want them: series over time, and grids. */
import type { Schemas } from "./api";

type Sums = Schemas["SumsView"]["data"][number];
type Cell = Schemas["Cell"];

export interface Series {
  name: string;
  /** Instant in milliseconds, and value. */
  data: [number, number][];
}

/** Return one series of plays per key; what was not played at an instant is 0 there. */
export function seriesOf(points: readonly Sums[], nameOf: (key: string) => string): Series[] {
  const instants = [...new Set(points.map((point) => Date.parse(point.start)))].sort(
    (a, b) => a - b,
  );
  const byKey = new Map<string, Map<number, number>>();
  for (const point of points) {
    const key = point.key ?? "unknown";
    const values = byKey.get(key) ?? new Map<number, number>();
    values.set(Date.parse(point.start), point.plays);
    byKey.set(key, values);
  }
  return [...byKey].map(([key, values]) => ({
    name: nameOf(key),
    data: instants.map((instant) => [instant, values.get(instant) ?? 0]),
  }));
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
      inRange: { color: ["#1e252e00", "#7cc0ff"] },
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
