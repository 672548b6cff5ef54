/** Speed and time left, from the last steps. */
const KEPT = 40;
const NEEDED = 3;

export class Meter {
  private readonly times: number[] = [];
  private started = 0;

  /** Marks the start of a stretch of steps, so that pauses and evaluations are not counted as steps. */
  begin(now: number): void {
    this.started = now;
  }

  step(now: number): void {
    this.times.push(now - this.started);
    this.started = now;
    if (this.times.length > KEPT) this.times.shift();
  }

  /** Mean wall milliseconds of a step; undefined until a few were seen. */
  get milliseconds(): number | undefined {
    if (this.times.length < NEEDED) return undefined;
    return this.times.reduce((a, b) => a + b, 0) / this.times.length;
  }
}

/** Mean cost of an evaluation, to be counted into the time left. */
export class EvaluationCost {
  private total = 0;
  private count = 0;

  add(milliseconds: number): void {
    this.total += milliseconds;
    this.count++;
  }

  get mean(): number {
    return this.count ? this.total / this.count : 0;
  }
}
