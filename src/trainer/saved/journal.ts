/** What a run has told so far, short enough to be saved with it and told again. */
import { LINE_LIMIT } from '../../core/panel';
import type { Evaluation, FromWorker, LearnerState, Points, Probe } from '../../worker/protocol';

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

const NO_BINS = { count: [], confidence: [], accuracy: [] };

export class Journal {
  private readonly curves = new Map<string, Curve>();
  private evaluations: Evaluation[] = [];
  private readonly states = new Map<string, LearnerState>();
  private probes: Probe[] = [];
  private regimes: Regimes['report'] | undefined;

  /** Call before the message is sent: its arrays go with it. */
  take(message: FromWorker): void {
    if (message.type === 'points') for (const points of message.points) this.add(points);
    else if (message.type === 'evaluated') for (const one of message.evaluations) this.measured(one);
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

  /** Only the last measurement of a learner is drawn in full; of the others the metrics are. */
  private measured(evaluation: Evaluation): void {
    const { learner, split, confusion } = evaluation;
    this.evaluations = this.evaluations.map((old) =>
      old.learner === learner && old.split === split
        ? { ...old, reliability: NO_BINS, confusion: new Int32Array(0) }
        : old,
    );
    this.evaluations.push({ ...evaluation, confusion: confusion.slice() });
  }

  /** Likewise of pictures; those of a few numbers are lines. */
  private probed(probe: Probe): void {
    this.probes = this.probes.map((old) =>
      old.learner === probe.learner
        ? { ...old, panels: old.panels.filter(({ data }) => data.length <= LINE_LIMIT) }
        : old,
    );
    const panels = probe.panels.map((panel) => ({ ...panel, data: panel.data.slice() }));
    this.probes.push({ ...probe, panels });
  }

  get state(): JournalState {
    const points = [...this.curves].map(([learner, { columns, rows, data }]) => ({
      learner,
      rows,
      data: data.slice(0, rows * columns),
    }));
    const { evaluations, states, probes, regimes } = this;
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
