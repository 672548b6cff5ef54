import type { Ops, Table, Tensor, Tensor2D, Variable } from '../../engine/types';
import { classMeans, type Midway, type Pass, type Step } from '../kit';
import type { Layer } from './heads';

export type Source = 'teacher' | 'prototypes' | 'logits' | 'embedding';

export interface Extras {
  /** The head that learns from the teacher; absent where one head does both. */
  readonly taught?: Layer;
  /** Chosen blend: alpha, beta. */
  readonly mix: Variable;
  /** Mean direction of each class in the teacher's embedding, `[classes, width]`. */
  readonly prototypes?: Variable;
}

export interface Memory {
  /** Validation accuracy of every blend, `[BETAS, ALPHAS]`. */
  readonly grid: Table;
  /** Of the label head, the teacher's head and their blend, `[3, 3]`: accuracy, ECE, NLL. */
  readonly heads: Table;
  /** Imported logits of the batch's images and of the pool's. */
  readonly imported?: { readonly own: Table; readonly pool: Table };
}

const fromFile = (source: Source): boolean => source === 'logits' || source === 'embedding';

/** Throws where a source needs what was not imported, with the way out. */
export function checkSource(source: Source, numbers: number | undefined, classes: number): void {
  if (!fromFile(source)) return;
  const file = source === 'logits' ? 'logits.csv' : 'embeddings.csv';
  if (numbers === undefined)
    throw new Error(
      `Dual-head optimisation is to be taught by an imported file. Drop your images again with a ${file} or .npz beside them, or choose another source.`,
    );
  if (source === 'logits' && numbers !== classes)
    throw new Error(
      `The imported file has ${numbers} numbers for an image, and there are ${classes} classes: logits need one for each class.`,
    );
}

/** Rows of length 1; those of length 0 stay. */
function normalised(rows: Float32Array, width: number): Float32Array {
  return rows.map((_, at) => {
    const row = rows.subarray(at - (at % width), at - (at % width) + width);
    return (rows[at] as number) / (Math.hypot(...row) || 1);
  });
}

/** scale times the cosine of every row with every prototype, `[rows, classes]`. */
function cosines(rows: Float32Array, prototypes: Float32Array, width: number, scale: number): Float32Array {
  const [a, b] = [normalised(rows, width), normalised(prototypes, width)];
  const classes = b.length / width;
  return Float32Array.from({ length: (a.length / width) * classes }, (_, at) => {
    const [row, k] = [Math.floor(at / classes) * width, (at % classes) * width];
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (a[row + i] as number) * (b[k + i] as number);
    return scale * sum;
  });
}

/** Logits of images and pool as imported, or from imported embeddings. Throws where images have none. */
export function importedLogits(pass: Pass, source: Source, scale: number) {
  const { numbers, labels, classes } = pass;
  if (!fromFile(source) || !numbers) return undefined;
  const { name, width, rows, pool } = numbers;
  const missing = [...rows, ...pool].filter(Number.isNaN).length / width;
  if (missing > 0)
    throw new Error(`${name} has no row for ${missing} of the images. Add them, or leave the images out.`);
  if (source === 'logits') return { own: rows, pool };
  // Of labelled images, where the file has no row for a class.
  const means = classMeans(normalised(rows, width), width, labels, classes);
  const prototypes = means.map((mean, at) => {
    const given = numbers.classes[at] as number;
    return Number.isNaN(given) ? mean : given;
  });
  return { own: cosines(rows, prototypes, width, scale), pool: cosines(pool, prototypes, width, scale) };
}

/** The class means of the trained teacher's normalised embedding, over the labelled images. */
export async function learnPrototypes(pass: Midway<Extras>, prototypes: Variable): Promise<void> {
  const { embedding, width } = await pass.teacherOutputs();
  const means = classMeans(normalised(embedding, width), width, pass.labels, pass.classes);
  pass.held.write(prototypes, means);
}

type Moment = Pick<
  Step<Asked, Extras, Memory>,
  'ops' | 'params' | 'extras' | 'memory' | 'index' | 'pool' | 'teacher'
>;

interface Asked {
  readonly source: Source;
  readonly scale: number;
}

const byPrototypes = (ops: Ops, embedding: Tensor2D, prototypes: Tensor, scale: number): Tensor2D =>
  ops.mul(
    ops.matMul(ops.l2Normalize(embedding), ops.transpose(ops.l2Normalize(prototypes))),
    scale,
  ) as Tensor2D;

/** What the teacher says of the batch, and of the images without labels: logits. */
export function teacherLogits(step: Moment): { readonly own: Tensor2D; pool(): Tensor2D } {
  const { ops, params, extras, memory, index, pool } = step;
  const { imported } = memory;
  if (imported) return { own: imported.own.read(index), pool: () => imported.pool.read(pool.index) };
  const { prototypes } = extras;
  if (!prototypes) return { own: step.teacher.logits, pool: () => pool.teacher.logits };
  const say = (embedding: Tensor2D) => byPrototypes(ops, embedding, prototypes, params.scale);
  return { own: say(step.teacher.embedding), pool: () => say(pool.teacher.embedding) };
}
