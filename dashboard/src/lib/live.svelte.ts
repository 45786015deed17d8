/** What goes on, told by the server as it happens; one stream for all that a page shows of it. */
import { SvelteMap, SvelteSet } from "svelte/reactivity";

import type { Schemas } from "./api";
import { Batch } from "./batch";

type Session = Schemas["SessionView"];
type Violation = Schemas["ViolationView"];
type Statistics = Schemas["ActiveSummary"];

interface Snapshot {
  sessions: Session[];
  violations: Violation[];
  statistics: Statistics | null;
}

export class Live {
  readonly sessions = new SvelteMap<string, Session>();
  readonly violations = new SvelteMap<string, Violation>();
  /** The cases that were found while one looked on. */
  readonly found = new SvelteSet<string>();
  statistics = $state.raw<Statistics | null>(null);
  /** Whether anything was told yet. */
  begun = $state(false);
  /** Whether the stream is broken; the browser mends it by itself. */
  broken = $state(false);

  /** Take up what the server tells under a name. */
  take(event: string, data: string): void {
    this.broken = false;
    if (event === "snapshot") this.#begin(JSON.parse(data) as Snapshot);
    else if (event === "statistics") this.statistics = JSON.parse(data) as Statistics;
    else if (event === "violation") this.#find(JSON.parse(data) as Violation);
    else if (event === "stopped") this.sessions.delete((JSON.parse(data) as Session).id);
    else this.#keep(this.sessions, JSON.parse(data) as Session);
  }

  #begin({ sessions, violations, statistics }: Snapshot): void {
    this.sessions.clear();
    this.violations.clear();
    for (const session of sessions) this.#keep(this.sessions, session);
    for (const violation of violations) this.#keep(this.violations, violation);
    this.statistics = statistics;
    this.begun = true;
  }

  #find(violation: Violation): void {
    if (!this.violations.has(violation.id)) this.found.add(violation.id);
    this.#keep(this.violations, violation);
  }

  #keep<Kept extends { id: string }>(map: SvelteMap<string, Kept>, kept: Kept): void {
    map.set(kept.id, kept);
  }
}

const EVENTS = ["snapshot", "started", "updated", "stopped", "violation", "statistics"];

/** Listen until the returned function is called. */
export function listen(live: Live): () => void {
  const stream = new EventSource("/api/v1/analytics/live");
  const batch = new Batch<[string, string]>((told) => {
    for (const [event, data] of told) live.take(event, data);
  });
  for (const name of EVENTS) {
    stream.addEventListener(name, (event: MessageEvent<string>) => batch.add([name, event.data]));
  }
  stream.onerror = () => (live.broken = true);
  return () => stream.close();
}
