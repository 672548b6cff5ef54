/**
 * A run that is interrupted and resumed tells what an undisturbed one does, bit for bit. Over the whole registry;
 * `npm run test:long` takes every choice of every method, and every step, in their turn.
 */
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Config, OptimizerValues } from '../../src/core/config';
import type { Param } from '../../src/core/params';
import { regimes } from '../../src/data/regimes/index';
import { methods } from '../../src/methods/index';
import { models } from '../../src/models/index';
import { configOf, type Setup } from '../gpu/setups';
import { prove } from '../proof';
import { play } from './resume-support';

const LONG = process.env['CONDENSER_LONG'] !== undefined;

const CNN = { id: 'cnn', params: { width: 2, blocks: 2 } };
const MLP = { id: 'mlp', params: { width: 4, layers: 1 } };
/** Two steps of the teacher, then four of the students. */
const SMALL: Setup = { methods: ['kd'], model: MLP, images: 30, batch: 8, epochs: 2 };
const KINDS = ['sgd', 'adam', 'adamw'] as const;

const STEPS = [1, 2, 3, 4, 5, 6];

type Student = Config['students'][number];

const withStudents = (config: Config, change: (student: Student, i: number) => Student): Config => ({
  ...config,
  students: config.students.map(change),
});

const optimised = (student: Student, values: Partial<OptimizerValues>): Student => ({
  ...student,
  optimizer: { ...student.optimizer, ...values },
});

/** Each kind of optimiser meets many methods. */
const mixed = (config: Config): Config =>
  withStudents(config, (student, i) => optimised(student, { kind: KINDS[i % KINDS.length]! }));

/** From a checkpoint after each of `at` steps, the rest is as if nothing had happened. */
async function proves(config: Config, at: readonly number[], more: Parameters<typeof play>[1] = {}) {
  const before = memory().numTensors;
  const whole = await play(config, { ...more, at });
  expect(whole.checkpoints.map(({ state }) => state.done)).toEqual(at);
  expect(whole.finished).toBe(true);
  for (const resume of whole.checkpoints) {
    const rest = await play(config, { ...more, resume });
    expect(rest.heard, `from step ${resume.state.done}`).toEqual(whole.heard);
  }
  expect(memory().numTensors).toBe(before);
  return whole;
}

describe('a resumed run goes on as if nothing had happened', () => {
  it('for every method', { timeout: 180_000 }, async () => {
    const all = {
      ...SMALL,
      methods: 'all',
      model: CNN,
      epochs: 1,
      forms: { crd: { form: 'memory', negatives: 16 } },
    } as const;
    const { checkpoints } = await proves(mixed(configOf(all)), [3]);
    const { state } = checkpoints[0]!;
    expect(state.phase).toBe('students');
    expect(Object.keys(state.lanes)).toHaveLength(1 + methods.all.length);
    // Tables, and the numbers of those that hold them, are among what was saved.
    const remembering = Object.values(state.lanes).filter(({ tables }) => tables.length > 0);
    expect(remembering).toHaveLength(methods.all.filter(({ prepare }) => prepare).length);
    prove(
      {
        id: 'resume-methods',
        area: 'Saving and resuming',
        hazard: 'A run is interrupted in the middle',
        promise: 'What it tells after it was resumed is bit-equal to an undisturbed run, for every method',
        figure: `${methods.all.length} of ${methods.all.length} methods in one run, cut after step 3, on the processor: equal bit for bit`,
      },
      expect.getState(),
    );
  });

  it('for every optimiser and schedule, whatever the phase', async () => {
    const config = configOf({
      ...SMALL,
      nets: KINDS.flatMap((kind) => [0, 1].map((i) => ({ ...MLP, id: 'mlp', kind, i }))),
    });
    const students = config.students.map(
      (student, i): Student => ({
        ...optimised(student, {
          kind: KINDS[i % 3]!,
          schedule: (['cosine', 'step', 'constant'] as const)[i % 3]!,
          nesterov: i > 2,
          clip: i > 2 ? 0.5 : 0,
          warmup: i > 2 ? 0.3 : 0,
          weightDecay: 0.01,
        }),
        key: `s${i}`,
      }),
    );
    await proves({ ...config, students }, LONG ? STEPS : [1, 5]);
  });

  it('for a teacher that trains beside them, with changed images and two seeds', async () => {
    const setup: Setup = { ...SMALL, methods: ['kd', 'ps-kd'], mode: 'online', seeds: [1, 2] };
    await proves(configOf({ ...setup, training: { flip: true, crop: 1, cutout: 2 } }), [3]);
  });

  it('for networks with stages, before and after each', async () => {
    const model = { id: 's-kan', params: { width: 2, layers: 1, side: 4 } };
    await proves(configOf({ ...SMALL, model, epochs: 4 }), LONG ? [1, 3, 4, 5, 7, 9] : [7]);
  });

  it('for students that diverged', async () => {
    const calm = configOf({ ...SMALL, methods: ['labels-only', 'kd'], epochs: 8 });
    const wild = { kind: 'sgd', rate: 3e38, warmup: 0 } as const;
    const config = withStudents(calm, (student, i) => (i ? optimised(student, wild) : student));
    const { heard } = await proves(config, [3, 13]);
    expect(heard['states']).toMatchObject({ 'kd/1': { kind: 'diverged' } });
  });

  it('for images that were chosen by a score', async () => {
    const chosen = (score: string): Setup => ({
      ...SMALL,
      regimes: [{ id: 'data-pruning', params: { score, keep: 0.6 } }],
    });
    const asked = await play(configOf(chosen('margin')), { at: [1] });
    expect(asked.checkpoints[0]!.state).toMatchObject({ phase: 'teacher', settled: false });
    for (const score of LONG ? ['margin', 'entropy', 'grand', 'forgetting', 'el2n'] : ['el2n']) {
      const config = configOf(chosen(score));
      const { checkpoints } = await play(config, { at: Array.from({ length: 40 }, (_, i) => i) });
      const students = checkpoints.find(({ state }) => state.phase === 'students' && state.step === 1)!;
      await proves(config, [checkpoints[0]!.state.done, students.state.done]);
    }
  });

  it('with settings that were changed on the way', async () => {
    const config = configOf({ ...SMALL, methods: ['kd', 'dkd'] });
    const changed = withStudents(config, (student) => ({
      ...optimised(student, { rate: 0.003, momentum: 0.5 }),
      method: { ...student.method, params: { ...student.method.params, ceWeight: 0.2 } },
    }));
    const { checkpoints } = await proves(config, [5], {
      during: (session, done) => done === 4 && session.adjust(changed),
    });
    expect(checkpoints[0]!.state.students).toEqual(changed.students);
    const plain = await play(config);
    const after = await play(config, { resume: checkpoints[0]! });
    expect(after.heard).not.toEqual(plain.heard);
  });
});

it('a run of another make is refused', async () => {
  const { checkpoints } = await play(configOf(SMALL), { at: [3], stop: true });
  const wider = configOf({ ...SMALL, model: { ...MLP, params: { width: 5, layers: 1 } } });
  await expect(play(wider, { resume: checkpoints[0]! })).rejects.toThrow(/does not fit/);
  const other = configOf({ ...SMALL, methods: ['dkd'] });
  await expect(play(other, { resume: checkpoints[0]! })).rejects.toThrow(/no learner 'dkd\/1'/);
});

if (LONG)
  describe('at length', () => {
    it.each(methods.all)('$id, in every form, at every step', async ({ id, params }) => {
      const base = configOf({ ...SMALL, methods: [id], model: CNN });
      const first = base.students[0]!;
      const forms = Object.entries<Param>(params).flatMap(([name, param]): Student['method']['params'][] => {
        if (param.kind === 'boolean') return [{ [name]: !param.default }];
        if (param.kind === 'choice')
          return Object.keys(param.options).flatMap((value) =>
            value === param.default ? [] : [{ [name]: value }],
          );
        return [];
      });
      const students = [{}, ...forms].map((form, i) => ({
        ...first,
        key: `s${i}`,
        method: { id, params: { ...first.method.params, ...form } },
      }));
      await proves(mixed({ ...base, students }), STEPS);
    });

    it.each(models.all)('$id as teacher and student', async ({ id, sizes }) => {
      const config = configOf({
        ...SMALL,
        methods: ['kd', 'dml'],
        model: { id, params: sizes.student as Student['model']['params'] },
      });
      await proves(mixed(config), STEPS);
    });

    // Where labelled images are hidden, the methods of this file have nothing to learn from.
    it.each(regimes.all.filter(({ draws }) => !draws?.only))('$id', async ({ id, draws }) => {
      const config = configOf({ ...SMALL, images: 60, regimes: [{ id }] });
      const others = draws && { [draws.role]: { source: 'shift' as const, id: 'invert', params: {} } };
      await proves(others ? { ...config, others } : config, [1, 3, 9]);
    });
  });
