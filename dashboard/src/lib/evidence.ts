/** What a case holds as evidence; the API documents its shape in prose (docs/detection.md). */
import type { Words } from "./language.svelte";
import type { Place } from "./places";

export interface Side {
  session_id: string;
  device_name: string | null;
  device_id: string | null;
  title: string | null;
  started_at: string;
  ended_at: string | null;
  network: {
    address?: string | null;
    kind?: string | null;
    place?: {
      city?: string | null;
      country?: string | null;
      organisation?: string | null;
      latitude?: number | null;
      longitude?: number | null;
    } | null;
  };
}

export interface Finding {
  identity: string;
  at: string;
  last_at?: string;
  sentence: string;
  segments: Side[];
}

/** Return the findings of a case, the latest first; none where there is nothing of that shape. */
export function findingsOf(details: Record<string, unknown>): Finding[] {
  const found = details["findings"];
  if (!Array.isArray(found)) return [];
  return (found as Finding[])
    .filter((each) => typeof each.sentence === "string" && Array.isArray(each.segments))
    .toReversed();
}

/** Return the city and country of a side, or what is known of it instead. */
export function whereOf(side: Side, unknown: string): string {
  const { place, address } = side.network;
  return [place?.city, place?.country].filter(Boolean).join(", ") || address || unknown;
}

/** Return the first side of each session: a session has several where its network changed. */
export function onePerSession(sides: readonly Side[]): Side[] {
  const ids = sides.map(({ session_id }) => session_id);
  return sides.filter(({ session_id }, index) => ids.indexOf(session_id) === index);
}

/** Return what was judged of a case; a state that the pages do not know keeps its name. */
export function judgedOf(state: string, words: Words): string {
  return (
    { open: words.open, acknowledged: words.acknowledged, dismissed: words.dismissed }[state] ??
    state
  );
}

/** Return the places of findings as points of a map, each with how many sessions were there. */
export function spotsOf(findings: readonly Finding[]): Place[] {
  const spots = new Map<string, { spot: Place; sessions: Set<string> }>();
  for (const side of findings.flatMap((finding) => finding.segments)) {
    const { latitude, longitude, city, country } = side.network.place ?? {};
    if (latitude == null || longitude == null) continue;
    const id = `${latitude}/${longitude}`;
    const known = spots.get(id) ?? {
      sessions: new Set<string>(),
      spot: {
        type: "Feature",
        id,
        bbox: [longitude, latitude, longitude, latitude],
        geometry: { type: "Point", coordinates: [longitude, latitude] },
        properties: {
          kind: "plays",
          sessions: 0,
          active: 0,
          local_sessions: 0,
          users: 1,
          city: city ?? null,
          country: country ?? null,
        },
      },
    };
    known.sessions.add(side.session_id);
    known.spot.properties.sessions = known.sessions.size;
    spots.set(id, known);
  }
  return [...spots.values()].map(({ spot }) => spot);
}
