/** What statistics are asked: of what time, and of whose and which streams. */
import type { Period } from "./period";

export interface Question extends Period {
  users?: string[];
  servers?: string[];
  libraries?: string[];
  content_types?: string[];
}

/** What an address calls what statistics are narrowed to, and what the API does. */
const LISTS = {
  user_id: "users",
  server_id: "servers",
  library_id: "libraries",
  content_type: "content_types",
} as const;

export const NARROWED = Object.keys(LISTS) as (keyof typeof LISTS)[];

/** Return what is asked of a time by an address. */
export function questionOf(query: URLSearchParams, period: Period): Question {
  const question: Question = { ...period };
  for (const name of NARROWED) {
    const value = query.get(name);
    if (value) question[LISTS[name]] = [value];
  }
  return question;
}

/** Return of an address what all views of the statistics share: the time, and what it is narrowed to. */
export function sharedOf(query: URLSearchParams): string {
  const shared: readonly string[] = ["window", "from", "to", "tz", ...NARROWED];
  return new URLSearchParams([...query].filter(([name]) => shared.includes(name))).toString();
}
