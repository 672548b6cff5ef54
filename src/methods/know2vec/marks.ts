/** Marks that every rule gives to every network, for each group of the run's classes. */
import type { Midway } from '../kit';
import { boxesOf } from './boxes';
import { heldOut } from './held-out';
import { scoresAt } from './lessons';
import { indexOf } from './measures';
import { type Extras, type Memory, QUERIES, type RULES } from './memory';
import type { Options } from './params';
import { alike, confidence, leep } from './rules';
import { upTo } from './tasks';

export type Rule = (typeof RULES)[number];

/** A group's query: images, and places of their classes in the group. */
export interface Query {
  readonly images: Float32Array;
  readonly labels: readonly number[];
}

/** The few images of each class that the user has, group by group. */
export async function queriesOf(pass: Midway<Extras>, memory: Memory, shots: number): Promise<Query[]> {
  const held = await heldOut(pass, memory);
  const size = held.images.length / held.count;
  return memory.tasks.slice(0, memory.zoo.groups).map(({ classes }) => {
    const rows = classes.flatMap((c, y) =>
      held
        .at(0, c)
        .slice(0, shots)
        .map((row) => [row, y] as const),
    );
    const images = new Float32Array(rows.length * size);
    for (const [i, [row]] of rows.entries())
      images.set(held.images.subarray(row * size, (row + 1) * size), i * size);
    return { images, labels: rows.map(([, y]) => y) };
  });
}

/** How alike typical images and query are by their encoded means alone, `[groups][nets]`. */
async function likeness(pass: Midway<Extras>, { models, queries, zoo }: Memory): Promise<number[][]> {
  const { ops, compute } = pass;
  const { nets, perTask, groups } = zoo;
  const all = await compute(() => models.read(indexOf(ops, upTo(nets))));
  const asked = await compute(() =>
    queries.read(
      indexOf(
        ops,
        upTo(groups).map((g) => g * QUERIES),
      ),
    ),
  );
  const width = asked.length / groups / perTask;
  const nodes = upTo(nets).map((net) =>
    upTo(perTask).flatMap((i) => {
      const from = (net * perTask * perTask + i * (perTask + 1)) * width;
      return [...all.subarray(from, from + width)];
    }),
  );
  return upTo(groups).map((g) => {
    const own = asked.subarray(g * perTask * width, (g + 1) * perTask * width);
    return nodes.map((node) => alike(node, own));
  });
}

/** Marks of every network for every group, by rule. */
export async function marksOf(
  pass: Midway<Extras>,
  memory: Memory,
  params: Options,
  queries: readonly Query[],
): Promise<Record<Rule, number[][]>> {
  const { ops, extras, uniform } = pass;
  const { groups, nets, perTask } = memory.zoo;
  const boxes = boxesOf(pass, memory);
  const byAnswers: Record<'confident' | 'leep', number[][]> = { confident: [], leep: [] };
  for (const { images, labels } of queries) {
    const answers = await boxes.same(images, upTo(nets));
    const of = (net: number) =>
      answers.subarray(net * labels.length * perTask, (net + 1) * labels.length * perTask);
    byAnswers.confident.push(upTo(nets).map((net) => confidence(of(net), perTask)));
    byAnswers.leep.push(upTo(nets).map((net) => leep(of(net), labels, perTask)));
  }
  const table = (values: Float32Array) =>
    upTo(groups).map((g) => [...values.subarray(g * nets, (g + 1) * nets)]);
  const scores = () =>
    scoresAt(
      { ops, params: params, extras, memory },
      upTo(groups).map((g) => g * QUERIES),
    );
  return {
    ...byAnswers,
    random: table(uniform('by lot', groups * nets)),
    means: await likeness(pass, memory),
    know2vec: table(await pass.compute(scores)),
    best: table(await pass.compute(() => memory.truth.read(indexOf(ops, upTo(groups))))),
  };
}
