/** One tab at a time saves: the one that holds the lock. */
const LOCK = 'condenser-saves';

export interface Turns {
  /** This tab saves from now on. */
  mine(): void;
  /** Another one does. */
  theirs(): void;
}

/** How long a tab that is being closed or reloaded may hold on before the others are told that it is there. */
const GRACE = 1500;

export class Writer {
  private readonly turns: Turns;
  private settled: ReturnType<typeof setTimeout> | undefined;

  constructor(turns: Turns) {
    this.turns = turns;
  }

  /** Asks for the lock, and waits for it. */
  begin(): void {
    this.settled = setTimeout(() => this.turns.theirs(), GRACE);
    this.request({});
  }

  /** Takes it from the tab that has it, which then waits in its turn. */
  take(): void {
    this.request({ steal: true });
  }

  private request(options: LockOptions): void {
    const { locks } = navigator;
    if (!locks) {
      this.got();
      return;
    }
    locks
      .request(LOCK, options, () => {
        this.got();
        return new Promise<never>(() => {});
      })
      .catch(() => {
        // Taken by another tab: back into the queue.
        this.turns.theirs();
        this.request({});
      });
  }

  private got(): void {
    clearTimeout(this.settled);
    this.turns.mine();
  }
}
