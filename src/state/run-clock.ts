/** How long the run has been going, pauses left out. */
import { useRun } from './run';

export class Stopwatch {
  private before = 0;
  private since: number | undefined;
  private readonly now: () => number;

  /** @param now milliseconds from any origin. */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  get seconds(): number {
    return (this.before + (this.since === undefined ? 0 : this.now() - this.since)) / 1000;
  }

  reset(): void {
    this.before = 0;
    this.since = undefined;
  }

  go(): void {
    this.since ??= this.now();
  }

  stop(): void {
    this.before = 1000 * this.seconds;
    this.since = undefined;
  }
}

/** Of the run on the page. */
export const runClock = new Stopwatch();

useRun.subscribe(({ status, run }, before) => {
  if (status === before.status && run === before.run) return;
  if (status === 'starting' || status === 'idle') runClock.reset();
  if (status === 'running') runClock.go();
  else runClock.stop();
});
