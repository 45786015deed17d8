/** Who types is waited for: what they mean is done once they pause. */
const PAUSE_MS = 250;

export class Pause<Said> {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly act: (said: Said) => void) {}

  /** Do it with this once nothing else is said for a moment. */
  after(said: Said): void {
    this.end();
    this.#timer = setTimeout(() => this.act(said), PAUSE_MS);
  }

  /** Do no more of what was said: whoever said it is gone, or says something else. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
