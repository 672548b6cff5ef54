/** Work that waits until parameters were moved, done once however many ask for it. */
export class Retuning {
  /** They were moved since the work was last done. */
  due = false;
  private done: Promise<void> = Promise.resolve();

  /** Resolves when nothing is due any more. */
  settle(work: () => Promise<void>): Promise<void> {
    if (this.due) {
      this.due = false;
      this.done = this.done.then(work);
    }
    return this.done;
  }
}
