/** Views of a page that somebody named, each the query of its address. */

export interface View {
  name: string;
  query: string;
}

/** Return the views of what was kept; none of what is no list of them. */
export function viewsOf(found: unknown): View[] {
  if (!Array.isArray(found)) return [];
  return (found as Partial<View>[]).filter(
    (each): each is View => typeof each?.name === "string" && typeof each.query === "string",
  );
}

/** Return views with another one in place of that of its name, by name. */
export function withView(views: readonly View[], view: View): View[] {
  return [...views.filter(({ name }) => name !== view.name), view].sort((a, b) =>
    a.name.localeCompare(b.name),
  );
}

/** Return which of views an address shows, in whatever order it says so. */
export function shownOf(views: readonly View[], query: URLSearchParams): View | undefined {
  const wanted = sorted(query);
  return views.find((view) => sorted(new URLSearchParams(view.query)) === wanted);
}

function sorted(query: URLSearchParams): string {
  const copy = new URLSearchParams(query);
  copy.sort();
  return copy.toString();
}
