/** What a case holds as evidence; the API documents its shape in prose (docs/detection.md). */
import type { Words } from "./language.svelte";

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
    place?: { city?: string | null; country?: string | null; organisation?: string | null } | null;
  };
}

export interface Finding {
  identity: string;
  at: string;
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

/** Return what was judged of a case; a state that the pages do not know keeps its name. */
export function judgedOf(state: string, words: Words): string {
  return (
    { open: words.open, acknowledged: words.acknowledged, dismissed: words.dismissed }[state] ??
    state
  );
}
