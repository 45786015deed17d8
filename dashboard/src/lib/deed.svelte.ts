/** Something that a person does here: one at a time, and what went wrong with it. */
import { ProblemError } from "./api";
import { language } from "./language.svelte";

export class Deed {
  busy = $state(false);
  failure = $state("");

  /** Do it, unless it is being done; return whether it succeeded. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = "";
    try {
      await work();
      return true;
    } catch (error) {
      this.failure =
        error instanceof ProblemError && error.status > 0
          ? error.message
          : language.words.unreachable;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
