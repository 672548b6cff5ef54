/** Which part of the problem each expert learns, and the losses of the three phases that take steps. */
import { groupsByLot, groupsByName } from '../../core/class-groups';
import type { Ops, Scalar, Table, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../../engine/types';
import type { Pass, Step } from '../kit';
import { domainView, mixedDomains } from '../views/domains';
import { allTurns } from '../views/turns';
import type { Parts, Values } from './parts';

export interface Memory {
  /** Task of each class; empty where tasks are views and every task has all classes. */
  readonly taskOf: readonly number[];
  /** 1 where a class is among a task's, `[tasks, classes]`. */
  readonly classes: Table;
}

type Twin = Step<Values, Parts, Memory>;

/** Names of groups, where there are any, are dealt out in turn; else classes are drawn by lot. */
function taskOfClasses({ classes, classNames, groups, uniform }: Pass, { tasks, split }: Values): number[] {
  const found = split === 'groups' ? (groups[0] ?? groupsByName(classNames)) : undefined;
  const seed = Math.floor((uniform('tasks', 1)[0] ?? 0) * 2 ** 31);
  return (found ?? groupsByLot(classes, tasks, seed)).of.map((group) => group % tasks);
}

export function deal(pass: Pass, params: Values): Memory {
  const { tasks, split } = params;
  const taskOf = split === 'views' ? [] : taskOfClasses(pass, params);
  const mine = Float32Array.from({ length: tasks * pass.classes }, (_, i) => {
    const [task, label] = [Math.floor(i / pass.classes), i % pass.classes];
    return Number((taskOf[label] ?? task) === task);
  });
  return { taskOf, classes: pass.table(tasks, pass.classes, mine) };
}

/** Images of all tasks and the task of each, one-hot `[rows, tasks]`. */
export function mixture(step: Twin): { images: Tensor4D; task: Tensor2D } {
  const { ops, params, memory, images, targets, random, batch } = step;
  const { tasks } = params;
  if (params.split !== 'views')
    return { images, task: ops.matMul(targets, classesOf(ops, memory, tasks), false, true) };
  const drawn = ops.floor(ops.mul(random.uniform('domain', [batch]), tasks));
  const task = ops.oneHot(ops.cast(drawn, 'int32') as Tensor1D, tasks);
  return { images: mixedDomains(ops, images, task), task };
}

export const classesOf = (ops: Ops, { classes }: Memory, tasks: number): Tensor2D =>
  classes.read(ops.range(0, tasks, 1, 'int32'));

/** The images of one task; where tasks are classes, all images. */
export const seenBy = (ops: Ops, { split }: Values, images: Tensor4D, task: number): Tensor4D =>
  split === 'views' ? domainView(ops, images, task) : images;

/** Tasks that see images in their own way. */
export const viewsOf = ({ split, tasks }: Values): number[] =>
  Array.from({ length: split === 'views' ? tasks : 1 }, (_, view) => view);

/** The base learns all classes, or by how much images were turned. */
export function baseLoss(step: Twin): Scalar {
  const { ops, extras, forward, targets } = step;
  const { images } = mixture(step);
  if (!extras.turns) return ops.crossEntropy(forward(images).logits, targets);
  const turned = allTurns(ops, images);
  const order = ops.tile(ops.tensor1d([0, 1, 2, 3], 'int32'), [targets.shape[0]]);
  const z = extras.turns(forward(turned).embedding) as Tensor2D;
  return ops.crossEntropy(z, ops.oneHot(order, 4));
}

/** What a logit of another task's class is lowered by. */
const EXCLUDED = 1e4;

/** Every expert on the images and among the classes of its own task; the mean over these, summed over experts. */
export function expertsLoss(step: Twin): Scalar {
  const { ops, params, memory, images, targets, forward } = step;
  const classes = ops.split(classesOf(ops, memory, params.tasks), params.tasks, 0);
  const losses = classes.map((own, task): Tensor => {
    const z = forward(seenBy(ops, params, images, task), { student: 1 + task }).logits;
    const among = ops.sub(z, ops.mul(ops.sub(1, own), EXCLUDED)) as Tensor2D;
    const rows = ops.sum(ops.mul(targets, own), -1);
    const all = ops.sum(ops.mul(rows, ops.crossEntropyRows(among, ops.mul(targets, own) as Tensor2D)));
    return ops.div(all, ops.maximum(ops.sum(rows), 1));
  });
  return ops.addN(losses) as Scalar;
}

/** The router learns the task of an image from the features of the shared network. */
export function routerLoss(step: Twin): Scalar {
  const { ops, params, extras, forward, random } = step;
  const { images, task } = mixture(step);
  const drop = (name: string, x: Tensor): Tensor => {
    const stays = ops.greaterEqual(random.uniform(name, x.shape), params.dropout);
    return ops.div(ops.mul(x, ops.cast(stays, 'float32')), 1 - params.dropout);
  };
  return ops.crossEntropy(extras.router(ops, forward(images).embedding, drop), task);
}
