/** What a page asked the API for: being loaded, there, or failed; asked anew every so often. */

export class Asked<Data> {
  data = $state.raw<Data | undefined>(undefined);
  error = $state.raw<unknown>(undefined);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(
    private readonly ask: () => Promise<Data>,
    private readonly everyMs?: number,
  ) {}

  /** Ask now, and again every so often; keep what was answered last where asking fails. */
  async start(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.data = await this.ask();
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
    if (this.everyMs !== undefined && !this.#ended) {
      this.#timer = setTimeout(() => void this.start(), this.everyMs);
    }
  }

  /** Ask no more. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }
}
