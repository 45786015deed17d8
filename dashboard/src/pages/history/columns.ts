/** What the history can tell of each session or play. */
import type { Schemas } from "../../lib/api";
import { bandwidth, dayAndTime, percent, span } from "../../lib/format";
import type { Words } from "../../lib/language.svelte";
import { decisionOf, kindOf, placeOf, qualityOf, shareOf, stateOf } from "../../lib/session";

export type Row = Schemas["SessionView"] & Partial<Pick<Schemas["ListedPlay"], "parts">>;

export interface Column {
  word: (words: Words) => string;
  text: (row: Row, words: Words, locale: string) => string;
  /** What the page is narrowed to by following it. */
  narrows?: (row: Row) => Record<string, string>;
  isNumber?: boolean;
  isUsual?: boolean;
}

const known = (text: string | null | undefined): string => text || "–";

export const COLUMNS = {
  who: {
    word: (words) => words.who,
    text: (row, words) => row.user_name ?? words.unnamed,
    narrows: (row) => ({ user_id: row.user_id }),
    isUsual: true,
  },
  when: {
    word: (words) => words.when,
    text: (row, words, locale) =>
      [
        dayAndTime(row.started_at, locale),
        row.state === "stopped" ? null : stateOf(row.state, words),
      ]
        .filter(Boolean)
        .join(" · "),
    isUsual: true,
  },
  ended: {
    word: (words) => words.ended,
    text: (row, _, locale) => (row.stopped_at ? dayAndTime(row.stopped_at, locale) : "–"),
  },
  kind: { word: (words) => words.kind, text: (row, words) => kindOf(row.content_type, words) },
  where: {
    word: (words) => words.where,
    text: (row, words) => placeOf(row.place, words),
    isUsual: true,
  },
  address: {
    word: (words) => words.address,
    text: (row) => known(row.ip_address),
    narrows: (row) => (row.ip_address ? { network: row.ip_address } : {}),
  },
  provider: { word: (words) => words.provider, text: (row) => known(row.place.organisation) },
  device: {
    word: (words) => words.device,
    text: (row) => known(row.device_name ?? row.client_name),
    narrows: (row) => (row.device_id ? { device_id: row.device_id } : {}),
    isUsual: true,
  },
  player: { word: (words) => words.player, text: (row) => known(row.client_name) },
  platform: {
    word: (words) => words.platform,
    text: (row) => known(row.platform),
    narrows: (row) => (row.platform ? { platform: row.platform } : {}),
  },
  server: { word: (words) => words.server, text: (row) => known(row.server_id ?? row.source) },
  decision: {
    word: (words) => words.decision,
    text: (row, words) => decisionOf(row.stream_type, words),
    isUsual: true,
  },
  quality: { word: (words) => words.quality, text: (row) => known(qualityOf(row)) },
  bandwidth: {
    word: (words) => words.bandwidth,
    text: (row, _, locale) => (row.bitrate_kbps ? bandwidth(row.bitrate_kbps, locale) : "–"),
    isNumber: true,
  },
  watched: {
    word: (words) => words.watched,
    text: (row, _, locale) => span(row.watched_seconds, locale),
    isNumber: true,
    isUsual: true,
  },
  paused: {
    word: (words) => words.paused,
    text: (row, _, locale) => span(row.paused_seconds, locale),
    isNumber: true,
  },
  progress: {
    word: (words) => words.progress,
    text: (row, _, locale) => {
      const share = shareOf(row);
      return share === null ? "–" : percent(share, locale);
    },
    isNumber: true,
    isUsual: true,
  },
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof COLUMNS;
export const NAMES = Object.keys(COLUMNS) as ColumnName[];

/** Return the columns of what was kept, in their order; the usual ones where nothing was. */
export function columnsOf(found: unknown): ColumnName[] {
  if (Array.isArray(found)) return NAMES.filter((name) => found.includes(name));
  return NAMES.filter((name) => (COLUMNS[name] as Column).isUsual);
}
