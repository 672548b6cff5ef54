/** How the ways of merging do on the validation images, in percent of what each task's own expert does there. */
import { single, type Trained, type TwinPass, trained } from './fuse';
import {
  type Body,
  expert,
  normalised,
  plain,
  rightOf,
  routesOf,
  type Scores,
  scoresOf,
  twin,
} from './measure';
import { added, dare, type Named, ties } from './merge';
import { SWEEP, type Values } from './parts';
import type { Memory } from './tasks';
import { writeExclusive } from './write';

/** Plain weights by the name of the rule; the last rule has none. */
function rules({ base, vectors }: Trained, pass: TwinPass, params: Values): Named[] {
  const { tasks, gamma, keep, scale, density } = params;
  const size = Object.values(base).reduce((sum, { length }) => sum + length, 0);
  const thinned = vectors.map((vector, task) => dare(vector, density, pass.uniform(`drop ${task}`, size)));
  return [
    base,
    added(base, vectors, 1 / tasks),
    added(base, vectors, gamma),
    added(base, [ties(vectors, keep)], scale),
    added(base, thinned, gamma),
  ];
}

/** Percent in the mean and of each task, by the head of the task and by the head the router names. */
type Pair = readonly [oracle: number[], routed: number[]];

/** Two curves of means, each behind its number. */
const curves = (points: readonly Pair[]): Float32Array =>
  Float32Array.from([0, 1].flatMap((mode) => [mode, ...points.map((pair) => pair[mode]![0]!)]));

/** Measures everything; the shared network is there again when it returns. */
export async function compare(pass: TwinPass, memory: Memory, params: Values): Promise<void> {
  const { extras, held } = pass;
  const { tasks, gamma } = params;
  const known = await trained(pass, params);
  const weigh = (weights: Named) => pass.setWeights(0, single(weights));
  const shared = single(added(known.base, known.vectors, gamma));
  const routes = await routesOf(pass, params);
  const measure = async (body: Body): Promise<Scores> =>
    scoresOf(await rightOf(pass, params, body), routes, held.labels, memory, tasks);
  const best: number[] = [];
  for (let task = 0; task < tasks; task++) best.push((await measure(expert(task))).oracle[task]!);
  const percent = async (body: Body): Promise<Pair> => {
    const { oracle, routed } = await measure(body);
    return [normalised(oracle, best), normalised(routed, best)];
  };
  const found: Pair[] = [];
  for (const weights of rules(known, pass, params)) {
    await weigh(weights);
    found.push(await percent(plain));
  }
  const factors: Pair[] = [];
  for (const factor of SWEEP) {
    await weigh(added(known.base, known.vectors, factor));
    factors.push(await percent(plain));
  }
  await weigh(shared);
  found.push(await percent(twin(params.density)));
  const densities: Pair[] = [];
  for (const density of SWEEP) {
    if (params.mask !== 'svd') writeExclusive(pass, shared, known.experts, { ...params, density });
    densities.push(await percent(twin(density)));
  }
  if (params.mask !== 'svd') writeExclusive(pass, shared, known.experts, params);
  held.write(extras.sweeps.gamma, curves(factors));
  held.write(extras.sweeps.density, curves(densities));
  held.write(extras.scores.oracle, Float32Array.from(found.flatMap(([oracle]) => oracle)));
  held.write(extras.scores.routed, Float32Array.from(found.flatMap(([, routed]) => routed)));
}
