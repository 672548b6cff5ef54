/** What the learners measured: the newest of each whole, of earlier ones the numbers that become curves. */
import type { Evaluation } from '../../worker/protocol';

const NO_BINS = { count: [], confidence: [], accuracy: [] };

/** Measurements of one learner on one split that have the same metrics. An object for each would take ten times the memory. */
interface Line {
  readonly learner: string;
  readonly split: Evaluation['split'];
  readonly ids: readonly string[];
  readonly counted: boolean;
  /** Rows of `[step, epoch, parameters where counted, metrics...]`. */
  readonly rows: number[];
  /** The newest of the learner and split, if it is one of these. */
  whole: Evaluation | undefined;
}

export class Measurements {
  private readonly lines: Line[] = [];
  /** Places in `lines`, by what their measurements have in common. */
  private readonly places = new Map<string, number>();
  /** The line of each measurement so far. */
  private readonly order: number[] = [];
  /** The line that holds the newest of a learner and split. */
  private readonly newest = new Map<string, Line>();

  /** Copies what it keeps. */
  add(evaluation: Evaluation): void {
    const { learner, split, metrics, parameters, confusion } = evaluation;
    const of = `${learner} ${split}`;
    const ids = Object.keys(metrics);
    const counted = parameters !== undefined;
    const kind = [of, counted, ...ids].join();
    let place = this.places.get(kind);
    if (place === undefined) {
      place = this.lines.push({ learner, split, ids, counted, rows: [], whole: undefined }) - 1;
      this.places.set(kind, place);
    }
    const before = this.newest.get(of);
    if (before) shorten(before);
    const line = this.lines[place] as Line;
    line.whole = { ...evaluation, confusion: confusion.slice() };
    this.newest.set(of, line);
    this.order.push(place);
  }

  /** Every measurement so far, in order. Arrays are the caller's. */
  get all(): Evaluation[] {
    const seen = this.lines.map(() => 0);
    return this.order.map((place) => {
      const line = this.lines[place] as Line;
      const at = seen[place] as number;
      seen[place] = at + widthOf(line);
      if (at < line.rows.length) return outline(line, line.rows.slice(at, at + widthOf(line)));
      const whole = line.whole as Evaluation;
      return { ...whole, confusion: whole.confusion.slice() };
    });
  }
}

const widthOf = ({ ids, counted }: Line): number => 2 + Number(counted) + ids.length;

function shorten(line: Line): void {
  if (!line.whole) return;
  const { step, epoch, parameters, metrics } = line.whole;
  line.rows.push(step, epoch, ...(parameters === undefined ? [] : [parameters]), ...Object.values(metrics));
  line.whole = undefined;
}

/** A row as the measurement it was, without what is only drawn of the newest. */
function outline({ learner, split, ids, counted }: Line, row: readonly number[]): Evaluation {
  const [step = 0, epoch = 0] = row;
  const values = row.slice(row.length - ids.length);
  return {
    ...{ learner, split, step, epoch },
    ...(counted ? { parameters: row[2] as number } : {}),
    metrics: Object.fromEntries(ids.map((id, i) => [id, values[i] as number])),
    reliability: NO_BINS,
    confusion: new Int32Array(0),
  };
}
