import type { Nested } from '../engine/autodiff';
import { tensorOf } from '../engine/autodiff';
import type { Tensor, Tensor2D, Variable } from '../engine/types';
import { factorsOf, product, rankOf, strongest } from '../methods/twin-merging/exclusive';
import { gates } from '../methods/twin-merging/gates';
import { added, type Exact, type Named, taskVector, ties } from '../methods/twin-merging/merge';
import type { Exclusive } from '../methods/twin-merging/parts';
import { routerOf } from '../methods/twin-merging/router';
import { defineGolden, FixedBuild, type Given, ops } from './kit';

type Arrays = Readonly<Record<string, readonly number[] | readonly (readonly number[])[]>>;

const named = (arrays: Arrays): Named =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, values]) => [name, Float64Array.from(values.flat())]),
  );
const numbers = (values: ArrayLike<number>): Tensor => ops.tensor1d(Float32Array.from(values));
const joined = (weights: readonly Exact[]): Tensor =>
  ops.concat(weights.flatMap((one) => Object.values(one).map(numbers)));

function networks({ inputs }: Given) {
  const [raw, experts] = [inputs['base'] as Arrays, (inputs['experts'] as Arrays[]).map(named)];
  const base = named(raw);
  const sizes = (name: string): readonly [number, number] => {
    const rows = raw[name] as readonly (readonly number[])[];
    return [rows.length, rows[0]!.length];
  };
  return { base, experts, vectors: experts.map((expert) => taskVector(base, expert)), sizes };
}

const whole = { mask: 'svd', density: 1, uniform: () => [] } as const;

/** The shared network and what each expert has beyond it, matrices of the wanted rank. */
function parts(given: Given) {
  const { base, experts, vectors, sizes } = networks(given);
  const shared = added(base, vectors, given.number('gamma'));
  const cut = (name: string, values: Float64Array) =>
    name.startsWith('W')
      ? product(factorsOf(values, sizes(name), whole), sizes(name), given.number('rank'))
      : values;
  const exclusive = experts.map((expert): Exact => {
    const all = taskVector(shared, expert);
    return Object.fromEntries(Object.entries(all).map(([name, values]) => [name, cut(name, values)]));
  });
  return { shared, exclusive, sizes };
}

/** The net of the case out of the app's own layers, with the app's own gates around them. */
function dynamic(given: Given) {
  const { shared, exclusive, sizes } = parts(given);
  const { experts } = networks(given);
  const rank = given.number('rank');
  const w = ops.softmax(given.matrix('router_logits')) as Tensor2D;
  const tensor = (name: string) =>
    ops.reshape(numbers(shared[name]!), name.startsWith('W') ? [...sizes(name)] : [-1]);
  const build = new FixedBuild({
    '1/weight': tensor('W1'),
    '1/bias': tensor('b1'),
    '2/weight': tensor('W2'),
    '2/bias': tensor('b2'),
  });
  const [one, two] = ['1', '2'].map((name) =>
    build.dense(name, [sizes(`W${name}`)[0]], sizes(`W${name}`)[1]),
  );
  const own = (name: string): Exclusive => {
    const [rows, columns] = sizes(`W${name}`);
    const size = Math.min(rows, columns);
    const factors = experts.map((expert) =>
      factorsOf(taskVector(shared, expert)[`W${name}`]!, [rows, columns], whole),
    );
    const stacked = (values: readonly Tensor[], width: number) =>
      ops.reshape(ops.concat([...values]), [-1, width]) as Variable;
    return {
      linear: build.linear.get(name)!,
      rank: size,
      inputs: stacked(
        factors.map((f) => numbers(f.inputs)),
        rows,
      ),
      outputs: stacked(
        factors.map((f) => numbers(f.outputs)),
        columns,
      ),
      bias: stacked(
        exclusive.map((e) => numbers(e[`b${name}`]!)),
        columns,
      ),
    };
  };
  const layers = { '1': own('1'), '2': own('2') };
  // Both layers have ranks of 6 and 4 in full, and this share of either is the wanted number.
  const density = (rank + 0.5) / 6;
  const first = gates(ops, { exclusive: layers }, { mask: 'svd', density }, w);
  const second = gates(ops, { exclusive: layers }, { mask: 'svd', density: (rank + 0.5) / 4 }, w);
  build.hooks = first;
  const hidden = ops.tanh(one!(given.tensor('x')));
  build.hooks = second;
  const merged = (name: string) =>
    ops.add(
      numbers(shared[name]!),
      ops.matMul(
        ops.slice(w, [0, 0], [1, -1]),
        ops.stack(exclusive.map((e) => numbers(e[name]!))) as Tensor2D,
      ),
    );
  return {
    router_weights: w,
    merged_W1_sample0: merged('W1'),
    merged_b2_sample0: merged('b2'),
    output: two!(hidden),
  };
}

function router(given: Given) {
  const p = given.inputs['params'] as Record<string, Nested> & Record<string, Record<string, Nested>>;
  const norm = (name: string, key: string) => ({
    [`router/${name}/mean`]: tensorOf(p[key]!['m']!),
    [`router/${name}/variance`]: tensorOf(p[key]!['v']!),
    [`router/${name}/scale`]: tensorOf(p[key]!['g']!),
    [`router/${name}/shift`]: tensorOf(p[key]!['b']!),
  });
  const dense = (i: number, key: number) => ({
    [`router/${i}/weight`]: tensorOf(p[`W${key}`] as Nested),
    [`router/${i}/bias`]: tensorOf(p[`b${key}`] as Nested),
  });
  const build = new FixedBuild({
    ...dense(1, 1),
    ...dense(2, 3),
    ...dense(3, 4),
    ...norm('norm1', 'bn1'),
    ...norm('norm2', 'bn3'),
  });
  build.training = false;
  const x = given.matrix('x');
  const logits = routerOf(build, x.shape[1], 2 * x.shape[1], 3)(ops, x);
  return { logits, cross_entropy: ops.crossEntropy(logits, ops.oneHot(given.whole('task'), 3)) };
}

export default defineGolden({
  id: 'twin-merging',
  // What the released code makes of the rank: it truncates, and keeps nothing of ten columns.
  ignore: ['as_released'],
  compute(given) {
    switch (given.name) {
      case 'shared-and-exclusive': {
        const { shared, exclusive } = parts(given);
        return { shared: joined([shared]), exclusive: joined(exclusive) };
      }
      case 'dynamic-merge':
        return dynamic(given);
      case 'router-forward':
        return router(given);
      case 'magnitude-mask':
        return {
          masked: numbers(strongest((given.inputs['M'] as number[][]).flat(), given.number('density'))),
        };
      case 'ties': {
        const { base, vectors } = networks(given);
        const inOrder = (weights: Exact): Exact => Object.fromEntries(Object.entries(weights).sort());
        return {
          merged: joined([
            inOrder(added(base, [ties(vectors, given.number('keep'))], given.number('scale'))),
          ]),
        };
      }
      case 'rank-rounding': {
        const density = 1 - given.number('mask_rate');
        return {
          playground: numbers((given.inputs['sizes'] as number[]).map((size) => rankOf(density, size))),
        };
      }
      default:
        return undefined;
    }
  },
});
