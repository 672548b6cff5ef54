/** Between epochs: what is remembered, and which images of the pool the next epoch learns from. */
import type { Table } from '../../engine/types';
import type { Midway, Pass, Values } from '../kit';
import type { params } from './params';
import { type Selection, select, teacherShare } from './select';
import { answersOf, type Extras } from './shared';

export type Params = Values<typeof params>;

export interface Memory {
  /** Of each image of the pool: 1 where it is kept, and how sure both networks are together. */
  readonly chosen: Table;
  /** Of each class, by row: share of the answers, threshold, share that is kept. */
  readonly classes: Table;
  /** Share of the teacher in the choice, and share of the pool that is kept. */
  readonly course: Table;
  /** The teacher's logits on the pool as it is. */
  readonly taught: Table;
}

/** The released schedule: its epochs, and where in it the teacher's share would end and does end. */
const [EPOCHS, SPAN, STOP] = [240, 160, 120];
/** Images a network is asked about at once. */
const CHUNK = 64;

/** Everything is kept until the first choice. @param taught logits of the teacher, `[samples, classes]`. */
export function remember(
  { table, samples, classes }: Pick<Pass, 'table' | 'samples' | 'classes'>,
  taught?: Float32Array,
): Memory {
  return {
    chosen: table(
      samples,
      2,
      Float32Array.from({ length: 2 * samples }, (_, i) => 1 - (i % 2)),
    ),
    classes: table(3, classes),
    course: table(1, 2),
    taught: table(samples, classes, taught),
  };
}

/** The teacher's share in epoch `epoch` of `epochs`, counted from 0: the released schedule, stretched. */
export const shareIn = (epoch: number, epochs: number): number =>
  teacherShare(1 + (EPOCHS * epoch) / epochs, STOP, SPAN);

/** Which images `params` keep, of logits `[rows, classes]`. */
export function choose(
  student: ArrayLike<number>,
  teacher: ArrayLike<number>,
  { classes, share, params }: { classes: number; share: number; params: Params },
): Selection {
  const { match, selection, cutoff } = params;
  const sure = match === 'confident';
  const found = select(student, teacher, { classes, share: sure ? 1 : share, cutoff });
  const all = match === 'all' || (match === 'features' && selection === 'all');
  if (!all && !sure) return found;
  const thresholds = new Float64Array(classes).fill(all ? 0 : cutoff);
  const rows = Int32Array.from(found.confidence.keys());
  return { ...found, thresholds, kept: all ? rows : rows.filter((row) => found.confidence[row]! > cutoff) };
}

type Between = Pick<
  Midway<Extras, Params>,
  'samples' | 'classes' | 'compute' | 'imagesOf' | 'extras' | 'ops'
>;

/** Logits of student and teacher on the pool as it is, row by row side by side. */
async function askAll(pass: Between, memory: Memory, { match }: Params) {
  const { ops, extras, samples, classes } = pass;
  const sides = [new Float32Array(samples * classes), new Float32Array(samples * classes)] as const;
  for (let from = 0; from < samples; from += CHUNK) {
    const rows = Int32Array.from({ length: Math.min(CHUNK, samples - from) }, (_, i) => from + i);
    const images = pass.imagesOf(rows);
    const both = await pass.compute((asked) => {
      const student = asked.student(asked.images(images));
      const { logits } = match === 'features' ? answersOf({ ops, extras }, student) : student;
      return ops.stack([logits, memory.taught.read(ops.tensor1d(rows, 'int32'))]);
    });
    sides.forEach((side, i) => {
      side.set(both.subarray(i * rows.length * classes, (i + 1) * rows.length * classes), from * classes);
    });
  }
  return sides;
}

/** Before an epoch: the images it learns from. */
export async function chooseFor(
  epoch: number,
  pass: Between & Pick<Midway, 'epochs'>,
  memory: Memory,
  params: Params,
): Promise<void> {
  if (epoch % params.every > 0) return;
  const { classes, samples } = pass;
  const share = shareIn(epoch, pass.epochs);
  const [student, teacher] = await askAll(pass, memory, params);
  const { confidence, answer, thresholds, kept } = choose(student, teacher, { classes, share, params });
  const chosen = Float32Array.from({ length: 2 * samples }, (_, i) => (i % 2 ? confidence[i >> 1]! : 0));
  const [count, left] = [new Float64Array(classes), new Float64Array(classes)];
  for (const label of answer) count[label]!++;
  for (const row of kept) {
    chosen[2 * row] = 1;
    left[answer[row]!]!++;
  }
  memory.chosen.fill(chosen);
  const shares = [count.map((n) => n / samples), thresholds, left.map((n, k) => n / Math.max(1, count[k]!))];
  memory.classes.fill(Float32Array.from(shares.flatMap((row) => [...row])));
  memory.course.fill(Float32Array.of(share, kept.length / samples));
}
