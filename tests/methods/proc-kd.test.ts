import { describe, expect, it } from 'vitest';
import { NetworkBuild } from '../../src/engine/layers';
import type { Tensor } from '../../src/engine/types';
import { FixedBuild, ops } from '../../src/golden/kit';
import { methods } from '../../src/methods/index';
import method from '../../src/methods/proc-kd';
import { augment, learnPrototypes, type Modules, modules } from '../../src/methods/proc-kd/modules';
import { bitsOf, network, run } from '../trainer/support';
import { golden, normal, numbersOf } from './support';

golden('proc-kd');

const [COUNT, C, N] = [3, 4, 5];
const shapes = { embedding: C, taps: { a: [N, C], b: [N, C], c: [N, C] } };
const build = new NetworkBuild(1, 'extras');
const made = modules(build, { layers: 3, count: COUNT, student: shapes, teacher: shapes });
const joined = normal([2, N, 3 * C], 5);
const tokens = normal([2, N, C], 6);
const all = (m: Modules, x: Tensor = joined, y: Tensor = tokens) =>
  numbersOf(() => ops.concat([learnPrototypes(ops, m, x).tokens, augment(ops, m, y).tokens], 1));
const close = (a: readonly number[], b: readonly number[]) => {
  expect(a).toHaveLength(b.length);
  for (const [i, x] of a.entries()) expect(x).toBeCloseTo(b[i]!, 6);
};

describe('the modules', () => {
  it('assign every token to prototypes in shares that add up to 1', async () => {
    const sums = await numbersOf(() =>
      ops.concat([
        ops.flatten(ops.sum(learnPrototypes(ops, made, joined).assigned, 2)),
        ops.flatten(ops.sum(augment(ops, made, tokens).aligned, 2)),
      ]),
    );
    for (const sum of sums) expect(sum).toBeCloseTo(1, 6);
  });

  it('do not depend on the order of the prototypes', async () => {
    const order = [2, 0, 1];
    const index = ops.tensor1d(Int32Array.from(order), 'int32');
    const of = (name: string) => build.weights.get(name) as Tensor;
    const blocks = ops.reshape(of('readout/weight'), [COUNT, C, C]);
    const changed = {
      'assign/weight': ops.gather(of('assign/weight'), index, 1),
      'assign/bias': ops.gather(of('assign/bias'), index),
      prototypes: ops.gather(of('prototypes'), index),
      'readout/weight': ops.reshape(ops.gather(blocks, index), [COUNT * C, C]),
    };
    const other = new FixedBuild({ ...Object.fromEntries(build.weights), ...changed });
    const turned = modules(other, { layers: 3, count: COUNT, student: shapes, teacher: shapes });
    close(await all(turned), await all(made));
    const wrong = new FixedBuild({ ...Object.fromEntries(build.weights), prototypes: changed.prototypes });
    const mixed = modules(wrong, { layers: 3, count: COUNT, student: shapes, teacher: shapes });
    expect(await all(mixed)).not.toEqual(await all(made));
  });

  it('move their tokens as the tokens they are given move', async () => {
    const index = ops.tensor1d(Int32Array.of(3, 1, 4, 0, 2), 'int32');
    const moved = (x: Tensor) => ops.gather(x, index, 1);
    const [x, y] = [moved(joined), moved(tokens)];
    close(
      await all(made, x, y),
      await numbersOf(() =>
        ops.concat(
          [moved(learnPrototypes(ops, made, joined).tokens), moved(augment(ops, made, tokens).tokens)],
          1,
        ),
      ),
    );
  });

  it('stay finite on dead features', async () => {
    const zeros = await all(made, ops.zerosLike(joined), ops.zerosLike(tokens));
    expect(zeros.every(Number.isFinite)).toBe(true);
  });
});

const teacher = network('cnn', { width: 6, blocks: 3 }, 'another');
const off = { augmented: 0, own: 0, agree: 0, hint: 0 };

describe('a lane', () => {
  it('without any weight is plain training, bit for bit', async () => {
    const plain = await run(methods.get('labels-only'), teacher, {}, { steps: 3 });
    const bare = await run(method, teacher, off, { steps: 3 });
    expect(await bitsOf(bare.student)).toEqual(await bitsOf(plain.student));
    const hinted = await run(method, teacher, { ...off, hint: 1 }, { steps: 3 });
    expect(await bitsOf(hinted.student)).not.toEqual(await bitsOf(plain.student));
  });

  it('reads the teacher, or in the control one that never learned and never does', async () => {
    const before = await bitsOf(teacher);
    const taught = await run(method, teacher, {}, { steps: 2 });
    const control = await run(method, teacher, { source: 'random' }, { steps: 2 });
    expect(await bitsOf(teacher)).toEqual(before);
    const [own] = control.lane.options.ownTeachers;
    expect(await bitsOf(own!.network)).not.toEqual(before);
    const same = await run(method, teacher, { source: 'random' }, { steps: 0 });
    expect(await bitsOf(own!.network)).toEqual(await bitsOf(same.lane.options.ownTeachers[0]!.network));
    expect(await bitsOf(control.student)).not.toEqual(await bitsOf(taught.student));
  });

  it('answers by either route and trains the same', async () => {
    const images = ops.reshape(normal([3, 16, 16, 1], 9), [3, 16, 16, 1]) as Parameters<
      typeof teacher.forward
    >[0];
    const [plain, enriched] = [
      await run(method, teacher, {}, { steps: 2 }),
      await run(method, teacher, { answers: 'augmented' }, { steps: 2 }),
    ];
    expect(await bitsOf(enriched.student)).toEqual(await bitsOf(plain.student));
    const of = (lane: typeof plain.lane) => numbersOf(() => lane.predict(images));
    expect(await of(plain.lane)).toEqual(await numbersOf(() => plain.student.forward(images, false).logits));
    expect(await of(enriched.lane)).not.toEqual(await of(plain.lane));
  });
});
