/**
 * Optimisers over one flat buffer: on WebGPU every parameter of a lane is a view of it and a step is one
 * dispatch for all of them; elsewhere the same rules run as stock ops, parameter by parameter.
 *
 * SGD with momentum and Nesterov as in PyTorch; Adam (Kingma and Ba 2015); AdamW (Loshchilov and Hutter 2019).
 * Weight decay is added to the gradient for SGD and Adam and decoupled for AdamW.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerValues } from '../core/config';
import type { Cell } from './cells';
import { type Gpu, gpu, type Region } from './gpu';
import { offerPlace, withdrawPlace } from './gradient-places';
import { FixedInput } from './inputs';
import { gatherParts, type Part } from './kernels/gather-parts';
import { lateSums, releaseParts } from './late-sums';
import { type Placement, regionOf, type Slot } from './placement';
import { type Place, View } from './places';
import type { Tensor, Variable } from './types';
import { bindings, cover, main } from './wgsl';

export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Learning rate of step `step` (from 0) of `total`, by the schedule of `values`. */
export function learningRate(values: OptimizerValues, step: number, total: number): number {
  const warm = Math.round(values.warmup * total);
  if (step < warm) return (values.rate * (step + 1)) / warm;
  const t = Math.min(1, (step - warm) / Math.max(1, total - warm));
  if (values.schedule === 'cosine') return values.rate * 0.5 * (1 + Math.cos(Math.PI * t));
  if (values.schedule === 'step')
    return values.rate * values.stepFactor ** Math.floor(t * (values.stepCount + 1));
  return values.rate;
}

const CLIP_LANES = 256;

function updateText(kind: OptimizerValues['kind'], nesterov: boolean, clips: boolean): string {
  const scale = clips ? 'gradient[idx] * scale[0]' : 'gradient[idx]';
  const { beta1, beta2, epsilon } = ADAM;
  if (kind === 'sgd')
    return `let g = ${scale} + hyper[3] * weight[idx];
  let m = hyper[4] * first[idx] + g; first[idx] = m;
  weight[idx] -= hyper[0] * ${nesterov ? '(g + hyper[4] * m)' : 'm'};`;
  const decay = kind === 'adam' ? ' + hyper[3] * weight[idx]' : '';
  return `let g = ${scale}${decay};
  let m = ${beta1} * first[idx] + ${1 - beta1} * g; first[idx] = m;
  let v = ${beta2} * second[idx] + ${1 - beta2} * g * g; second[idx] = v;
  ${kind === 'adamw' ? 'weight[idx] -= hyper[0] * hyper[3] * weight[idx];' : ''}
  weight[idx] -= hyper[0] * (m * hyper[1]) / (sqrt(v * hyper[2]) + ${epsilon});`;
}

/** WGSL of one update of `n` fours of floats. */
export function program(kind: OptimizerValues['kind'], nesterov: boolean, clips: boolean, n: number): string {
  const names = ['gradient: vec4f', 'hyper: f32', 'weight: vec4f!', 'first: vec4f!'];
  if (kind !== 'sgd') names.push('second: vec4f!');
  if (clips) names.push('scale: f32');
  return `${bindings(...names)}\n${main(n)}\n  ${updateText(kind, nesterov, clips)}\n}`;
}

/** Partial sums of squares, then the factor min(1, clip / norm). */
export const clipPrograms = (n: number): [string, string] => {
  const per = Math.ceil(n / CLIP_LANES);
  return [
    `${bindings('gradient: vec4f', 'part: f32!')}${main(CLIP_LANES)}
  var total = 0.0;
  for (var i = idx * ${per}; i < min(${n}, (idx + 1) * ${per}); i++) { total += dot(gradient[i], gradient[i]); }
  part[idx] = total;
}`,
    `${bindings('part: f32', 'hyper: f32', 'scale: f32!')}${main(1)}
  var total = 0.0;
  for (var i = 0; i < ${CLIP_LANES}; i++) { total += part[i]; }
  let norm = sqrt(total);
  scale[0] = select(1.0, hyper[5] / norm, norm > hyper[5]);
}`,
  ];
};

interface Range {
  readonly start: number;
  readonly bytes: number;
}

/** Neighbouring slots as one range each: normally a single one. */
function ranges(slots: readonly Slot[]): Range[] {
  const found: Range[] = [];
  for (const { offset, bytes } of [...slots].sort((a, b) => a.offset - b.offset)) {
    const last = found.at(-1);
    if (last && last.start + last.bytes === offset)
      found[found.length - 1] = { start: last.start, bytes: last.bytes + bytes };
    else found.push({ start: offset, bytes });
  }
  return found;
}

/** What one optimiser keeps on the GPU. Buffers are laid out as the placement is. */
interface Flat {
  readonly slots: readonly Slot[];
  readonly ranges: readonly Range[];
  readonly weight: Place;
  readonly gradient: Place;
  readonly first: Place;
  readonly second: Place | undefined;
  readonly part: Place;
  readonly scale: Place;
}

/** Trains a group of variables. `prepare` on the host before a step, `apply` inside it. */
export class Optimizer {
  readonly variables: readonly Variable[];
  values: OptimizerValues;
  private readonly hyper = new FixedInput([8]);
  private readonly flat: Flat | undefined;
  /** First and second moments per variable where there is no flat buffer. */
  private readonly moments: readonly (readonly [Variable, Variable])[];

  /** @param variables the ones that train; a subset of `placement`. */
  constructor(placement: Placement, variables: readonly Variable[], values: OptimizerValues) {
    this.variables = variables;
    this.values = values;
    this.flat = this.lay(placement);
    this.moments = this.flat
      ? []
      : variables.map((v) => [
          tf.tidy(() => tf.variable(tf.zerosLike(v), false)),
          tf.tidy(() => tf.variable(tf.zerosLike(v), false)),
        ]);
  }

  private lay({ slots: all, bytes, weight }: Placement): Flat | undefined {
    const device = gpu();
    if (!device || !weight || this.variables.length === 0) return undefined;
    const slots = this.variables.map((variable) => {
      const slot = all.find((s) => s.variable === variable);
      if (!slot) throw new Error('A variable without a place cannot be trained.');
      return slot;
    });
    const make = (label: string, size = bytes) => device.createPlace(size, label);
    const gradient = make('gradients');
    for (const slot of slots) offerPlace(slot.variable, regionOf(gradient, slot));
    return {
      slots,
      ranges: ranges(slots),
      weight,
      gradient,
      first: make('first moments'),
      second: this.values.kind === 'sgd' ? undefined : make('second moments'),
      part: make('norm parts', CLIP_LANES * 4),
      scale: make('clip scale', 16),
    };
  }

  /**
   * Writes what the coming step needs: `step` counts from 0 of `total`.
   * @param factor of the learning rate, in place of its schedule.
   */
  prepare(step: number, total: number, factor?: number): void {
    const { values, variables } = this;
    // Nothing reads them: a write less for every lane whose teacher is frozen.
    if (variables.length === 0) return;
    const rate = factor === undefined ? learningRate(values, step, total) : values.rate * factor;
    const correct = (beta: number) => 1 / (1 - beta ** (step + 1));
    this.hyper.set(
      new Float32Array([
        rate,
        correct(ADAM.beta1),
        correct(ADAM.beta2),
        values.weightDecay,
        values.momentum,
        values.clip,
        0,
        0,
      ]),
    );
  }

  /** One update. `gradients` are in the order of `variables`; undefined counts as zero. */
  apply(gradients: readonly (Tensor | undefined)[]): void {
    if (this.variables.length === 0) return;
    if (this.flat) this.applyFlat(this.flat, gradients);
    else this.applyEach(gradients);
  }

  private applyFlat(flat: Flat, gradients: readonly (Tensor | undefined)[]): void {
    const device = gpu();
    if (!device) throw new Error('The WebGPU backend went away.');
    const late = lateSums(flat.gradient);
    // A weight that is differentiated again leaves its first gradient behind.
    const given = new Set(gradients.map((gradient) => gradient?.dataId));
    const wanted = late.filter(({ id }) => given.has(id));
    gatherParts(device, flat.gradient.view(), [...wanted, ...this.elsewhere(device, flat, gradients)]);
    releaseParts(late);
    const clips = this.values.clip > 0;
    if (clips) {
      const [partial, factor] = clipPrograms(flat.gradient.bytes / 16);
      device.run('clip-parts', partial, [flat.gradient.view(), flat.part.view()], cover(CLIP_LANES));
      device.run('clip-scale', factor, [flat.part.view(), this.hyper.tensor, flat.scale.view()], [1, 1, 1]);
    }
    for (const { start, bytes } of flat.ranges) {
      const part = (place: Place): Region => place.view(start, bytes);
      const bound = [part(flat.gradient), this.hyper.tensor, part(flat.weight), part(flat.first)];
      if (flat.second) bound.push(part(flat.second));
      if (clips) bound.push(flat.scale.view());
      const n = bytes / 16;
      const text = program(this.values.kind, this.values.nesterov, clips, n);
      device.run(`optimise-${this.values.kind}`, text, bound, cover(n));
    }
  }

  /** Gradients that their kernels did not write to the flat buffer. Opens the places for the next update. */
  private elsewhere(device: Gpu, flat: Flat, gradients: readonly (Tensor | undefined)[]): Part[] {
    return flat.slots.flatMap((slot, i) => {
      const { variable, offset } = slot;
      const given = gradients[i];
      offerPlace(variable, regionOf(flat.gradient, slot));
      const at = given && device.region(given);
      if (at instanceof View && at.place === flat.gradient && at.start === offset) return [];
      return [{ tensor: given ?? tf.zerosLike(variable), offset: offset / 4, size: variable.size }];
    });
  }

  private applyEach(gradients: readonly (Tensor | undefined)[]): void {
    tf.tidy(() => {
      const clip = this.values.clip;
      const given = gradients.filter((g) => g !== undefined);
      const norm = clip > 0 ? tf.sqrt(tf.addN(given.map((g) => tf.sum(tf.square(g))))) : undefined;
      const scale = norm ? tf.minimum(1, tf.div(clip, norm)) : undefined;
      this.variables.forEach((variable, i) => {
        const g = gradients[i] ?? tf.zerosLike(variable);
        this.updateOne(variable, scale ? tf.mul(g, scale) : g, this.moments[i]!);
      });
    });
  }

  private updateOne(weight: Variable, raw: Tensor, [first, second]: readonly [Variable, Variable]): void {
    const [rate = 0, correct1 = 1, correct2 = 1, decay = 0, momentum = 0] = this.hyper.values;
    const { kind, nesterov } = this.values;
    const g = kind === 'adamw' ? raw : tf.add(raw, tf.mul(decay, weight));
    const set = (v: Variable, value: Tensor) => v.assign(value as Variable);
    if (kind === 'sgd') {
      set(first, tf.add(tf.mul(momentum, first), g));
      const move = nesterov ? tf.add(g, tf.mul(momentum, first)) : first;
      set(weight, tf.sub(weight, tf.mul(rate, move)));
      return;
    }
    set(first, tf.add(tf.mul(ADAM.beta1, first), tf.mul(1 - ADAM.beta1, g)));
    set(second, tf.add(tf.mul(ADAM.beta2, second), tf.mul(1 - ADAM.beta2, tf.square(g))));
    if (kind === 'adamw') set(weight, tf.sub(weight, tf.mul(rate * decay, weight)));
    const move = tf.div(tf.mul(first, correct1), tf.add(tf.sqrt(tf.mul(second, correct2)), ADAM.epsilon));
    set(weight, tf.sub(weight, tf.mul(rate, move)));
  }

  /** First, then second moments, each in the order of `variables`. */
  get cells(): readonly Cell[] {
    const { flat, variables } = this;
    const places = flat ? [flat.first, ...(flat.second ? [flat.second] : [])] : [];
    const slots = flat?.slots ?? [];
    if (flat)
      return places.flatMap((place) =>
        slots.map((slot) => ({ size: slot.variable.size, at: regionOf(place, slot) })),
      );
    const sides = this.values.kind === 'sgd' ? [0] : [0, 1];
    return sides.flatMap((side) =>
      variables.map((variable, i) => ({ size: variable.size, at: this.moments[i]![side as 0 | 1] })),
    );
  }

  dispose(): void {
    this.hyper.dispose();
    for (const pair of this.moments) for (const moment of pair) moment.dispose();
    if (!this.flat) return;
    const { slots, gradient, first, second, part, scale } = this.flat;
    for (const { variable } of slots) withdrawPlace(variable, gradient.buffer);
    releaseParts(lateSums(gradient));
    for (const place of [gradient, first, second, part, scale]) place?.destroy();
  }
}
