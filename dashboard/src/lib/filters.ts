/** What a list is narrowed to, kept in the address of its page. */

/** Return the values of an address that a list knows; days become instants of this browser's zone. */
export function filtersOf<Name extends string>(
  query: URLSearchParams,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = query.get(name)?.trim();
    if (value) found[name] = value;
  }
  return found;
}

/** Return the instant at which a day begins here: `2026-11-20` as RFC 3339 with this zone's offset. */
export function startOfDay(day: string, daysLater = 0): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return undefined;
  const start = new Date(year, month - 1, date + daysLater);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
}

/** Return filters whose days, `from` and `to`, are the instants `start` and `end`, as the API has them. */
export function withInstants<Given extends { from?: string; to?: string }>({
  from,
  to,
  ...rest
}: Given): Omit<Given, "from" | "to"> & { start?: string; end?: string } {
  const start = from && startOfDay(from);
  const end = to && startOfDay(to, 1);
  return { ...rest, ...(start && { start }), ...(end && { end }) };
}
