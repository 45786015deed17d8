/** What goes on at one moment, and what the server's events make of it. */
import type { Schemas } from "./api";

type Session = Schemas["SessionView"];
type Violation = Schemas["ViolationView"];
type Statistics = Schemas["ActiveSummary"];

export interface Scene {
  sessions: ReadonlyMap<string, Session>;
  violations: ReadonlyMap<string, Violation>;
  /** The cases that were found while one looked on. */
  found: ReadonlySet<string>;
  statistics: Statistics | null;
  /** Whether anything was told yet. */
  begun: boolean;
}

/** The name of an event, and its data as JSON. */
export type Told = readonly [event: string, data: string];

export const NOTHING: Scene = {
  sessions: new Map(),
  violations: new Map(),
  found: new Set(),
  statistics: null,
  begun: false,
};

/** Return what goes on after the server told these, one after the other. */
export function after(before: Scene, told: readonly Told[]): Scene {
  const sessions = new Map(before.sessions);
  const violations = new Map(before.violations);
  const found = new Set(before.found);
  let { statistics, begun } = before;
  for (const [event, data] of told) {
    if (event === "snapshot") {
      const snapshot = JSON.parse(data) as Snapshot;
      replace(sessions, snapshot.sessions);
      replace(violations, snapshot.violations);
      statistics = snapshot.statistics;
      begun = true;
    } else if (event === "statistics") {
      statistics = JSON.parse(data) as Statistics;
    } else if (event === "violation") {
      const violation = JSON.parse(data) as Violation;
      if (!violations.has(violation.id)) found.add(violation.id);
      violations.set(violation.id, violation);
    } else {
      const session = JSON.parse(data) as Session;
      if (event === "stopped") sessions.delete(session.id);
      else sessions.set(session.id, session);
    }
  }
  return { sessions, violations, found, statistics, begun };
}

interface Snapshot {
  sessions: Session[];
  violations: Violation[];
  statistics: Statistics | null;
}

function replace<Kept extends { id: string }>(map: Map<string, Kept>, by: readonly Kept[]): void {
  map.clear();
  for (const kept of by) map.set(kept.id, kept);
}
