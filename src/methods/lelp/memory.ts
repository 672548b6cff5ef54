/** What LELP keeps of the training images: how each class is split, and what each image was before grouping. */
import type { Ops, Table, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import type { Pass } from '../kit';
import { OUT, projection } from './fit';
import { matchOf } from './match';
import { type Fitting, fitAll, mostParts } from './splits';
import { project } from './targets';

/** More rows than this add nothing to a mean and a few directions. */
const ROWS = 5000;
/** Name of the attribute that a data set with grouped classes has. */
const FINER = 'finer class';

export interface Memory {
  /** The projection `[D + 1, K S]` of embeddings; or, for 'finer', a row of split logits `[K S]` per image. */
  readonly splits: Table;
  /** Class before grouping, or the class where there was none; one column. */
  readonly finer: Table;
  /** How well the parts of each class match its finer classes, 0 to 1; one column. */
  readonly match: Table;
}

export interface Options extends Omit<Fitting, 'directions'> {
  readonly directions: Fitting['directions'] | 'finer';
}

const finerOf = ({ attributes, labels }: Pass): Int32Array => attributes?.[FINER] ?? labels;

/**
 * Split logits of every image, row-major `[samples, K S]`: the image's own class is split by what the image was,
 * other classes evenly over what their images were. Finer classes beyond S share the last subclass.
 */
export function finerSplits(pass: Pass, parts: number): Float32Array {
  const finer = finerOf(pass);
  const known = Array.from({ length: pass.classes }, () => new Set<number>());
  for (const [row, label] of pass.labels.entries()) known[label]?.add(finer[row] as number);
  const place = known.map((set) => {
    const order = [...set].sort((a, b) => a - b);
    return new Map(order.map((value, i) => [value, Math.min(i, parts - 1)]));
  });
  const columns = pass.classes * parts;
  const out = new Float32Array(pass.samples * columns).fill(-OUT);
  for (const [row, label] of pass.labels.entries())
    for (const [k, places] of place.entries())
      for (const [value, part] of places)
        if (k !== label || value === finer[row]) out[row * columns + k * parts + part] = 0;
  return out;
}

/** Fits the splits to the teacher's answers on the training images. */
export async function remember(pass: Pass, options: Options): Promise<Memory> {
  const { logits, embedding, width } = await pass.teacherOutputs();
  const { classes, samples, labels } = pass;
  const finer = finerOf(pass);
  const known = pass.table(samples, 1, Float32Array.from(finer));
  const parts = Math.min(options.subclasses, width);
  const { directions } = options;
  if (directions === 'finer') {
    const grouped = Float32Array.from({ length: classes }, () => Number(finer !== labels));
    const match = pass.table(classes, 1, grouped);
    return { finer: known, match, splits: pass.table(samples, classes * parts, finerSplits(pass, parts)) };
  }
  const count = Math.min(ROWS, samples);
  const rows = (flat: Float32Array, n: number) =>
    Array.from({ length: count }, (_, i) => Float64Array.from(flat.subarray(i * n, (i + 1) * n)));
  const fitted = {
    ...options,
    directions,
    subclasses: Math.min(parts, mostParts(labels.subarray(0, count))),
  };
  const splits = fitAll(rows(embedding, width), rows(logits, classes), pass, fitted);
  const matrix = projection(splits, width, parts);
  const match = pass.table(classes, 1, matchOf({ matrix, embedding, width, labels, finer, classes }));
  return { finer: known, match, splits: pass.table(width + 1, classes * parts, matrix) };
}

/** Logits of the split of every class for a batch, `[b, K S]`, before they are sharpened. */
export const splitLogits = (
  ops: Ops,
  { splits }: Pick<Memory, 'splits'>,
  directions: Options['directions'],
  embedding: Tensor2D,
  index: Tensor1D,
): Tensor => (directions === 'finer' ? splits.read(index) : project(ops, splits, embedding));
