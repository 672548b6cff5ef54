/**
 * Traces a trained network into a graph: the model's own `forward` and the method's own `predict` run once on
 * nodes in place of tensors. Pure; nothing here knows a single architecture.
 */
import type { ClassGroups } from '../../core/class-groups';
import type { TaskFacts } from '../../core/label-tasks';
import type { AnyValues } from '../../core/params';
import type { Tensor2D, Tensor4D } from '../../engine/types';
import type { Forward, TapShapes } from '../../methods/kit';
import { wholeMethods } from '../../methods/whole';
import type { Body } from '../../models/kit';
import { wholeModels } from '../../models/whole';
import type { NamedTensor } from '../safetensors';
import { DrawnBuild } from './build';
import { type Graph, graphOf, type Node, node } from './graph';
import { constant, div, drawnOps, sub } from './ops';

interface Choice {
  readonly id: string;
  readonly params: AnyValues;
}

/** A trained network with all that using it takes. */
export interface TrainedNetwork {
  readonly model: Choice;
  /** What it learned by, the phase it is in (default the last), and the model of its teacher: methods may have an answer of their own. */
  readonly method: Choice & { readonly phase?: string; readonly teacher?: Choice };
  /** `[height, width, channels]`. */
  readonly image: readonly number[];
  readonly classNames: readonly string[];
  readonly groups?: readonly ClassGroups[];
  readonly tasks?: readonly TaskFacts[];
  /** Per channel: the network reads `(pixel - mean) / std`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly tensors: readonly NamedTensor[];
}

export const EXTRAS = 'extras.';

const bodyOf = (build: DrawnBuild, choice: Choice, network: TrainedNetwork): Body =>
  wholeModels
    .get(choice.id)
    .build(build, drawnOps, { image: network.image, classes: network.classNames.length }, choice.params);

const shapesOf = ({ linear }: DrawnBuild, { embedding, taps, lastStage }: Body): TapShapes => ({
  embedding,
  taps,
  lastStage: lastStage !== undefined,
  linear: Object.fromEntries(linear),
});

/** The network of a choice, drawn apart. */
function drawnShapes(choice: Choice, network: TrainedNetwork): TapShapes {
  const build = new DrawnBuild();
  return shapesOf(build, bodyOf(build, choice, network));
}

/** The logits by the method's own rule, as the page measures them. `forward` draws the network. */
function predicted(network: TrainedNetwork, images: Tensor4D, forward: Forward): Tensor2D {
  const { id, params, teacher } = network.method;
  const method = wholeMethods.get(id);
  const student = forward(images);
  if (!method.predict) return student.logits;
  const extras = method.extras?.(new DrawnBuild(EXTRAS), {
    params,
    classes: network.classNames.length,
    classNames: network.classNames,
    groups: network.groups ?? [],
    tasks: network.tasks ?? [],
    samples: 0,
    image: network.image,
    student: drawnShapes(network.model, network),
    teacher: teacher && drawnShapes(teacher, network),
  });
  const phase = network.method.phase ?? Object.keys(method.phases?.(params) ?? {}).at(-1) ?? 'main';
  const given = { ops: drawnOps, params, extras, phase, images, forward };
  return method.predict({ ...given, student, students: [student] });
}

/** Draws the first student, with what a method changes in it. */
function forwardOf(build: DrawnBuild, body: Body): Forward {
  return (images, { student = 0, teacher, hooks } = {}) => {
    if (student > 0 || teacher !== undefined)
      throw new Error('Its method answers with other networks too, and the file holds one.');
    build.hooks = hooks;
    const answer = body.forward(images);
    build.hooks = undefined;
    return answer;
  };
}

function drawn(network: TrainedNetwork): Graph {
  const { image, mean, std } = network;
  const input = node({ op: 'input' }, [], [-1, ...image]);
  const channels = (values: readonly number[]) => constant(values, [values.length]);
  const standardised = div(sub(input, channels(mean)), channels(std));
  const build = new DrawnBuild();
  const body = bodyOf(build, network.model, network);
  const images = standardised as unknown as Tensor4D;
  return graphOf(input, predicted(network, images, forwardOf(build, body)) as unknown as Node);
}

/** Throws a sentence that names the model when a format cannot hold it, or when the weights do not fit it. */
export function trace(network: TrainedNetwork): Graph {
  let graph: Graph;
  try {
    graph = drawn(network);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${wholeModels.get(network.model.id).name} can be saved as safetensors only. ${why}`);
  }
  const shapes = new Map(network.tensors.map(({ name, shape }) => [name, shape.join('x')]));
  for (const { operation, shape } of graph.nodes)
    if (operation.op === 'weight' && shapes.get(operation.name) !== shape.join('x'))
      throw new Error(
        `'${operation.name}' is ${shapes.get(operation.name) ?? 'missing'}, but the network has ${shape.join('x')}.`,
      );
  return graph;
}
