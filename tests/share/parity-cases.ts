/** Steps and networks as numbers, for the exported Python to compute again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { groupsByLot } from '../../src/core/class-groups';
import { type AnyValues, defaults, type Schema } from '../../src/core/params';
import { Rng } from '../../src/core/rng';
import { NetworkBuild } from '../../src/engine/layers';
import type { NetOutput, Random, Table, Tensor, Tensor1D, Tensor4D } from '../../src/engine/types';
import { fixedRandom, makeStep, ops } from '../../src/golden/kit';
import { type AnyMethod, methods } from '../../src/methods';
import type { Pass, Step } from '../../src/methods/kit';
import { models } from '../../src/models';
import { coverOf, METHODS } from '../../src/share/parity/cover';
import { writeSafetensors } from '../../src/share/safetensors';
import { factsOf } from '../methods/made-up';
import { endWeight, extremes, phasesOf, SAMPLES, type Scene, setUp, TEACHER } from '../methods/scenes';
import { gradientsOf, labelsOf, termsOf } from '../methods/support';

const CLASSES = 4;
/** Methods whose memories hang on no random number, or on those that are noted. */
const EXACT = ['nd-loss', 'mdcs', 'lsskd', 'ps-kd', 'multi-aspect-kd', 'dho', 'scalearn'];
const isExact = (id: string, { directions }: AnyValues): boolean =>
  EXACT.includes(id) || directions === 'clusters' || directions === 'finer';

/** Choices that no term shows at the other defaults. */
const SHOWN: Readonly<Record<string, readonly AnyValues[]>> = {
  'proc-kd': [{ source: 'random', hint: 1 }],
  rotnet: [{ guide: 0.5, turns: '2' }],
};

/** What is known of the made-up images beside their class. */
const ATTRIBUTES = {
  kind: Int32Array.from({ length: SAMPLES }, (_, i) => (i * i) % 3),
  side: Int32Array.from({ length: SAMPLES }, (_, i) => Number(i % 5 > 1)),
  'finer class': Int32Array.from({ length: SAMPLES }, (_, i) => ((i * 7) % CLASSES) * 2 + (i % 2)),
};

const plain = ({ logits, embedding, taps }: NetOutput) => ({
  logits: logits.arraySync(),
  embedding: embedding.arraySync(),
  taps: Object.fromEntries(Object.entries(taps).map(([name, tap]) => [name, tap.arraySync()])),
});

/** Random numbers that are noted by name. */
function noted(): { random: Random; draws: Record<string, unknown> } {
  const draws: Record<string, unknown> = {};
  const base = fixedRandom();
  const note = <T extends Tensor>(name: string, x: T): T => {
    draws[name] = x.arraySync();
    return x;
  };
  const random: Random = {
    uniform: (name, shape) => note(name, base.uniform(name, shape)),
    normal: (name, shape) => note(name, base.normal(name, shape)),
    permutation: (name, n) => note(name, base.permutation(name, n)),
  };
  return { random, draws };
}

const isTable = (x: object): x is Table => 'read' in x && 'rows' in x;

/** Tables of a memory as rows of numbers, by the names around them; what else it holds is left out. */
function numbersOf(memory: unknown): unknown {
  if (typeof memory !== 'object' || memory === null) return null;
  if (isTable(memory)) return memory.read(ops.range(0, memory.rows, 1, 'int32') as Tensor1D).arraySync();
  if (Array.isArray(memory)) {
    const rows = memory.map(numbersOf);
    return rows.length > 0 && rows.every((row) => row === null) ? null : rows;
  }
  const entries = Object.entries(memory).map(([key, value]) => [key, numbersOf(value)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** Rows of a width. */
const rowsOf = (flat: Float32Array, width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, i) => [...flat.subarray(i * width, (i + 1) * width)]);

/** The defaults, every other choice, and all numbers away from their defaults. */
function variants(method: AnyMethod, moved = true): AnyValues[] {
  const chosen = extremes(method).filter((change) => {
    const [key = ''] = Object.keys(change);
    return ['choice', 'boolean'].includes((method.params as Schema)[key]?.kind ?? '');
  });
  const numbers = Object.entries(method.params as Schema).flatMap(([key, param]) => {
    if (param.kind !== 'number') return [];
    const other = param.default + 0.3 * (Math.min(param.max, 4 * param.default + 1) - param.default);
    return [[key, param.integer ? Math.round(other) : other] as const];
  });
  const shown = SHOWN[method.id] ?? [];
  const written = (change: AnyValues) => {
    const student = {
      method: { id: method.id, params: { ...defaults(method.params as Schema), ...change } },
      model: { id: 'mlp', params: {} },
    } as unknown as Parameters<typeof coverOf>[0];
    const teacher = { mode: 'trained', model: { id: 'mlp', params: {} } } as unknown as Parameters<
      typeof coverOf
    >[1]['teacher'];
    return coverOf(student, { teacher }).state !== 'none';
  };
  return [{}, ...chosen, ...shown, ...(moved ? [Object.fromEntries(numbers)] : [])].filter(written);
}

/** Groupings of the classes, a finer one under a coarser one. */
const GROUPS = [
  { name: 'kind', names: ['a', 'b'], of: [0, 0, 0, 1] },
  { name: 'across', names: ['c', 'd'], of: [0, 0, 1, 1] },
  { name: 'finer kind', names: ['a1', 'a2', 'b'], of: [0, 0, 1, 2] },
];

/** Numbers whose order is that in which classes are drawn into groups. */
function lotOfGroups(classes: number, count: number): number[] {
  const { of } = groupsByLot(classes, count, 1);
  return of.map((group, c) => of.slice(0, c).filter((g) => g === group).length + classes * group);
}

/** Uniform numbers that methods draw of classes and rows before the training, by name. */
function lotsOf({ uniform, classes, samples }: Pass, { aspects = 0, subclasses = 0, count = 1 }: AnyValues) {
  const names = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name} ${i}`);
  const many = 2 * TEACHER.embedding * (Number(subclasses) + 8);
  return Object.fromEntries([
    ...names('code', Number(aspects)).map((name) => [name, [...uniform(name, classes)]] as const),
    ...names('axes', classes).map((name) => [name, [...uniform(name, many)]] as const),
    ['rows', [...uniform('rows', samples)]] as const,
    ['groups', lotOfGroups(classes, Number(count))] as const,
  ]);
}

const numbersIn = ({ numbers, classes }: Pass) =>
  numbers && {
    rows: rowsOf(numbers.rows, numbers.width),
    pool: rowsOf(numbers.pool, numbers.width),
    classes: Array.from({ length: classes }, () => Array<null>(numbers.width).fill(null)),
  };

/** A step of a method in one phase, with the terms and gradients that the page's own code finds. */
async function stepCase(method: AnyMethod, changes: AnyValues, phase: string, more: Partial<Scene> = {}) {
  const scene = { name: 'ordinary answers', ...more };
  const { parts, pass, build, done } = await setUp(method, scene, phase, changes);
  const { random, draws } = noted();
  const given = { ...parts, random };
  const step = makeStep(method, given) as Step<AnyValues, unknown, unknown>;
  const terms = await termsOf(method, given);
  const students = step.students.map(plain);
  const gradients = Object.values(await gradientsOf(method, given));
  const none = method.roles?.teacher === 'none';
  const told = await pass.teacherOutputs();
  const taught = { logits: rowsOf(told.logits, CLASSES), embedding: rowsOf(told.embedding, told.width) };
  const { roles } = method;
  const asks = roles?.pool ? !roles.pool.optional || scene.pool : roles?.images === 'pool';
  const pool = asks ? step.pool : undefined;
  const about = more.pool
    ? ' with a pool'
    : more.attributes
      ? ' with attributes'
      : more.groups
        ? ' with groups'
        : '';
  const label = `${method.id} ${JSON.stringify(changes)} ${phase}${about}`;
  const extras = build.entries().map(([name, v]) => [name, { shape: v.shape, data: [...v.dataSync()] }]);
  const made = {
    ...{ name: label, method: method.id, params: step.params, phase, terms, gradients, students, draws },
    ...{
      classes: CLASSES,
      classNames: factsOf(CLASSES).classNames,
      exact: isExact(method.id, step.params),
      taught,
      lots: lotsOf(pass, step.params),
      numbers: numbersIn(pass),
      tasks: pass.tasks.map(({ name, classes, labels }) => ({
        ...{ name, classes, pool: null },
        labels: [...labels],
      })),
      groups: pass.groups.map(({ of }) => of),
      attributes: Object.fromEntries(
        Object.entries(scene.attributes ?? {}).map(([name, values]) => [name, [...values]]),
      ),
    },
    teachers: step.teachers.map(plain),
    labels: step.labels.arraySync(),
    targets: step.targets.arraySync(),
    index: step.index.arraySync(),
    images: step.images.arraySync(),
    trained: labelsOf(SAMPLES, CLASSES).arraySync(),
    extras: Object.fromEntries(extras),
    memory: numbersOf(step.memory),
    ...{ progress: 0.5, epoch: 1, epochs: 2, regime: { kept: 1, noisy_teacher: false } },
    ...(none ? {} : { teacher: plain(step.teacher), end: endWeight().arraySync() }),
    ...(pool
      ? {
          pool: {
            images: pool.images.arraySync(),
            index: pool.index.arraySync(),
            student: plain(pool.student),
            teacher: plain(pool.teacher),
          },
        }
      : {}),
  };
  done();
  return made;
}

const withLosses = () => methods.all.filter(({ id }) => /^def losses\(/m.test(METHODS.get(id) ?? ''));

/** Images without labels and what is known beside the class, where a method can do without them. */
const scenesOf = ({ id, roles }: AnyMethod): Partial<Scene>[] => [
  {},
  ...(roles?.pool?.optional ? [{ pool: true }] : []),
  ...(id === 'knowledge-concentration' ? [{ groups: GROUPS }] : []),
  ...(id === 'multi-aspect-kd' || id === 'lelp' ? [{ attributes: ATTRIBUTES }] : []),
];

export async function stepCases() {
  const cases: Awaited<ReturnType<typeof stepCase>>[] = [];
  for (const method of withLosses())
    for (const changes of variants(method))
      for (const [phase] of phasesOf(method, changes))
        for (const scene of scenesOf(method)) cases.push(await stepCase(method, changes, phase, scene));
  return cases;
}

/** What methods make of a batch before the networks see it. */
export async function changeCases() {
  const cases: object[] = [];
  // Numbers stay as they are: draws from a distribution are not those of another generator.
  for (const method of withLosses().filter(({ input }) => input))
    for (const changes of variants(method, false))
      for (const [phase] of phasesOf(method, changes)) {
        const { parts, first, done } = await setUp(method, { name: 'ordinary answers' }, phase, changes);
        const params = { ...defaults(method.params as Schema), ...changes };
        const { random, draws } = noted();
        const seen = method.input?.(first, { ops, params, random, classes: CLASSES, phase }) ?? first;
        const listed = (batch: typeof first) => ({
          images: batch.images.arraySync(),
          labels: batch.labels.arraySync(),
          targets: batch.targets.arraySync(),
        });
        const name = `${method.id} ${JSON.stringify(changes)} ${phase}`;
        const both = { ...listed(first), expected: listed(seen) };
        cases.push({ name, method: method.id, params: parts.params ?? params, phase, draws, ...both });
        done();
      }
  return cases;
}

const rng = new Rng(11, 'parity');

/** A network with made-up weights, saved in `folder`, and what it answers to two images. */
export function modelCase(folder: string, id: string, image: readonly number[], changes: object) {
  const card = models.get(id);
  const params = { ...defaults(card.params as Schema), ...changes } as AnyValues;
  const build = new NetworkBuild(3, id);
  const body = card.build(build, ops, { image, classes: 5 }, params);
  const noise = (shape: readonly number[]) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.1 * rng.normal()),
      [...shape],
    );
  for (const [name, variable] of build.entries())
    if (!/^select\/|\/kept$/.test(name))
      variable.assign(
        tf.add(tf.mul(variable, /variance/.test(name) ? 1.4 : 1), tf.abs(noise(variable.shape))),
      );
  build.training = false;
  const channels = image[2] as number;
  const [mean, std] = [[110, 90, 100].slice(0, channels), [60, 50, 70].slice(0, channels)];
  const shape = [2, ...image];
  const pixels = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.below(256));
  const { logits, taps } = body.forward(tf.div(tf.sub(tf.tensor(pixels, shape), mean), std) as Tensor4D);
  const tensors = build
    .entries()
    .map(([name, v]) => ({ name, shape: v.shape, data: v.dataSync() as Float32Array }));
  const name = `${id} ${JSON.stringify(changes)}`;
  const file = `${name.replace(/\W+/g, '-')}.safetensors`;
  const about = { model: { id, params }, image, mean, std };
  const texts = Object.fromEntries(Object.entries(about).map(([key, value]) => [key, JSON.stringify(value)]));
  writeFileSync(join(folder, file), writeSafetensors(tensors, texts));
  const seen = Object.entries(taps).map(([tap, x]) => [
    tap,
    { shape: x.shape, data: Array.from(x.dataSync()) },
  ]);
  return {
    ...{ name, file, classes: 5, pixels, shape, logits: Array.from(logits.dataSync()) },
    taps: Object.fromEntries(seen),
  };
}
