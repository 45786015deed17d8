/** What comes piece by piece, taken up together: once for each frame that the browser draws. */

/** A hidden page draws no frames; what it is told must not pile up until somebody looks. */
const HIDDEN_MS = 1000;

type Soon = (work: () => void) => void;

export class Batch<Piece> {
  #waiting: Piece[] = [];

  constructor(
    private readonly take: (pieces: readonly Piece[]) => void,
    private readonly soon: Soon = nextFrame,
  ) {}

  add(piece: Piece): void {
    this.#waiting.push(piece);
    if (this.#waiting.length === 1) this.soon(() => this.#flush());
  }

  #flush(): void {
    const pieces = this.#waiting;
    this.#waiting = [];
    this.take(pieces);
  }
}

/** Do something before the next frame, or after a second if none is drawn by then. */
function nextFrame(work: () => void): void {
  let done = false;
  const once = (): void => {
    if (!done) work();
    done = true;
  };
  requestAnimationFrame(once);
  setTimeout(once, HIDDEN_MS);
}
