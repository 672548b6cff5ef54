/** Which images of the validation set a body and the heads of the tasks get right. */
import type { Tensor2D, Tensor4D } from '../../engine/types';
import type { Prediction } from '../kit';
import type { TwinPass } from './fuse';
import { gates, headLogits } from './gates';
import type { Parts, Values } from './parts';
import { type Memory, seenBy, viewsOf } from './tasks';

type Given = Prediction<Values, Parts>;
/** From images to what the heads read. */
export type Body = (given: Given, images: Tensor4D) => Tensor2D;

export const plain: Body = ({ forward }, images) => forward(images).embedding;
export const expert =
  (task: number): Body =>
  ({ forward }, images) =>
    forward(images, { student: 1 + task }).embedding;
export const twin =
  (density: number): Body =>
  ({ ops, params, extras, forward }, images) => {
    const w = ops.softmax(extras.router(ops, forward(images).embedding)) as Tensor2D;
    return forward(images, { hooks: gates(ops, extras, { ...params, density }, w) }).embedding;
  };

const argMax = (values: Float32Array): number =>
  values.reduce((best, v, i) => (v > values[best]! ? i : best), 0);

/** 1 where a head names the true class, `[images, views, heads]`. */
export async function rightOf({ held, classes }: TwinPass, params: Values, body: Body): Promise<Uint8Array> {
  const { labels } = held;
  const views = viewsOf(params);
  const logits = await held.answers((given) => {
    const parts = views.map((view) =>
      headLogits(given.ops, given.extras, body(given, seenBy(given.ops, params, given.images, view))),
    );
    return given.ops.concat(parts, 1);
  });
  const heads = views.length * params.tasks;
  return Uint8Array.from({ length: labels.length * heads }, (_, i) =>
    Number(argMax(logits.subarray(i * classes, (i + 1) * classes)) === labels[Math.floor(i / heads)]),
  );
}

/** The router's task of every image as each view shows it, `[images, views]`. */
export async function routesOf({ held }: TwinPass, params: Values): Promise<number[]> {
  const logits = await held.answers((given) => {
    const { ops, extras, forward, images } = given;
    const parts = viewsOf(params).map((view) =>
      extras.router(ops, forward(seenBy(ops, params, images, view)).embedding),
    );
    return ops.concat(parts, 1);
  });
  const { tasks } = params;
  return Array.from({ length: logits.length / tasks }, (_, i) =>
    argMax(logits.subarray(i * tasks, (i + 1) * tasks)),
  );
}

export type Scores = { readonly oracle: readonly number[]; readonly routed: readonly number[] };

/** Share that is right of each task's images, by the head of the task and by the head the router names. */
export function scoresOf(
  right: Uint8Array,
  routes: readonly number[],
  labels: Int32Array,
  { taskOf }: Memory,
  tasks: number,
) {
  const views = routes.length / Math.max(1, labels.length);
  const mean = (task: number, head: (place: number) => number): number => {
    let [sum, count] = [0, 0];
    labels.forEach((label, image) => {
      if ((taskOf[label] ?? task) !== task) return;
      const place = image * views + (views > 1 ? task : 0);
      sum += right[place * tasks + head(place)]!;
      count++;
    });
    return count > 0 ? sum / count : Number.NaN;
  };
  const each = (head: (task: number) => (place: number) => number): number[] =>
    Array.from({ length: tasks }, (_, task) => mean(task, head(task)));
  return { oracle: each((task) => () => task), routed: each(() => (place) => routes[place]!) };
}

/** Percent of the experts': the mean of the tasks that have images, then task by task. */
export function normalised(scores: readonly number[], experts: readonly number[]): number[] {
  const percent = scores.map((score, task) =>
    experts[task]! > 0 ? (100 * score) / experts[task]! : Number.NaN,
  );
  const known = percent.filter(Number.isFinite);
  const mean = known.reduce((a, b) => a + b, 0) / Math.max(1, known.length);
  return [mean, ...percent.map((p) => (Number.isFinite(p) ? p : 0))];
}
