/** What a run has told so far, short enough to be saved with it and told again. */
import type { Evaluation, FromWorker, LearnerState, Points, Probe } from '../../worker/protocol';
import { Looks } from './looks';
import { Measurements } from './measurements';

/** Rows of a curve; of more, every second is left out. */
const ROWS = 1 << 16;
const START = 1 << 10;

/** Curve of one learner, rows of `[step, columns...]`. */
interface Curve {
  columns: number;
  rows: number;
  data: Float32Array<ArrayBuffer>;
}

type Regimes = Extract<FromWorker, { readonly type: 'regimes' }>;

export interface JournalState {
  readonly points: readonly Points[];
  readonly evaluations: readonly Evaluation[];
  readonly states: readonly (readonly [learner: string, state: LearnerState])[];
  readonly probes: readonly Probe[];
  readonly regimes?: Regimes['report'];
}

export class Journal {
  private readonly curves = new Map<string, Curve>();
  private readonly measurements = new Measurements();
  private readonly states = new Map<string, LearnerState>();
  private readonly looks = new Map<string, Looks>();
  private regimes: Regimes['report'] | undefined;

  /** Call before the message is sent: its arrays go with it. */
  take(message: FromWorker): void {
    if (message.type === 'points') for (const points of message.points) this.add(points);
    else if (message.type === 'evaluated') for (const one of message.evaluations) this.measurements.add(one);
    else if (message.type === 'state') this.states.set(message.learner, message.state);
    else if (message.type === 'probe') this.probed(message.probe);
    else if (message.type === 'regimes' && message.request === undefined) this.regimes = message.report;
  }

  private add({ learner, rows, data }: Points): void {
    const columns = data.length / rows;
    let curve = this.curves.get(learner);
    if (!curve) {
      curve = { columns, rows: 0, data: new Float32Array(START * columns) };
      this.curves.set(learner, curve);
    }
    const needed = (curve.rows + rows) * columns;
    if (needed > curve.data.length) {
      const grown = new Float32Array(Math.max(needed, 2 * curve.data.length));
      grown.set(curve.data);
      curve.data = grown;
    }
    curve.data.set(data, curve.rows * columns);
    curve.rows += rows;
    if (curve.rows > ROWS) this.thin(curve);
  }

  private thin(curve: Curve): void {
    const { columns, data } = curve;
    const kept = Math.ceil(curve.rows / 2);
    for (let row = 0; row < kept; row++)
      data.copyWithin(row * columns, 2 * row * columns, (2 * row + 1) * columns);
    curve.rows = kept;
  }

  private probed(probe: Probe): void {
    const looks = this.looks.get(probe.learner) ?? new Looks();
    this.looks.set(probe.learner, looks);
    looks.add(probe);
  }

  get state(): JournalState {
    const points = [...this.curves].map(([learner, { columns, rows, data }]) => ({
      learner,
      rows,
      data: data.slice(0, rows * columns),
    }));
    const evaluations = this.measurements.all;
    const probes = [...this.looks.values()].flatMap((looks) => looks.all);
    const { states, regimes } = this;
    return { points, evaluations, states: [...states], probes, ...(regimes ? { regimes } : {}) };
  }
}

/** The messages that tell all of it again. */
export function retold({ points, evaluations, states, probes, regimes }: JournalState): FromWorker[] {
  return [
    ...(regimes ? [{ type: 'regimes', report: regimes } as const] : []),
    ...(points.length ? [{ type: 'points', points } as const] : []),
    ...(evaluations.length ? [{ type: 'evaluated', evaluations } as const] : []),
    ...states.map(([learner, state]) => ({ type: 'state', learner, state }) as const),
    ...probes.map((probe) => ({ type: 'probe', probe }) as const),
  ];
}
