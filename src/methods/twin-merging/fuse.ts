/** From experts to one network: the shared weights, and what is exclusive of each in the states of the extras. */
import type { Midway, NamedValues } from '../kit';
import type { Mask } from './exclusive';
import { added, type Exact, type Named, taskVector } from './merge';
import { type Parts, sizeOf, type Values } from './parts';
import type { Memory } from './tasks';
import { writeExclusive, writeHeads } from './write';

export type TwinPass = Midway<Parts, Values>;

const MASKS: readonly Mask[] = ['svd', 'magnitude', 'bernoulli'];

/** Names of the weights that are merged, with their sizes, in the order of `Parts.base`. */
const mergedNames = ({ linear }: Parts): [name: string, size: number][] =>
  Object.values(linear).flatMap(({ kernel, bias, inputs, outputs }) => [
    [kernel, inputs * outputs] as [string, number],
    ...(bias === undefined ? [] : [[bias, outputs] as [string, number]]),
  ]);

const only = (weights: NamedValues, names: readonly string[]): NamedValues =>
  Object.fromEntries(names.map((name) => [name, weights[name]!]));

/**
 * All experts start as the base, but for kept ones, which must have done so; its merged weights are remembered.
 * Throws where a kept one cannot have.
 */
export async function copyBase(pass: TwinPass, { tasks }: Values): Promise<void> {
  const { extras, held, kept } = pass;
  const base = await pass.weights(0);
  const merged = mergedNames(extras).map(([name]) => name);
  for (let task = 0; task < tasks; task++)
    if (kept.has(1 + task)) sameStart(base, await pass.weights(1 + task), merged);
    else await pass.setWeights(1 + task, base);
  const row = new Float32Array(
    Math.max(
      1,
      Object.values(extras.linear).reduce((n, l) => n + sizeOf(l), 0),
    ),
  );
  let at = 0;
  for (const [name, size] of mergedNames(extras)) {
    row.set(base[name]!, at);
    at += size;
  }
  held.write(extras.base, row);
}

/** Throws where an expert cannot have begun as the base: what never learned is not what it was. */
export function sameStart(base: NamedValues, expert: NamedValues, merged: readonly string[]): void {
  for (const [name, values] of Object.entries(base)) {
    if (merged.includes(name)) continue;
    const same = values.length === expert[name]?.length && values.every((x, i) => x === expert[name]![i]);
    if (!same)
      throw new Error(
        `These experts cannot be merged: '${name}' shows that they did not start from one network. Merge only networks that were fine-tuned from the same weights.`,
      );
  }
}

export interface Trained {
  readonly base: Named;
  /** What each expert has learned since. */
  readonly vectors: readonly Exact[];
  readonly experts: readonly NamedValues[];
}

/** Base and experts, merged weights only. */
export async function trained(pass: TwinPass, { tasks }: Values): Promise<Trained> {
  const { extras } = pass;
  const names = mergedNames(extras).map(([name]) => name);
  const row = await pass.compute(() => extras.base);
  let at = 0;
  const base = Object.fromEntries(
    mergedNames(extras).map(([name, size]) => {
      at += size;
      return [name, row.subarray(at - size, at)];
    }),
  );
  const now = await pass.weights(0);
  const experts: NamedValues[] = [];
  for (let task = 0; task < tasks; task++) {
    const expert = await pass.weights(1 + task);
    sameStart(now, expert, names);
    experts.push(only(expert, names));
  }
  return { base, experts, vectors: experts.map((expert) => taskVector(base, expert)) };
}

export const single = (weights: Named): NamedValues =>
  Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, Float32Array.from(values)]));

/** Merges, unless only the rank has changed since: all singular values are there. */
export async function fuse(pass: TwinPass, memory: Memory, params: Values): Promise<void> {
  const { extras, held } = pass;
  const made = [1 + params.gamma, MASKS.indexOf(params.mask)];
  const before = await pass.compute(() => extras.made);
  if (params.mask === 'svd' && made.every((value, i) => Math.fround(value) === before[i])) return;
  const { base, experts, vectors } = await trained(pass, params);
  const shared = single(added(base, vectors, params.gamma));
  await pass.setWeights(0, shared);
  writeExclusive(pass, shared, experts, params);
  writeHeads(pass, experts, memory);
  held.write(extras.made, Float32Array.from(made));
}
