/** What somebody chose here, kept in this browser for the next time. */

export class Kept<Value> {
  current = $state.raw() as Value;

  /** Take it up from under a name; `read` makes of what was kept, or of nothing, what may be. */
  constructor(
    private readonly name: string,
    read: (found: unknown) => Value,
  ) {
    this.current = read(parsed(localStorage.getItem(name)));
  }

  /** Choose something else. */
  keep(value: Value): void {
    this.current = value;
    localStorage.setItem(this.name, JSON.stringify(value));
  }
}

/** Return what was written as JSON; undefined where that is none. */
export function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null") as unknown;
  } catch {
    return undefined;
  }
}
