/** Streams training curves to the page and notices learners whose numbers are no longer finite. */
import type { Row } from '../engine/ring';
import type { FromWorker, Points } from '../worker/protocol';
import type { Lane } from './lane';

/** Where a learner's numbers ceased to be finite. */
export interface Bad {
  readonly step: number;
  readonly term: string;
  readonly lastFinite: number;
}

export class Curves {
  private readonly emit: (message: FromWorker) => void;
  private readonly onDivergence: (lane: Lane) => void;
  private readonly bad = new Map<Lane, Bad>();
  private readonly last = new Map<Lane, Float32Array>();
  private reading: Promise<void> | undefined;
  private lastReport = 0;
  private dropped = false;
  private failure: unknown;

  constructor(emit: (message: FromWorker) => void, onDivergence: (lane: Lane) => void) {
    this.emit = emit;
    this.onDivergence = onDivergence;
  }

  start(lane: Lane): void {
    if (!this.bad.has(lane))
      this.emit({ type: 'state', learner: lane.options.id, state: { kind: 'training' } });
  }

  /** What is remembered of a learner. */
  memory(lane: Lane): { readonly bad?: Bad; readonly last?: Float32Array } {
    const [bad, last] = [this.bad.get(lane), this.last.get(lane)];
    return { ...(bad ? { bad } : {}), ...(last ? { last } : {}) };
  }

  remember(lane: Lane, { bad, last }: ReturnType<Curves['memory']>): void {
    if (bad) this.bad.set(lane, bad);
    if (last) this.last.set(lane, last);
  }

  diverged(lane: Lane): boolean {
    return this.bad.has(lane);
  }

  /** True once after learners were dropped. */
  droppedSinceAsked(): boolean {
    const { dropped } = this;
    this.dropped = false;
    return dropped;
  }

  /** True when `milliseconds` have passed since the last time it was true and nothing is being read. */
  due(milliseconds: number): boolean {
    const now = performance.now();
    if (this.reading || now - this.lastReport < milliseconds) return false;
    this.lastReport = now;
    return true;
  }

  /** Starts reading the rings; the steps do not wait. Throws what the last read threw. */
  drain(lanes: readonly Lane[]): void {
    if (this.failure) throw this.failure;
    this.reading ??= this.read(lanes)
      .catch((error: unknown) => {
        this.failure = error;
      })
      .finally(() => {
        this.reading = undefined;
      });
  }

  /** Waits for a read that is under way. */
  async flush(): Promise<void> {
    await this.reading;
    if (this.failure) throw this.failure;
  }

  /** Reads everything up to now. */
  async finish(lanes: readonly Lane[]): Promise<void> {
    await this.flush();
    this.drain(lanes);
    await this.flush();
  }

  private async read(lanes: readonly Lane[]): Promise<void> {
    const rows = await Promise.all(lanes.map((lane) => lane.ring.drain(lane.step)));
    const points = lanes.flatMap((lane, i) => this.pointsOf(lane, rows[i] ?? []));
    if (points.length) this.emit({ type: 'points', points });
  }

  private pointsOf(lane: Lane, rows: readonly Row[]): Points[] {
    if (this.bad.has(lane)) return [];
    const columns = 3 + lane.termKeys.length;
    const good: Row[] = [];
    for (const row of rows) {
      if (!row.values.every(Number.isFinite)) {
        this.mark(lane, row);
        break;
      }
      good.push(row);
      this.last.set(lane, row.values);
    }
    if (good.length === 0) return [];
    const data = new Float32Array(good.length * columns);
    good.forEach(({ step, values }, i) => {
      data.set([step + 1, ...values], i * columns);
      // Images without labels have no accuracy: none is shown, rather than 0.
      if (lane.options.method.roles?.images === 'pool') data[i * columns + 2] = Number.NaN;
    });
    return [{ learner: lane.options.id, rows: good.length, data }];
  }

  private mark(lane: Lane, { step, values }: Row): void {
    const at = lane.termKeys.findIndex((_, i) => !Number.isFinite(values[2 + i]));
    const last = this.last.get(lane);
    const bad = {
      step: step + 1,
      term: at < 0 ? 'total' : lane.termKeys[at]!,
      lastFinite: last?.[at < 0 ? 0 : 2 + at] ?? Number.NaN,
    };
    this.bad.set(lane, bad);
    this.dropped = true;
    this.emit({ type: 'state', learner: lane.options.id, state: { kind: 'diverged', ...bad } });
    this.onDivergence(lane);
  }
}
