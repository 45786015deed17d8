/** Which cases are shown, and which of them one has looked at. */
import type { Schemas } from "./api";
import { filtersOf, startOfDay } from "./filters";

export const CASE_STATES = ["open", "acknowledged", "dismissed"] as const;
export const SEVERITIES = [1, 2, 3, 4, 5] as const;
export type Choice = Schemas["ViolationChoice"];

const NAMES = ["state", "severity", "rule_id", "user_id", "mode", "from", "to"] as const;
const KEPT_AS = "seen-cases";
const KEPT = 500;

/** Return what an address asks for; one that names no state means cases that nobody judged yet. */
export function choiceOf(query: URLSearchParams): Choice {
  const { state = "open", severity, from, to, ...rest } = filtersOf(query, NAMES);
  const start = from && startOfDay(from);
  const end = to && startOfDay(to, 1);
  return {
    ...rest,
    ...(state !== "all" && { state }),
    ...(severity && { severity: Number(severity) }),
    ...(start && { start }),
    ...(end && { end }),
    // What a person typed into the address the API judges itself.
  } as Choice;
}

/** Return the cases that were looked at in this browser. */
export function seenCases(): ReadonlySet<string> {
  return new Set(localStorage.getItem(KEPT_AS)?.split(" "));
}

/** Keep that a case was looked at; long ago is forgotten. */
export function seeCase(id: string): void {
  const others = [...seenCases()].filter((each) => each !== id);
  localStorage.setItem(KEPT_AS, [...others, id].slice(-KEPT).join(" "));
}
