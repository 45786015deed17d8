/** The map's answer as the map and the list beside it want it. */
import type { Schemas } from "./api";
import type { Words } from "./language.svelte";

type World = Schemas["MapView"];
export type Place = Schemas["PlaysFeature"];
export type Arc = Schemas["ArcFeature"];
type Plays = Schemas["Plays"];

/** Degrees: west, south, east, north. */
export type Box = [number, number, number, number];

/** What of the world is seen, and how close. */
export interface Sight {
  zoom: number;
  latitude: number;
  longitude: number;
}

const SMALLEST = 22;
const LARGEST = 56;
const SMALLEST_GLOW = 40;
const LARGEST_GLOW = 160;

/** Return the points of a map, the busiest first. */
export function placesOf(world: World): Place[] {
  return world.features
    .filter((feature): feature is Place => feature.properties.kind === "plays")
    .sort((a, b) => b.properties.sessions - a.properties.sessions || (a.id < b.id ? -1 : 1));
}

/** Return the lines of a map. */
export function arcsOf(world: World): Arc[] {
  return world.features.filter((feature): feature is Arc => feature.properties.kind === "arc");
}

/** Return the cases of lines, each once, in their order. */
export function casesOf(arcs: readonly Arc[]): Schemas["Arc"][] {
  return [...new Map(arcs.map(({ properties }) => [properties.case_id, properties])).values()];
}

/** Return how wide the circle of so many sessions is, in pixels: ten times as many, one step. */
export function widthOf(sessions: number): number {
  return Math.min(LARGEST, SMALLEST + 8 * Math.log10(Math.max(1, sessions)));
}

/** Return how wide the glow of so many sessions is, in pixels: its area is as their share of the most. */
export function glowOf(sessions: number, most: number): number {
  return SMALLEST_GLOW + (LARGEST_GLOW - SMALLEST_GLOW) * Math.sqrt(sessions / Math.max(1, most));
}

/** Return what a point is called: its city and country, as far as all that it stands for share them. */
export function nameOf(plays: Plays, words: Words, locale: string): string {
  const country = plays.country == null ? null : countryOf(plays.country, locale);
  return [plays.city, country].filter(Boolean).join(", ") || words.severalPlaces;
}

/** Return a country's name in a language; what is no country keeps its code. */
export function countryOf(code: string, locale: string): string {
  return /^[A-Z]{2}$/.test(code)
    ? (new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code)
    : code;
}

/** Return the box that holds all of these; nothing holds nothing. */
export function boxOf(places: readonly Place[], arcs: readonly Arc[]): Box | null {
  const ends = arcs.flatMap(({ geometry }) =>
    geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat(),
  );
  const boxes: Box[] = [
    ...places.map((place) => place.bbox),
    ...ends.map(([x, y]): Box => [x, y, x, y]),
  ];
  if (boxes.length === 0) return null;
  return boxes.reduce((a, b): Box => [
    Math.min(a[0], b[0]),
    Math.min(a[1], b[1]),
    Math.max(a[2], b[2]),
    Math.max(a[3], b[3]),
  ]);
}

/** Return a box as the API wants it; none where it holds the whole world. */
export function asked([west, south, east, north]: Box): string | undefined {
  if (east - west >= 360) return undefined;
  const edges = [
    Math.max(-180, west),
    Math.max(-90, south),
    Math.min(180, east),
    Math.min(90, north),
  ];
  return edges.map((edge) => edge.toFixed(4)).join(",");
}

/** Read where one looks from an address, `zoom/latitude/longitude`; undefined if it is none. */
export function sightOf(text: string | null): Sight | undefined {
  const [zoom, latitude, longitude, ...rest] = (text ?? "").split("/").map(Number);
  if (zoom === undefined || latitude === undefined || longitude === undefined) return undefined;
  if (rest.length > 0 || ![zoom, latitude, longitude].every(Number.isFinite)) return undefined;
  if (zoom < 0 || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return undefined;
  return { zoom, latitude, longitude };
}
