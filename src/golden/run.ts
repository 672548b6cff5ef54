/** Compares the app's own code of methods and models with golden files, on whichever backend runs. Nothing blocks. */
import { gradient, type Nested, read, tidy } from '../engine/autodiff';
import type { Scalar, Tensor } from '../engine/types';
import { methods } from '../methods/index';
import { models } from '../models/index';
import type { GoldenResult } from '../worker/protocol';
import { adapters } from './index';
import { type Case, type Golden, given, ops } from './kit';

/** Largest error of a value, relative to itself; below FLOOR / VALUES in size, absolute. */
export const VALUES = 1e-5;
export const FLOOR = 1e-6;
/** Largest error of a gradient, relative to its largest entry. */
export const GRADIENTS = 1e-4;

export interface GoldenFile {
  readonly method: string;
  readonly cases: readonly Case[];
}

const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

/** A golden file held to its form. Throws with what is wrong. */
export function parseGolden(content: unknown): GoldenFile {
  if (!isObject(content) || typeof content['method'] !== 'string' || !Array.isArray(content['cases']))
    throw new Error("A golden file is an object with 'method' and a list of 'cases'.");
  for (const [i, entry] of content['cases'].entries()) {
    const sound = isObject(entry) && typeof entry['name'] === 'string';
    if (!sound || !['inputs', 'params', 'expected'].every((key) => isObject(entry[key])))
      throw new Error(`Case ${i + 1} needs 'name', 'inputs', 'params' and 'expected'.`);
  }
  return content as unknown as GoldenFile;
}

/** All numbers of nested lists and named values, in the order of the file. */
const flat = (x: unknown): number[] =>
  typeof x === 'object' && x !== null ? Object.values(x).flatMap(flat) : [Number(x)];

/** Largest |a - e| / max(|e|, floor); infinite where a number is missing or not finite. */
export function valueError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (const [i, e] of expected.entries()) {
    const error = Math.abs((actual[i] as number) - e) / Math.max(Math.abs(e), FLOOR / VALUES);
    worst = Number.isFinite(error) ? Math.max(worst, error) : Number.POSITIVE_INFINITY;
  }
  return worst;
}

/** Below this the largest entry of a gradient is rounding of float64, so the gradient is 0. */
const ZERO = 1e-14;

/** Largest |a - e| over the largest |e|; a gradient that is 0 everywhere is compared absolutely, to FLOOR. */
export function gradientError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = Math.max(...expected.map(Math.abs));
  const scale = largest < ZERO ? FLOOR / GRADIENTS : largest;
  const errors = expected.map((e, i) => Math.abs((actual[i] as number) - e) / scale);
  return errors.every(Number.isFinite) ? Math.max(...errors) : Number.POSITIVE_INFINITY;
}

async function numbers(make: () => Tensor): Promise<ArrayLike<number>> {
  const x = tidy(make);
  const values = await read(x);
  x.dispose();
  return values;
}

/** [value, input, entry] of an expected number that is a gradient. */
function gradientOf(golden: Golden, key: string): readonly [string, string, number?] | undefined {
  return golden.gradients?.[key] ?? (key.startsWith('grad_') ? ['loss', key.slice(5)] : undefined);
}

function result(golden: Golden, from: Case, key: string, held?: { input: string; value: Tensor }): Tensor {
  const value = golden.compute(given(from, held))?.[key];
  if (value === undefined) throw new Error(`'${key}' is not computed by the adapter.`);
  return typeof value === 'number' ? ops.scalar(value) : value;
}

function derivative(golden: Golden, from: Case, value: string, input: string, at?: number): Tensor {
  const x = given(from).tensor(input);
  const slope = gradient((held) => result(golden, from, value, { input, value: held }) as Scalar, x);
  return at === undefined ? slope : (ops.unstack(slope)[at] as Tensor);
}

/** One case against its adapter. */
export async function runCase(golden: Golden, from: Case): Promise<GoldenResult> {
  const covered = tidy(() => golden.compute(given(from)) !== undefined);
  if (!covered)
    return { name: from.name, passed: false, missing: 'This case tests a form that is not shipped.' };
  const values: number[] = [];
  const gradients: number[] = [];
  for (const [key, expected] of Object.entries(from.expected)) {
    if (golden.ignore?.includes(key)) continue;
    const wanted = flat(expected as Nested);
    const pair = gradientOf(golden, key);
    if (pair) gradients.push(gradientError(await numbers(() => derivative(golden, from, ...pair)), wanted));
    else values.push(valueError(await numbers(() => ops.mul(result(golden, from, key), 1)), wanted));
  }
  const { values: valueTolerance = VALUES, gradients: gradientTolerance = GRADIENTS } =
    golden.tolerance ?? {};
  return {
    name: from.name,
    ...(values.length ? { values: Math.max(...values) } : {}),
    ...(gradients.length ? { gradients: Math.max(...gradients) } : {}),
    passed: values.every((e) => e <= valueTolerance) && gradients.every((e) => e <= gradientTolerance),
  };
}

/**
 * Every case of one golden file. A case that cannot be evaluated has no numbers and says why in `missing`.
 * Throws only when the content is not a golden file.
 */
export async function runGolden(content: unknown): Promise<GoldenResult[]> {
  const file = parseGolden(content);
  const id = file.method.replace(/^\d+-/, '');
  const load = adapters[`./${id}.ts`];
  const lacks = methods.has(id) || models.has(id) ? undefined : `There is no method '${id}'.`;
  const missing = lacks ?? (load ? undefined : `'${id}' has no golden adapter.`);
  if (missing || !load)
    return file.cases.map(({ name }) => ({ name, passed: false, missing: missing ?? '' }));
  const golden = await load();
  const results: GoldenResult[] = [];
  for (const from of file.cases) {
    try {
      results.push(await runCase(golden, from));
    } catch (error) {
      results.push({
        name: from.name,
        passed: false,
        missing: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return results;
}
