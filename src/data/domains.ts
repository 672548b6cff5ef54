/** Several data sets in one set-up: further ones fitted to the first, and what regimes draw from them. */
import { matchClasses } from '../core/class-match';
import type { Choice, DataRole } from '../core/config';
import { hash, Rng } from '../core/rng';
import { type Dataset, ImportError, type Pool, type Split } from './dataset';
import { Fingerprint } from './fingerprint';
import type { RawImages } from './kit';
import type { Drawing } from './regimes/index';
import { toGrey, toRgb } from './resize';
import { shifts } from './shifts/index';
import { unlabelled } from './unlabelled';

/** What a role is called in sentences. */
export const ROLE_NAMES: Readonly<Record<DataRole, string>> = {
  target: 'target domain',
  pool: 'pool',
};

/** Every image after the shift; each has random numbers of its own. Throws where it would change nothing. */
export function shifted(raw: RawImages, { id, params }: Choice, seed: number): RawImages {
  const shift = shifts.get(id);
  const { height, width, channels } = raw.shape;
  if (shift.needsColour && channels === 1)
    throw new Error(`'${shift.name}' leaves grey images as they are. Choose another shift.`);
  const one = height * width * channels;
  const change = (from: Uint8Array): Uint8Array => {
    const pixels = new Uint8Array(from.length);
    for (let row = 0; row * one < from.length; row++) {
      const image = { pixels: from.subarray(row * one, (row + 1) * one), height, width, channels };
      pixels.set(shift.apply(image, params, new Rng(hash(seed, row), `shift/${id}`)), row * one);
    }
    return pixels;
  };
  const { pool: _, ...rest } = raw;
  return { ...rest, name: `${raw.name}, ${shift.name.toLowerCase()}`, pixels: change(raw.pixels) };
}

const recoloured = (pixels: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array =>
  from === to ? pixels : to === 1 ? toGrey(pixels) : toRgb(pixels);

/** The images with as many channels as the first set's. */
export function withChannels(raw: RawImages, to: 1 | 3): RawImages {
  const { shape, pool } = raw;
  if (shape.channels === to) return raw;
  return {
    ...raw,
    pixels: recoloured(raw.pixels, shape.channels, to),
    shape: { ...shape, channels: to },
    ...(pool ? { pool: { ...pool, pixels: recoloured(pool.pixels, shape.channels, to) } } : {}),
  };
}

const quoted = (names: readonly string[]): string => {
  const shown = names.slice(0, 6).map((name) => `'${name}'`);
  return names.length > 6 ? `${shown.join(', ')} and ${names.length - 6} more` : shown.join(', ');
};

/** Why the classes of a target domain cannot be used; undefined when they can. */
export function mismatch(first: readonly string[], target: readonly string[]): string | undefined {
  const { shared, onlyFirst, onlySecond } = matchClasses(first, target);
  if (onlySecond.length === 0 && shared.length > 1) return undefined;
  const fix = onlyFirst.length
    ? `Drop it again and, in the preview, call each by its name in the first set (free: ${quoted(onlyFirst)}), or leave it out.`
    : 'Drop it again and leave these classes out in the preview.';
  if (onlySecond.length) return `The first set has no class called ${quoted(onlySecond)}. ${fix}`;
  return `Only ${quoted(shared)} is in both sets, and two classes are needed.`;
}

/** Labels by the classes of the first set. Throws ImportError `LABEL_RANGE` naming those it does not have. */
export function alignClasses(raw: RawImages, classNames: readonly string[]): RawImages {
  const reason = mismatch(classNames, raw.classNames);
  if (reason) throw new ImportError('LABEL_RANGE', `Target domain '${raw.name}': ${reason}`);
  const { numbers } = matchClasses(classNames, raw.classNames);
  return { ...raw, classNames, labels: raw.labels.map((label) => numbers[label]!) };
}

/** The parts one behind the other; where they already lie so in memory, they are not copied. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const filled = parts.filter(({ length }) => length > 0);
  const total = filled.reduce((sum, { length }) => sum + length, 0);
  const [first] = filled;
  let end = first?.byteOffset ?? 0;
  const adjoin = filled.every((part) => {
    const follows = part.buffer === first?.buffer && part.byteOffset === end;
    end += part.length;
    return follows;
  });
  if (first && adjoin) return new Uint8Array(first.buffer, first.byteOffset, total);
  const pixels = new Uint8Array(total);
  let at = 0;
  for (const part of filled) {
    pixels.set(part, at);
    at += part.length;
  }
  return pixels;
}

/** Images of a further set that lose their labels: of 'train' only, or of all splits. */
export function poolOf(dataset: Dataset, all: boolean): Pool {
  const { train, validation, test } = dataset.splits;
  const parts: readonly { readonly pixels: Uint8Array; readonly count: number }[] = all
    ? [train, validation, test, ...(dataset.pool ? [dataset.pool] : [])]
    : [train];
  const pixels = joined(parts.map((part) => part.pixels));
  return { name: dataset.name, pixels, count: parts.reduce((sum, part) => sum + part.count, 0) };
}

/** A further data set, fitted to the first one. */
export interface Further {
  readonly dataset: Dataset;
  /** Made of the first set's images, so that its validation and test images are those of the first in disguise. */
  readonly derived: boolean;
}

/**
 * What a run sees: the labelled training images of `first`; as pool and, where the regime says so, as validation
 * and test images those of the further set. No label of the further set's training images is in the result, and no
 * image of the pool is equal to one of validation or test. Throws when none is left.
 */
export function compose(first: Dataset, further: Further, { draws }: Drawing): Dataset {
  const { dataset, derived } = further;
  const all = !draws.measured && !derived;
  const tests: Record<'validation' | 'test', Split> = draws.measured ? dataset.splits : first.splits;
  const { validation, test } = tests;
  const seen = {
    ...first,
    splits: { train: first.splits.train, validation, test },
    fingerprint: new Fingerprint()
      .text(first.fingerprint)
      .text(draws.role)
      .text(dataset.fingerprint)
      .digest(),
    pool: poolOf(dataset, all),
  };
  const pool = unlabelled(seen, new Int32Array());
  if (!pool)
    throw new Error(`Every image of '${dataset.name}' is one that is tested on; none is left to learn from.`);
  return { ...seen, pool };
}

/** Why a regime that draws on a further data set has none; the sentence says how to get one. */
export const missing = ({ regime, draws }: Drawing): string =>
  `${regime.name} needs a ${ROLE_NAMES[draws.role]}. Add one under Data: images of your own, or a shift of the first set.`;
