/** Probing networks that only answer: typical images, and images on the border between two classes. Host numbers. */
import { Bisection, largest } from './bisection';

/** Networks that answer images with probabilities and give nothing else away. Images are rows of `size` numbers. */
export interface BlackBoxes {
  readonly count: number;
  readonly classes: number;
  readonly size: number;
  /** Every network of `nets` about the same `n` images: `[nets, n, classes]`, row-major. */
  same(images: Float32Array, nets: readonly number[]): Promise<Float32Array>;
  /** Every network about its own images, `[nets, n, size]`: `[nets, n, classes]`. */
  own(images: Float32Array, nets: readonly number[]): Promise<Float32Array>;
}

/** The same boxes, and how many images each of them was asked about. */
export function counted(boxes: BlackBoxes): { readonly boxes: BlackBoxes; readonly questions: Float32Array } {
  const questions = new Float32Array(boxes.count);
  const note = (nets: readonly number[], images: number) => {
    for (const net of nets) questions[net]! += images;
  };
  return {
    questions,
    boxes: {
      ...boxes,
      same(images, nets) {
        note(nets, images.length / boxes.size);
        return boxes.same(images, nets);
      },
      own(images, nets) {
        note(nets, images.length / boxes.size / nets.length);
        return boxes.own(images, nets);
      },
    },
  };
}

export interface Knowledge {
  /** Images that each network is surest of, `[nets, classes, typical, size]`. */
  readonly nodes: Float32Array;
  /** Images just on the side of i towards j, for the ordered pairs of `pairsOf`: `[nets, pairs, typical, size]`. */
  readonly borders: Float32Array;
  /** Their nearest neighbours on the way that are called something else. */
  readonly beyond: Float32Array;
  /** What the networks call the starts, `[nets, pairs, typical]`. */
  readonly called: Int32Array;
  /** Typical images of each class. */
  readonly typical: number;
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Ordered pairs of different classes. */
export const pairsOf = (classes: number): (readonly [from: number, to: number])[] =>
  upTo(classes).flatMap((i) => upTo(classes).flatMap((j) => (i === j ? [] : [[i, j] as const])));

/** Rows of the surest images for each class of one network. @param answers `[n, classes]`. */
function surest(answers: Float32Array, classes: number, count: number): number[][] {
  const rows = upTo(answers.length / classes);
  const sure = (row: number, c: number) => answers[row * classes + c] as number;
  return upTo(classes).map((c) => [...rows].sort((a, b) => sure(b, c) - sure(a, c)).slice(0, count));
}

export function imagesAt(images: Float32Array, size: number, rows: readonly number[]): Float32Array {
  const out = new Float32Array(rows.length * size);
  for (const [i, row] of rows.entries()) out.set(images.subarray(row * size, (row + 1) * size), i * size);
  return out;
}

/**
 * What every network decides: its typical images, and for every ordered pair of classes points on the border.
 * Costs each a question per probe image, and C (C - 1) `steps` per typical image.
 * @param probes `[n, size]`; nobody says what they show.
 */
export async function knowledgeOf(
  boxes: BlackBoxes,
  probes: Float32Array,
  options: { readonly typical: number; readonly steps: number },
): Promise<Knowledge> {
  const { classes, size } = boxes;
  const nets = upTo(boxes.count);
  const n = probes.length / size;
  const typical = Math.min(options.typical, n);
  const answers = await boxes.same(probes, nets);
  const labels = largest(answers, classes);
  const chosen = nets.map((net) =>
    surest(answers.subarray(net * n * classes, (net + 1) * n * classes), classes, typical),
  );
  const along = (which: 0 | 1) =>
    nets.flatMap((net) => pairsOf(classes).flatMap((pair) => chosen[net]![pair[which]]!));
  const [from, to] = [along(0), along(1)];
  const each = pairsOf(classes).length * typical;
  const called = Int32Array.from(from, (row, i) => labels[Math.floor(i / each) * n + row]!);
  const search = new Bisection(imagesAt(probes, size, from), imagesAt(probes, size, to), called);
  for (let step = 0; step < options.steps; step++)
    search.tell(largest(await boxes.own(search.middle, nets), classes));
  const nodes = imagesAt(probes, size, chosen.flat(2));
  return { nodes, borders: search.points, beyond: search.beyond, called, typical };
}
