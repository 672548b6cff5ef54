/** Pause, resume and single steps of a loop that asks before each step. */
export class Gate {
  private allowed = Number.POSITIVE_INFINITY;
  private waiting: (() => void) | undefined;
  private held: Promise<unknown> = Promise.resolve();

  /** Whether someone waits for the next step now. */
  get waits(): boolean {
    return this.waiting !== undefined;
  }

  /** True when the next step may run, which is counted. */
  pass(): boolean {
    if (this.allowed <= 0) return false;
    this.allowed--;
    return true;
  }

  /** Resolves once a step is allowed again, which is counted. */
  async opened(): Promise<void> {
    while (!this.pass())
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    await this.held;
  }

  /** A closed gate, once opened, also waits for the end of `work`, however it ends. */
  hold(work: Promise<unknown>): void {
    this.held = work.catch(() => undefined);
  }

  close(): void {
    this.allowed = 0;
  }

  /** Lets `steps` steps through; without a number, all. */
  open(steps = Number.POSITIVE_INFINITY): void {
    this.allowed = steps;
    this.waiting?.();
    this.waiting = undefined;
  }
}
