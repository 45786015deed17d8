/** The sides of a finding over time: who played where, and when at the same time. */
import { type Finding, type Side, whereOf } from "./evidence";

export interface Piece {
  side: Side;
  /** Milliseconds since 1970; what goes on ends with what is known. */
  from: number;
  to: number;
}

export interface Band {
  name: string;
  pieces: Piece[];
}

export interface Sides {
  from: number;
  to: number;
  /** One for each place; where all is at one place, one for each device. */
  bands: Band[];
  /** When two bands or more played at once. */
  together: [number, number][];
  /** How long nobody played between two bands that follow each other; null if that is not so. */
  between: number | null;
}

/** Return the sides of a finding; a place without a name is called `unknown`. */
export function sidesOf(finding: Finding, unknown: string): Sides {
  const known = Math.max(...[finding.at, finding.last_at ?? finding.at].map(Date.parse));
  const pieces = finding.segments.map((side) => {
    const from = Date.parse(side.started_at);
    return { side, from, to: Math.max(from, side.ended_at ? Date.parse(side.ended_at) : known) };
  });
  const bands = bandsOf(pieces, unknown);
  const together = togetherOf(bands);
  return {
    from: Math.min(...pieces.map((piece) => piece.from)),
    to: Math.max(...pieces.map((piece) => piece.to)),
    bands,
    together,
    between: together.length > 0 ? null : betweenOf(bands),
  };
}

function bandsOf(pieces: readonly Piece[], unknown: string): Band[] {
  const places = grouped(pieces, ({ side }) => whereOf(side, unknown));
  if (places.length > 1) return places;
  return grouped(pieces, ({ side }) => side.device_name ?? side.device_id ?? unknown);
}

function grouped(pieces: readonly Piece[], nameOf: (piece: Piece) => string): Band[] {
  const bands = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const name = nameOf(piece);
    bands.set(name, [...(bands.get(name) ?? []), piece]);
  }
  return [...bands].map(([name, inIt]) => ({ name, pieces: inIt }));
}

/** Sweep over all beginnings and ends: a span begins when a second band joins. */
function togetherOf(bands: readonly Band[]): [number, number][] {
  const turns = bands
    .flatMap(({ pieces }, band) =>
      pieces.flatMap(({ from, to }) => [
        { at: from, band, by: 1 },
        { at: to, band, by: -1 },
      ]),
    )
    .sort((a, b) => a.at - b.at || a.by - b.by);
  const playing = new Map<number, number>();
  const spans: [number, number][] = [];
  let since: number | null = null;
  for (const { at, band, by } of turns) {
    const left = (playing.get(band) ?? 0) + by;
    if (left > 0) playing.set(band, left);
    else playing.delete(band);
    if (playing.size > 1) since ??= at;
    else if (since !== null) {
      if (at > since) spans.push([since, at]);
      since = null;
    }
  }
  return spans;
}

/** Return the shortest time between two bands. */
function betweenOf(bands: readonly Band[]): number | null {
  const ordered = bands
    .flatMap(({ pieces }, band) => pieces.map((piece) => ({ ...piece, band })))
    .sort((a, b) => a.from - b.from);
  const gaps = ordered.flatMap((piece, index) => {
    const next = ordered[index + 1];
    return next && next.band !== piece.band ? [Math.max(0, next.from - piece.to)] : [];
  });
  return gaps.length > 0 ? Math.min(...gaps) : null;
}
