/** A network in use: its layers, and the forward pass that plug-ins see as `NetOutput`. */

import type { Choice } from '../core/config';
import { NetworkBuild } from '../engine/layers';
import { ops } from '../engine/ops/index';
import type { Hooks, NetOutput, Tensor2D, Tensor4D } from '../engine/types';
import { readTensor, writeTensor } from '../engine/weights';
import type { TapShapes } from '../methods/kit';
import { models } from '../models/index';
import type { Body, Model, ModelInput } from '../models/kit';

/** Weights and statistics by name, for saving and loading. */
export type Weights = Readonly<Record<string, Float32Array>>;

/** Other passes may have left other flags behind, and none may leave hooks. */
function pass<T>(
  build: NetworkBuild,
  flags: Pick<NetworkBuild, 'training' | 'updateStatistics' | 'hooks'>,
  run: () => T,
): T {
  const { hooks } = build;
  Object.assign(build, flags);
  try {
    return run();
  } finally {
    build.hooks = hooks;
  }
}

/** Some outputs in another order, `[rows, places]`. */
const placed = (logits: Tensor2D, places: readonly number[]): Tensor2D =>
  ops.gather(logits, ops.tensor1d([...places], 'int32'), 1) as Tensor2D;

export class Network {
  readonly build: NetworkBuild;
  readonly body: Body;
  readonly choice: Choice;
  readonly input: ModelInput;
  /** Parameters that the network has removed since it was built. */
  removed = 0;
  /** The outputs that count as its answer, in order; absent: all. */
  places?: readonly number[];

  /** @param model where it is not the registered one of the choice. */
  constructor(
    choice: Choice,
    input: ModelInput,
    seed: number,
    scope: string,
    model: Pick<Model, 'build'> = models.get(choice.id),
  ) {
    this.choice = choice;
    this.input = input;
    this.build = new NetworkBuild(seed, scope);
    this.body = model.build(this.build, ops, input, choice.params);
  }

  /** Trained weights, without those that the network has removed. */
  get parameters(): number {
    return this.build.parameters - this.removed;
  }

  get shapes(): TapShapes {
    const { embedding, taps, lastStage } = this.body;
    const linear = Object.fromEntries(this.build.linear);
    return { embedding, taps, lastStage: lastStage !== undefined, linear };
  }

  /** In training, batch norm uses the batch and moves its running statistics. */
  forward(images: Tensor4D, training: boolean, updateStatistics = training, hooks?: Hooks): NetOutput {
    const lastStage = this.lastStage(training, hooks);
    const whole = pass(this.build, { training, updateStatistics, hooks }, () => this.body.forward(images));
    const answer = this.places ? { ...whole, logits: placed(whole.logits, this.places) } : whole;
    return lastStage ? { ...answer, lastStage } : answer;
  }

  /** The end of the network by itself, as it is in a pass with this flag. It needs no answer, only the weights. */
  lastStage(training: boolean, hooks?: Hooks): NetOutput['lastStage'] {
    // Its answer would be over all outputs.
    const lastStage = this.places ? undefined : this.body.lastStage;
    // The statistics have seen the batch already.
    const flags = { training, updateStatistics: false, hooks };
    return lastStage && ((features) => pass(this.build, flags, () => lastStage(features)));
  }

  async save(): Promise<Weights> {
    const entries = this.build.entries();
    const values = await Promise.all(entries.map(([, variable]) => readTensor(variable)));
    return Object.fromEntries(entries.map(([name], i) => [name, values[i]!]));
  }

  /** Throws when names or sizes do not fit this network. */
  load(weights: Weights): void {
    for (const [name, variable] of this.build.entries()) {
      const values = weights[name];
      if (values?.length !== variable.size)
        throw new Error(
          `The saved network does not fit: '${name}' has ${values?.length ?? 0} values, not ${variable.size}.`,
        );
      writeTensor(variable, values);
    }
    this.removed = this.body.schedule?.removed(weights) ?? 0;
  }

  /** Replaces the values `change` returns; it is given all of them. */
  async change(change: (values: Weights) => Weights): Promise<void> {
    const before = await this.save();
    this.load({ ...before, ...change(before) });
  }

  /** Writes values by name. Throws when there is no such weight or state. */
  set(values: Weights): void {
    for (const [name, value] of Object.entries(values)) {
      const variable = this.build.weights.get(name) ?? this.build.states.get(name);
      if (!variable) throw new Error(`The network has no '${name}'.`);
      writeTensor(variable, value);
    }
  }

  dispose(): void {
    this.build.dispose();
  }
}
