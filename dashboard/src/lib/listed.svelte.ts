/** A long list of the API's, read page by page as one goes on. */

interface PageOf<Row> {
  data: Row[];
  page: { next_cursor?: string | null };
}

export class Listed<Row> {
  rows = $state.raw<Row[]>([]);
  error = $state.raw<unknown>(undefined);
  loading = $state(false);
  next = $state<string | null>(null);
  #question = 0;

  constructor(private readonly read: (cursor: string | null) => Promise<PageOf<Row>>) {}

  /** Read from the beginning; what is answered to an earlier question is not shown any more. */
  async start(): Promise<void> {
    this.#question += 1;
    await this.#take(null, []);
  }

  /** Read the next page behind what is there. */
  async more(): Promise<void> {
    if (this.next !== null && !this.loading) await this.#take(this.next, this.rows);
  }

  async #take(cursor: string | null, before: Row[]): Promise<void> {
    const question = this.#question;
    this.loading = true;
    try {
      const { data, page } = await this.read(cursor);
      if (question !== this.#question) return;
      this.rows = [...before, ...data];
      this.next = page.next_cursor ?? null;
      this.error = undefined;
    } catch (error) {
      if (question !== this.#question) return;
      [this.rows, this.error] = [before, error];
      if (cursor === null) this.next = null;
    } finally {
      if (question === this.#question) this.loading = false;
    }
  }
}

/** Return a page whose rows are told apart by what else names them. */
export function identified<Row>(
  { data, page }: PageOf<Row>,
  idOf: (row: Row) => string,
): PageOf<Row & { id: string }> {
  return { data: data.map((row) => ({ ...row, id: idOf(row) })), page };
}
