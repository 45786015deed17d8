/** How well players play what there is: as a grid, and where it fails most. */
import type { Schemas } from "./api";

type Row = Schemas["CompatibilityView"];

export const PROPERTIES = [
  "resolution",
  "video_codec",
  "audio_codec",
  "dynamic_range",
  "container",
] as const;
export type Property = (typeof PROPERTIES)[number];

export interface Matrix {
  players: string[];
  values: string[];
  /** Column of the value, row of the player, and score. */
  cells: [number, number, number][];
}

/** Return the scores of players by the values of a property; who played most comes first. */
export function matrixOf(rows: readonly Row[], property: Property): Matrix {
  const own = rows.filter((row) => row.property === property);
  const players = ordered(own, (row) => row.key);
  const values = ordered(own, (row) => row.value);
  const cells = own.map(({ key, value, score }): [number, number, number] => [
    values.indexOf(value),
    players.indexOf(key),
    Math.round(score),
  ]);
  return { players, values, cells };
}

/** Return what players had to have transcoded of the values of a property, what was most at first. */
export function hotspotsOf(rows: readonly Row[], property: Property): Row[] {
  return rows
    .filter((row) => row.property === property)
    .sort((a, b) => b.transcoded - a.transcoded || b.sessions - a.sessions);
}

/** Return what a value of a property is called: people look for 4K, servers say 2160p. */
export function calledOf(value: string): string {
  return value === "2160p" ? "4K (2160p)" : value;
}

function ordered(rows: readonly Row[], keyOf: (row: Row) => string): string[] {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row.sessions);
  return [...sums]
    .sort(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))
    .map(([key]) => key);
}
