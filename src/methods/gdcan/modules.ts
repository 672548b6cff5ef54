/** The trained parts: attention with an entrance for each domain, blocks that correct the target, the classifier. */
import type { Build, Layer, Ops, Shape, Tensor, Tensor2D, Variable } from '../../engine/types';
import type { Given } from '../kit';

export interface Module {
  readonly tap: string;
  /** Entrances of the source and of the target, and what both share. */
  readonly source: Layer;
  readonly target: Layer;
  readonly shared: Layer;
  /** 1 where test images take the source's entrance, `[1]`; set after every epoch. */
  readonly together: Variable;
}

/** `x + relu(x W1 + b1) W2 + b2`. */
export interface Correction {
  readonly w1: Tensor;
  readonly b1: Tensor;
  readonly w2: Tensor;
  readonly b2: Tensor;
}

export interface Extras {
  readonly modules: readonly Module[];
  readonly classifier: Layer;
  readonly features: Correction;
  readonly answers: Correction;
}

interface Params {
  readonly reduction: number;
  readonly bottleneck: number;
}

/** Fewer hidden units than this say too little about a layer. */
const LEAST = 4;

function correction(build: Build, name: string, width: number, hidden: number): Correction {
  return {
    w1: build.weight(`${name}/in/kernel`, [width, hidden], { normal: 0.005 }),
    b1: build.weight(`${name}/in/bias`, [hidden], { normal: 0, mean: 0.1 }),
    w2: build.weight(`${name}/out/kernel`, [hidden, width], { normal: 0.005 }),
    b2: build.weight(`${name}/out/bias`, [width], { normal: 0, mean: 0.1 }),
  };
}

export function grow(build: Build, { params, student, classes }: Given<Params>): Extras {
  const modules = Object.entries(student.taps).map(([tap, shape]: readonly [string, Shape]): Module => {
    const channels = shape.at(-1) ?? 1;
    const hidden = Math.max(LEAST, Math.round(channels / params.reduction));
    return {
      tap,
      source: build.dense(`${tap}/source`, [channels], hidden),
      target: build.dense(`${tap}/target`, [channels], hidden),
      shared: build.dense(`${tap}/shared`, [hidden], channels),
      together: build.state(`${tap}/together`, [1], 1),
    };
  });
  return {
    modules,
    classifier: build.dense('classifier', [student.embedding], classes),
    features: correction(build, 'features', student.embedding, params.bottleneck),
    answers: correction(build, 'answers', classes, classes),
  };
}

export const corrected = (ops: Ops, x: Tensor2D, { w1, b1, w2, b2 }: Correction): Tensor2D => {
  const hidden = ops.relu(ops.add(ops.matMul(x, w1 as Tensor2D), b1));
  return ops.add(x, ops.add(ops.matMul(hidden as Tensor2D, w2 as Tensor2D), b2)) as Tensor2D;
};

/** Answers to features: the classifier, and with it both corrections. */
export const answersOf = (ops: Ops, extras: Extras, features: Tensor2D) => {
  const moved = corrected(ops, features, extras.features);
  const plain = extras.classifier(features) as Tensor2D;
  return {
    plain,
    moved,
    corrected: corrected(ops, extras.classifier(moved) as Tensor2D, extras.answers),
  };
};
