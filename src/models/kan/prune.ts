/** Pruning of selecting layers, on their values: pure. */
import type { NamedValues } from '../kit';
import { DRAW, type SelectingLayer } from './select';

export const TEMPERATURE = 'select/temperature';
export const PRUNED = 'select/pruned';
export const ENTROPY = 'select/entropy';

const held = (values: NamedValues, name: string): Float32Array => {
  const found = values[name];
  if (!found) throw new Error(`The network has no '${name}'.`);
  return found;
};

/** The largest of a row; the first among equals, as `argMax` takes it. */
function largest(row: Float32Array): number {
  let best = 0;
  for (let m = 1; m < row.length; m++) if ((row[m] as number) > (row[best] as number)) best = m;
  return best;
}

/** The family each node prefers and the share it has at the temperature, `softmax(a / T)`. */
function preferred(logits: Float32Array, families: number, temperature: number) {
  return Array.from({ length: logits.length / families }, (_, node) => {
    const row = logits.subarray(node * families, (node + 1) * families);
    const family = largest(row);
    const top = row[family] as number;
    const sum = row.reduce((total, a) => total + Math.exp((a - top) / temperature), 0);
    return { family, share: Math.fround(1 / sum) };
  });
}

/** Coefficients `[places, functions, channels, outputs]` of a family times a factor per node. */
function scaled(
  coef: Float32Array,
  functions: number,
  { channels, outputs }: SelectingLayer,
  factor: (node: number) => number,
): Float32Array {
  const perPlace = functions * channels * outputs;
  return coef.map((value, at) => {
    const channel = Math.floor(at / outputs) % channels;
    return value * factor(Math.floor(at / perPlace) * channels + channel);
  });
}

/**
 * Each node keeps its preferred family, whose share moves into its coefficients (c <- s c); the coefficients of the
 * other families become 0 and stay so, as their share is 0 from now on.
 */
export function prune(layers: readonly SelectingLayer[], values: NamedValues): NamedValues {
  const temperature = held(values, TEMPERATURE)[0] as number;
  const changed: Record<string, Float32Array> = { [PRUNED]: Float32Array.of(1) };
  for (const layer of layers) {
    const { name, nodes, pool } = layer;
    const modes = preferred(held(values, `${name}/select`), pool.length, temperature);
    const kept = new Float32Array(nodes * pool.length);
    modes.forEach(({ family }, node) => {
      kept[node * pool.length + family] = 1;
    });
    changed[`${name}/kept`] = kept;
    pool.forEach((family, m) => {
      const coef = held(values, `${name}/${family}`);
      changed[`${name}/${family}`] = scaled(coef, DRAW[family].size, layer, (node) => {
        const mode = modes[node];
        return mode?.family === m ? mode.share : 0;
      });
    });
  }
  return changed;
}

/** Parameters that pruning removed: the logits, and the coefficients of families that were not kept. */
export function removed(layers: readonly SelectingLayer[], values: NamedValues): number {
  if (held(values, PRUNED)[0] !== 1) return 0;
  return layers.reduce((sum, { name, outputs, pool, nodes }) => {
    const kept = held(values, `${name}/kept`);
    const functions = pool.map((family) => DRAW[family].size);
    const dropped = kept.reduce((n, on, at) => n + (on ? 0 : (functions[at % pool.length] as number)), 0);
    return sum + nodes * pool.length + dropped * outputs;
  }, 0);
}
