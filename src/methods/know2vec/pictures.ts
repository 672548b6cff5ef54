/** What the method shows of zoo and ranking. */
import type { Ops, Tensor, Tensor1D, Tensor2D } from '../../engine/types';
import { type OwnStep, queriesAt, scoresAt, vectorsOf } from './lessons';
import { weightedTau } from './losses';
import { hits, indexOf, spreadMost } from './measures';
import { type Memory, PICTURE, QUERIES } from './memory';
import type { panels } from './panels';
import { taskOf, upTo } from './tasks';

/** 1 where the network is of the task, `[tasks, nets]`. */
const ownNets = (ops: Ops, { zoo }: Memory): Tensor2D =>
  ops.transpose(
    ops.oneHot(
      indexOf(
        ops,
        upTo(zoo.nets).map((net) => taskOf(zoo, net)),
      ),
      zoo.tasks,
    ),
  ) as Tensor2D;

function found(step: OwnStep, own: Tensor2D): Tensor {
  const { ops, memory } = step;
  const { zoo, truth } = memory;
  const all = scoresAt(step, upTo(zoo.tasks * QUERIES));
  const ofTask = ops.reshape(ops.tile(ops.expandDims(own, 1), [1, QUERIES, 1]), [-1, zoo.nets]) as Tensor2D;
  const until = zoo.unseen * QUERIES;
  const rows = (x: Tensor2D, seen: boolean): Tensor2D =>
    seen ? ops.slice(x, [until, 0], [-1, -1]) : ops.slice(x, [0, 0], [until, -1]);
  const hit = (k: number, seen: boolean) => hits(ops, rows(all, seen), rows(ofTask, seen), k);
  const first = indexOf(
    ops,
    upTo(zoo.unseen).map((task) => task * QUERIES),
  );
  const tau = weightedTau(ops, truth.read(indexOf(ops, upTo(zoo.unseen))), ops.gather(all, first));
  return ops.stack([hit(1, false), hit(5, false), ops.mean(tau), hit(1, true)]);
}

/** Points with a colour: `[n, 3]`. */
const points = (ops: Ops, xy: Tensor, colours: readonly number[]): Tensor =>
  ops.concat([xy, ops.expandDims(ops.tensor1d([...colours]), 1)], 1);

export function pictures(step: OwnStep): Readonly<Record<keyof typeof panels, Tensor>> {
  const { ops, memory } = step;
  const { zoo, truth } = memory;
  const [groups, nets] = [upTo(zoo.groups), upTo(zoo.nets)];
  const own = ownNets(ops, memory);
  const firsts = groups.map((g) => g * QUERIES);
  const scores = scoresAt(step, firsts);
  const vectors = vectorsOf(step, nets).vector;
  const asked = queriesAt(
    step,
    indexOf(
      ops,
      upTo(zoo.tasks).map((task) => task * QUERIES),
    ),
  );
  const kinds = [
    ...nets.map((net) => Number(net < zoo.trained && taskOf(zoo, net) >= zoo.unseen)),
    ...upTo(zoo.tasks).map(() => 2),
  ];
  const accuracies = truth.read(indexOf(ops, groups));
  const pairs = ops.stack([ops.reshape(scores, [-1]), ops.reshape(accuracies, [-1])], 1);
  const chosen = ops.argMax(ops.slice(scores, [0, 0], [1, -1])) as Tensor1D;
  const side = zoo.perTask * PICTURE;
  return {
    found: found(step, own),
    ranking: points(
      ops,
      pairs,
      groups.flatMap((g) => nets.map(() => g)),
    ),
    picks: ops.reshape(memory.picks.read(indexOf(ops, [0])), [-1]),
    border: ops.reshape(memory.pictures.read(chosen), [side, side]),
    map: points(ops, spreadMost(ops, ops.concat([vectors, asked]) as Tensor2D), kinds),
    zoo: ops.sum(ops.mul(own, truth.read(indexOf(ops, upTo(zoo.tasks)))), 0),
    questions: ops.reshape(memory.questions.read(indexOf(ops, [0])), [-1]),
  };
}
