/** Streams that somebody here asked to be ended, and what came of it. */
import type { Schemas } from "./api";
import type { Words } from "./language.svelte";

export type Ending = Schemas["ActionView"];

const OPEN: readonly Ending["state"][] = ["awaiting_approval", "due", "sent"];
const LOOK_MS = 1500;

export class Endings {
  all = $state.raw<readonly Ending[]>([]);
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `read` asks how far one is; undefined where that may not be asked. */
  constructor(private readonly read: ((id: string) => Promise<Ending>) | undefined) {}

  /** Show one, and look at it again until it is over. */
  follow(ending: Ending): void {
    this.all = [ending, ...this.all.filter(({ id }) => id !== ending.id)];
    this.#lookLater();
  }

  /** Show one no more. */
  forget(id: string): void {
    this.all = this.all.filter((each) => each.id !== id);
  }

  /** Look at those that are not over; one that cannot be read now is looked at later. */
  async look(): Promise<void> {
    const { read } = this;
    if (!read) return;
    const looked = await Promise.all(
      this.all.map((each) => (isOver(each) ? each : read(each.id).catch(() => each))),
    );
    this.all = this.all.map((each) => looked.find(({ id }) => id === each.id) ?? each);
    this.#lookLater();
  }

  /** Look no more, whatever is answered still. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    clearTimeout(this.#timer);
    if (this.read && !this.#stopped && !this.all.every(isOver))
      this.#timer = setTimeout(() => void this.look(), LOOK_MS);
  }
}

/** Whether nothing more will come of it. */
export function isOver({ state }: Ending): boolean {
  return !OPEN.includes(state);
}

/** Return how far one is, in words; the API's own where it gives a reason. */
export function stageOf(ending: Ending, words: Words): string {
  if (ending.state === "done") return words.endedAndSeen;
  if (isOver(ending)) return [words.notEnded, ending.reason].filter(Boolean).join(" ");
  return ending.state === "sent" ? words.endingSent : words.endingAsked;
}
