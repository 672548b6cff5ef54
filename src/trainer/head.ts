import type { Head } from '../methods/kit';
import type { Network } from './network';

/** The layer that makes logits of the embedding: the last linear one of these sizes. Throws when there is none. */
export async function headOf(network: Network): Promise<Head> {
  const { embedding } = network.body;
  const { classes } = network.input;
  const layers = [...network.build.linear.values()];
  const last = layers.findLast(({ inputs, outputs }) => inputs === embedding && outputs === classes);
  if (!last)
    throw new Error(`The network '${network.choice.id}' does not end with a linear layer on its embedding.`);
  const { kernel, bias = '' } = last;
  const values = await network.save();
  return { kernel: values[kernel]!, bias: values[bias] ?? new Float32Array(classes) };
}
