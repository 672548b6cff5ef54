/** How a network selects: the parameters, the three phases of training, and the pictures of the choice. */
import type { Build, Ops, Scalar, Tensor } from '../../engine/types';
import { type Body, choice, number, type Panel, type Schedule, type Values } from '../kit';
import { ENTROPY, PRUNED, prune, removed, TEMPERATURE } from './prune';
import { chosen, drawAll, FAMILIES, type Family, type SelectingLayer, type Selection } from './select';

export const selectionParams = {
  selection: choice(
    'Selection',
    'phases',
    {
      phases: 'Three phases: all, choose, prune',
      soft: 'Mixture of all kinds to the end',
      hard: 'Preferred kind from the start',
    },
    { source: 'paper', help: 'Each input node chooses the kind of curve that its connections draw with.' },
  ),
  temperature: number('Temperature of the selection', 1, {
    min: 0.1,
    max: 2,
    step: 0.05,
    source: 'ours',
    help: 'Lower makes the mixture lean more on its largest share. In three phases: where choosing begins.',
    advanced: true,
  }),
  coldest: number('Temperature where choosing ends', 0.25, {
    min: 0.05,
    max: 1,
    step: 0.05,
    source: 'ours',
    advanced: true,
  }),
  entropy: number('Weight of the entropy where choosing ends', 0.01, {
    min: 0,
    max: 0.5,
    step: 0.01,
    source: 'ours',
    help: 'Rises from 0 while the network chooses, and rewards a clear choice.',
    advanced: true,
  }),
  full: number('Share of the steps with all kinds', 0.3, {
    min: 0,
    max: 0.45,
    step: 0.05,
    source: 'ours',
    advanced: true,
  }),
  choosing: number('Share of the steps for choosing', 0.3, {
    min: 0.05,
    max: 0.45,
    step: 0.05,
    source: 'ours',
    help: 'The rest of the steps trains the pruned network.',
    advanced: true,
  }),
};

type SelectionValues = Values<typeof selectionParams>;

export const DEVIATIONS =
  'The released code holds the layers, not the selection, and the text of the method was not at hand: the choice is ' +
  'rebuilt from summaries. Temperature (linear), weight of the entropy, lengths of the phases, pooling, norms and ' +
  'the linear head are ours. The learning rate holds in the first two phases and follows its schedule in the third; ' +
  'each phase starts the optimiser anew. Pruned coefficients are 0, do not train and are not counted as parameters, ' +
  'but are still computed with, so a step does not become faster.';

const GROUPS = Object.values(FAMILIES);

export const selectionPanels: Readonly<Record<string, Panel>> = {
  families: {
    kind: 'shares',
    title: 'Kinds of curve, mean share of all nodes',
    x: 'a bar per epoch',
    groups: GROUPS,
  },
  nodes: { kind: 'shares', title: 'Kinds of curve at single nodes', x: 'a bar per node', groups: GROUPS },
  curves: {
    kind: 'curves',
    title: 'Learned curves of single connections',
    x: 'input from −2.5 to 2.5',
    groups: GROUPS,
  },
};

/** Most nodes and connections of one layer that are drawn. */
const SHOWN_NODES = 48;
const SHOWN_EDGES = 12;
const POINTS = 41;
const RANGE = 2.5;

/** At most `most` of 0 .. n-1, evenly spread. */
const some = (n: number, most: number): number[] =>
  Array.from({ length: Math.min(n, most) }, (_, i) => Math.floor((i * n) / Math.min(n, most)));

export interface Selector {
  /** Of the layers, which tell it of themselves as they are built. */
  readonly selection: Selection;
  /** What the body takes over; call after the layers are built. */
  readonly parts: () => Pick<Body, 'schedule' | 'probe'>;
}

/** The selection of one network that is being built. A pool of one family has nothing to choose. */
export function selector(build: Build, ops: Ops, params: SelectionValues, pool: readonly Family[]): Selector {
  const layers: SelectingLayer[] = [];
  const hard = params.selection === 'hard';
  if (params.selection !== 'phases' || pool.length < 2)
    return {
      selection: { pool, temperature: params.temperature, hard, layers },
      parts: () => (layers.length > 0 ? { probe: () => pictures(ops, layers) } : {}),
    };
  const temperature = build.state(TEMPERATURE, [1], params.temperature);
  const pruned = build.state(PRUNED, [1], 0);
  const weight = build.state(ENTROPY, [1], 0);
  return {
    selection: { pool, temperature, hard, pruned, layers },
    parts: () => ({
      schedule: schedule(params, layers, () => ops.mul(ops.reshape(weight, []), entropy(ops, layers))),
      probe: () => pictures(ops, layers),
    }),
  };
}

/** Mean over all nodes of the entropy of their shares, in nats. */
export function entropy(ops: Ops, layers: readonly SelectingLayer[]): Scalar {
  const rows = layers.map((layer) => {
    const s = layer.shares();
    return ops.neg(ops.sum(ops.mul(s, ops.log(ops.maximum(s, 1e-12))), -1));
  });
  return ops.mean(ops.concat(rows, 0)) as Scalar;
}

function schedule(
  { temperature, coldest, entropy: last, full, choosing }: SelectionValues,
  layers: readonly SelectingLayer[],
  penalty: () => Tensor,
): Schedule {
  const rests = layers.map(({ name }) => `${name}/select`);
  const set = (t: number, lambda: number) => ({
    [TEMPERATURE]: Float32Array.of(t),
    [ENTROPY]: Float32Array.of(lambda),
  });
  return {
    stages: {
      full: { label: 'All kinds', share: full, holdsRate: true, rests, settings: () => set(temperature, 0) },
      choosing: {
        label: 'Choosing',
        share: choosing,
        holdsRate: true,
        settings: (progress) => set(temperature + (coldest - temperature) * progress, last * progress),
      },
      pruned: {
        label: 'Pruned',
        share: 1 - full - choosing,
        rests,
        begin: (values) => prune(layers, values),
        settings: () => set(coldest, 0),
      },
    },
    penalty: { label: 'Selection', value: () => penalty() as Scalar },
    removed: (values) => removed(layers, values),
  };
}

/** Nodes and edges are spread over each layer. */
function pictures(ops: Ops, layers: readonly SelectingLayer[]): Readonly<Record<string, Tensor>> {
  const all = layers.map((layer) => layer.shares());
  const nodes = all.map((s) => ops.gather(s, ops.tensor1d(some(s.shape[0] as number, SHOWN_NODES), 'int32')));
  return {
    families: ops.mean(ops.concat(all, 0), 0),
    nodes: ops.concat(nodes, 0),
    curves: ops.concat(
      layers.map((layer) => curvesOf(ops, layer)),
      0,
    ),
  };
}

/** Some connections of a layer, `[edges, 1 + points]`: number of the largest family, then the curve. */
function curvesOf(ops: Ops, layer: SelectingLayer): Tensor {
  const { nodes, outputs, pool } = layer;
  const edges = some(nodes * outputs, SHOWN_EDGES);
  const x = ops.tensor2d(
    Array.from({ length: POINTS }, (_, i) => -RANGE + (2 * RANGE * i) / (POINTS - 1)),
    [POINTS, 1],
  );
  const basis = ops.squeeze(drawAll(ops, pool, x), [2]);
  const weights = layer.weights();
  const functions = weights.shape[1] as number;
  const rows = ops.reshape(ops.transpose(weights, [0, 2, 3, 1]), [nodes * outputs, functions]);
  const picked = ops.gather(rows, ops.tensor1d(edges, 'int32'));
  const drawn = ops.matMul(picked, basis, false, true);
  const families = ops.gather(
    chosen(ops, layer.shares()),
    ops.tensor1d(
      edges.map((edge) => Math.floor(edge / outputs)),
      'int32',
    ),
  );
  return ops.concat([ops.expandDims(ops.cast(families, 'float32'), 1), drawn], 1);
}
