/** What the student has beside its backbone, and what it answers with it. */
import type { Build, Ops, Tensor, Tensor1D, Tensor2D, Variable } from '../../engine/types';
import type { Given } from '../kit';
import { type Form, forward, grow, type Layers, type Widths } from './layers';
import { chosenLayout, type Grouping, type Layout } from './layout';
import { paced, parted } from './losses';

export interface Choices {
  readonly layers: Form;
  readonly first: number;
  readonly second: number;
  readonly shared: number;
  readonly pace: 'none' | 'vertical' | 'class' | 'fixed';
  readonly scope: 'vertical' | 'all';
  readonly stride: number;
  readonly groups: Grouping;
  readonly count: number;
  readonly ancestors: boolean;
  readonly distill: boolean;
  readonly calibrate: boolean;
}

export interface Extras {
  readonly layout: Layout;
  readonly layers: Layers;
  readonly widths: Widths;
  /** What was learnt of each scale beyond its start. */
  readonly pace: Variable | undefined;
  /** Scale and shift of each vertical's scores, `[M]` each, for comparing verticals. */
  readonly calibration: readonly [scale: Variable, shift: Variable];
  /** 1 where a class of the run has its place, `[classes, places]`; undefined where each has its own. */
  readonly order: Variable | undefined;
}

/** Deviation of the first scales from their start, as published. */
const START = { normal: 1e-3 };

export function equip(build: Build, given: Given<Choices>): Extras {
  const { params, student } = given;
  const layout = chosenLayout(params, given);
  const verticals = layout.sizes.length;
  const widths: Widths = {
    widths: [student.embedding, params.first, params.second],
    shared: Math.min(params.shared, params.second - 1),
  };
  const learns = params.pace === 'vertical' || params.pace === 'class';
  const scales = params.pace === 'class' ? layout.outputs : verticals;
  return {
    layout,
    widths,
    layers: grow(build, params.layers, widths, layout),
    pace: learns ? build.weight('pace', [scales], START) : undefined,
    calibration: [
      build.weight('calibration/scale', [verticals], 'ones'),
      build.weight('calibration/shift', [verticals], 'zeros'),
    ],
    order:
      params.groups === 'confusion' ? build.state('order', [layout.classes, layout.classes], 0) : undefined,
  };
}

/** Where the scales start, one for each vertical or output: they give logits a mean square of 1. */
export function firstScales({ pace, scope }: Pick<Choices, 'pace' | 'scope'>, layout: Layout): number[] {
  const scaleOf = (size: number) => Math.sqrt(scope === 'all' ? layout.outputs : size);
  return layout.sizes.flatMap((size) => new Array<number>(pace === 'class' ? size : 1).fill(scaleOf(size)));
}

/** The scales as they are, one for each vertical, or for each output in the form 'class'. */
export function scalesOf(ops: Ops, { layout, pace }: Extras, params: Choices): Tensor1D | readonly number[] {
  const start = firstScales(params, layout);
  return pace ? (ops.add(ops.mul(pace, params.stride), ops.tensor1d(start)) as Tensor1D) : start;
}

/** Scores of all outputs, `[b, outputs]`. */
export function scoresOf(ops: Ops, extras: Extras, params: Choices, features: Tensor): Tensor {
  const x = forward(ops, extras.layers, features);
  if (params.pace === 'none') return x;
  return paced(ops, x, scalesOf(ops, extras, params), extras.layout, params.scope);
}

/** Logits of the run's classes, `[b, classes]`, from scores of all outputs. */
export function classLogits(ops: Ops, extras: Extras, params: Choices, scores: Tensor): Tensor2D {
  const { layout, calibration, order } = extras;
  const [scale, shift] = calibration;
  const own = params.calibrate
    ? ops.concat(
        parted(ops, scores, layout).map((part, v) =>
          ops.add(ops.mul(part, ops.slice(scale, [v], [1])), ops.slice(shift, [v], [1])),
        ),
        1,
      )
    : scores;
  const leaf = new Float32Array(layout.outputs * layout.classes);
  for (const [c, output] of layout.leaf.entries()) leaf[output * layout.classes + c] = 1;
  const select = ops.tensor2d(leaf, [layout.outputs, layout.classes]);
  const places = ops.matMul(own as Tensor2D, select);
  return (order ? ops.matMul(places, order as Variable & Tensor2D, false, true) : places) as Tensor2D;
}

/** What the labels of a batch say: of all outputs `[b, outputs]`, and of the verticals `[b, M]`. */
export function truthOf(ops: Ops, { layout, order }: Extras, targets: Tensor2D) {
  const places = order ? ops.matMul(targets, order as Variable & Tensor2D) : targets;
  const verticals = new Float32Array(layout.classes * layout.sizes.length);
  for (const [c, v] of layout.of.entries()) verticals[c * layout.sizes.length + v] = 1;
  return {
    hot: ops.matMul(places, ops.tensor2d(layout.hot, [layout.classes, layout.outputs])),
    mask: ops.matMul(places, ops.tensor2d(verticals, [layout.classes, layout.sizes.length])),
  };
}
