/** The last hours as bars: who streamed when. */
import type { Schemas } from "./api";

type Session = Schemas["SessionView"];

export interface Bar {
  session: Session;
  /** Where it begins and how long it is, in percent of the hours. */
  left: number;
  width: number;
  /** Which of the row's lanes it is in: what plays at once is told apart. */
  lane: number;
}

export interface Row {
  user_id: string;
  name: string | null;
  bars: Bar[];
  lanes: number;
}

/** More streams of one person at once lie on each other. */
const MOST_LANES = 4;

/** Narrower than this a bar is not seen. */
const NARROWEST = 0.5;

/**
 * Return a row for each person who streamed between two moments, the latest first.
 *
 * What is `live` is as it is now; of what was `known` to go on and is live no more, nothing later
 * than when it was last heard of.
 */
export function rowsOf(
  known: readonly Session[],
  live: ReadonlyMap<string, Session>,
  from: number,
  to: number,
): Row[] {
  const sessions = new Map(known.map((session) => [session.id, session]));
  for (const [id, session] of live) sessions.set(id, session);
  const rows = new Map<string, Omit<Row, "lanes"> & { latest: number }>();
  for (const session of sessions.values()) {
    const began = Math.max(from, Date.parse(session.started_at));
    const ended = Math.min(to, live.has(session.id) ? to : endOf(session));
    if (ended <= from || began >= to) continue;
    const { user_id } = session;
    const row = rows.get(user_id) ?? {
      user_id,
      name: session.user_name ?? null,
      bars: [],
      latest: 0,
    };
    row.latest = Math.max(row.latest, ended);
    row.bars.push({ session, ...placed(began, ended, from, to), lane: 0 });
    rows.set(user_id, row);
  }
  return [...rows.values()]
    .sort((a, b) => b.latest - a.latest || (a.user_id < b.user_id ? -1 : 1))
    .map(({ user_id, name, bars }) => ({ user_id, name, bars, lanes: lay(bars) }));
}

/** Return the full hours between two moments, by the clock of this browser, and where they are. */
export function hoursBetween(
  from: number,
  to: number,
  step: number,
): { at: number; left: number }[] {
  const hour = new Date(from);
  hour.setMinutes(0, 0, 0);
  const found: { at: number; left: number }[] = [];
  for (; hour.getTime() < to; hour.setHours(hour.getHours() + 1)) {
    const at = hour.getTime();
    if (at > from && hour.getHours() % step === 0)
      found.push({ at, left: (100 * (at - from)) / (to - from) });
  }
  return found;
}

/** Put bars in the order of their beginnings into lanes; return how many that takes. */
function lay(bars: Bar[]): number {
  const ends: number[] = [];
  for (const bar of bars.sort((a, b) => a.left - b.left)) {
    const free = ends.findIndex((end) => end <= bar.left);
    bar.lane = free >= 0 ? free : Math.min(ends.length, MOST_LANES - 1);
    ends[bar.lane] = bar.left + bar.width;
  }
  return ends.length;
}

function endOf(session: Session): number {
  return Date.parse(session.stopped_at ?? session.last_seen_at);
}

function placed(
  began: number,
  ended: number,
  from: number,
  to: number,
): Pick<Bar, "left" | "width"> {
  const whole = to - from;
  const width = Math.max(NARROWEST, (100 * (ended - began)) / whole);
  return { left: Math.min(100 - width, (100 * (began - from)) / whole), width };
}
