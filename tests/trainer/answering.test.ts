/** The number of parameters of a learner holds whatever answers, and nothing else. */
import { tidy } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { type AnyValues, defaults } from '../../src/core/params';
import { ops } from '../../src/engine/ops/index';
import type { Tensor4D, Variable } from '../../src/engine/types';
import { writeTensor } from '../../src/engine/weights';
import { methods } from '../../src/methods/index';
import { ready } from '../../src/share/catalogue';
import { tasks } from '../../src/tasks/index';
import { Lane } from '../../src/trainer/lane';
import { ownTeachers } from '../../src/trainer/own-teachers';
import { factsOf, inputOf } from '../../src/trainer/plan';
import { dataset, network } from './support';

const SMALL = { width: 2, blocks: 2 };

function laneOf(id: string, params: AnyValues): Lane {
  const method = methods.get(id);
  const all = { ...defaults(method.params), ...params };
  const facts = factsOf(dataset);
  const teacher = network('cnn', SMALL, 'teacher');
  const peers = Math.max(1, method.roles?.peers?.(all) ?? 1);
  return new Lane({
    ...{ id: 'student/1', method, params: all, seed: 1, facts, frozenTeacher: teacher },
    students: Array.from({ length: peers }, (_, i) => network('cnn', SMALL, `student ${i}`)),
    ownTeachers: ownTeachers(method, all, facts, { model: teacher.choice, input: inputOf(dataset), seed: 1 }),
    ...{ optimizer: ready.students[0]!.optimizer, teacherOptimizer: ready.teacher.optimizer },
    ...{ task: tasks.get('classification'), samples: 20, totalSteps: 20, stepsPerEpoch: 10 },
    pool: { count: 8, rows: 4 },
  });
}

/** Images on which no unit of a small network is likely to be silent throughout. */
const images = () =>
  tidy(() => {
    const { image } = inputOf(dataset);
    const size = 6 * image.reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: size }, (_, i) => Math.sin(i * 1.7) + Math.cos(i * 0.31));
    return ops.reshape(ops.tensor1d(values), [6, ...image] as Tensor4D['shape']) as Tensor4D;
  });

/** Numbers whose change changes an answer of the trained lane. */
async function felt(lane: Lane): Promise<Set<string>> {
  const shown = images();
  const answer = async () => {
    const logits = tidy(() => lane.predictTrained(shown));
    const text = [...(await logits.data())].join();
    logits.dispose();
    return text;
  };
  // What a method copies or finds before it answers is 0 at first, which would hide what stands behind it.
  for (const [name, state] of lane.extrasBuild.states)
    if (!lane.extrasBuild.statistics.has(name))
      writeTensor(
        state,
        Float32Array.from({ length: state.size }, (_, k) => 0.4 + 0.3 * Math.sin(k)),
      );
  const before = await answer();
  const builds = [...lane.options.students.map(({ build }) => build), lane.extrasBuild];
  const found = new Set<string>();
  for (const [i, { weights, states, statistics }] of builds.entries())
    for (const [name, variable] of [...weights, ...states] as [string, Variable][]) {
      if (statistics.has(name)) continue;
      const old = Float32Array.from(await variable.data());
      writeTensor(
        variable,
        old.map((x, k) => x + 0.5 + 0.3 * Math.sin(k)),
      );
      if ((await answer()) !== before) found.add(`${i}/${name} ${variable.size}`);
      writeTensor(variable, old);
    }
  shown.dispose();
  return found;
}

const sizeOf = (found: ReadonlySet<string>) =>
  [...found].reduce((sum, text) => sum + Number(text.split(' ').at(-1)), 0);

const own = (lane: Lane) => lane.options.students[0]!.parameters;

test.each([
  ['kd', {}],
  ['lsskd', {}],
  ['crd', {}],
])('%s answers with the student alone', (id, params) => {
  const lane = laneOf(id, params);
  expect(lane.parameters).toBe(own(lane));
  lane.dispose();
});

test.each([
  ['mdcs', {}],
  ['one', { ensemble: true }],
  ['dho', {}],
  ['kd3', {}],
  ['lelp', {}],
])('%s counts each number that its answer hangs on', async (id, params) => {
  const lane = laneOf(id, params);
  const found = await felt(lane);
  expect([...found].some((text) => !text.startsWith('0/'))).toBe(true);
  expect(lane.parameters).toBe(sizeOf(found));
  lane.dispose();
});

test('experts by a router count shared network, heads, router and what is exclusive', () => {
  const lane = laneOf('twin-merging', { tasks: 2 });
  const { extrasBuild } = lane;
  const sizes = [...extrasBuild.weights, ...extrasBuild.states].filter(
    ([name]) => !extrasBuild.statistics.has(name) && /^(exclusive|heads|router)/.test(name),
  );
  const head =
    own(lane) -
    [...lane.options.students[0]!.build.weights].reduce(
      (n, [name, w]) => n + (name.startsWith('head') ? 0 : w.size),
      0,
    );
  expect(lane.parameters).toBe(own(lane) - head + sizes.reduce((n, [, { size }]) => n + size, 0));
  lane.dispose();
});
