/** The zoo behind a door: what the search may use of it are answers. And the frozen encoder. */
import type { Tensor4D } from '../../engine/types';
import type { Asked, Midway } from '../kit';
import type { BlackBoxes } from './boundary';
import { inDomain } from './domains';
import { answersOf } from './door';
import type { Extras, Memory } from './memory';
import { DOMAINS, upTo } from './tasks';

/** Images of one question to all, and numbers of one question with images for each. */
const AT_ONCE = 32;
const MOST = 4e6;

type Door = Pick<Midway<Extras>, 'ops' | 'extras' | 'image' | 'compute'>;

const sizeOf = ({ image }: Pick<Midway, 'image'>): number => image.reduce((a, b) => a * b, 1);

/** Rows `from` to `from + count` of `size` numbers; past the end the last one again, so that all parts are alike. */
function part(values: Float32Array, size: number, from: number, count: number): Float32Array {
  const last = values.length / size - 1;
  const out = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const row = Math.min(last, from + i);
    out.set(values.subarray(row * size, (row + 1) * size), i * size);
  }
  return out;
}

export function boxesOf(pass: Door, { zoo }: Pick<Memory, 'zoo'>): BlackBoxes {
  const { ops } = pass;
  const size = sizeOf(pass);
  const classes = zoo.perTask;
  const ask = (images: Float32Array, nets: readonly number[], own: boolean) =>
    pass.compute((asked) =>
      answersOf(
        { ops, nets: pass.extras.nets, trained: zoo.trained, asked },
        asked.images(images),
        nets,
        own,
      ),
    );
  return {
    count: zoo.nets,
    classes,
    size,
    async same(images, nets) {
      const n = images.length / size;
      const all = new Float32Array(nets.length * n * classes);
      const count = Math.min(AT_ONCE, n);
      for (let from = 0; from < n; from += count) {
        const answers = await ask(part(images, size, from, count), nets, false);
        const kept = Math.min(count, n - from) * classes;
        for (let m = 0; m < nets.length; m++)
          all.set(
            answers.subarray(m * count * classes, m * count * classes + kept),
            (m * n + from) * classes,
          );
      }
      return all;
    },
    async own(images, nets) {
      const each = images.length / nets.length;
      const count = Math.min(nets.length, Math.max(1, Math.floor(MOST / each)));
      const all = new Float32Array((images.length / size) * classes);
      for (let from = 0; from < nets.length; from += count) {
        const some = upTo(count).map((i) => nets[Math.min(nets.length - 1, from + i)]!);
        const answers = await ask(part(images, each, from, count), some, true);
        const one = (each / size) * classes;
        all.set(answers.subarray(0, Math.min(count, nets.length - from) * one), from * one);
      }
      return all;
    },
  };
}

/**
 * Images encoded by the frozen teacher, `[n, D]`: mean 0 and spread 1 over the training images, then all of length
 * sqrt(D), since images that are changed or half way between two can drive it far beyond what it was trained on.
 */
export async function encode(
  pass: Door,
  { center, spread }: Pick<Memory, 'center' | 'spread'>,
  images: Float32Array,
): Promise<Float32Array> {
  const { ops } = pass;
  const [size, width] = [sizeOf(pass), center.length];
  const n = images.length / size;
  const all = new Float32Array(n * width);
  const count = Math.min(AT_ONCE, n);
  for (let from = 0; from < n; from += count) {
    const rows = part(images, size, from, count);
    const made = await pass.compute((asked) => {
      const { embedding } = asked.teacher(asked.images(rows));
      const even = ops.div(ops.sub(embedding, ops.tensor1d(center)), ops.tensor1d(spread));
      return ops.mul(ops.l2Normalize(even), Math.sqrt(width));
    });
    all.set(made.subarray(0, Math.min(count, n - from) * width), from * width);
  }
  return all;
}

/** The same images in every domain, one after another: `[domains, n, size]`. */
export async function inEveryDomain(pass: Door, images: Float32Array): Promise<Float32Array> {
  const { ops } = pass;
  const out = new Float32Array(DOMAINS * images.length);
  for (const domain of upTo(DOMAINS)) {
    const changed = (asked: Asked): Tensor4D => inDomain(ops, asked.images(images), domain);
    out.set(await pass.compute(changed), domain * images.length);
  }
  return out;
}
