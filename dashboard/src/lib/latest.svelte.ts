/** The answer to what was asked last: it says nothing of something else. */

export class Latest<Answer> {
  answer = $state.raw<Answer>();
  #question = 0;

  /** Ask; what is answered to an earlier question, or once it was forgotten, is not taken. */
  async ask(read: () => Promise<Answer>): Promise<void> {
    this.forget();
    const question = this.#question;
    const answer = await read();
    if (question === this.#question) this.answer = answer;
  }

  /** Something else is meant now. */
  forget(): void {
    this.#question += 1;
    this.answer = undefined;
  }
}
