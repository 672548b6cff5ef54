/** What a method reads of a frozen teacher is what its card says: a teacher of other classes hangs on that. */
import { describe, expect, it, test } from 'vitest';
import { type AnyValues, defaults } from '../../src/core/params';
import type { NetOutput, Tensor4D } from '../../src/engine/types';
import { makeStep, rerun } from '../../src/golden/kit';
import { type AnyMethod, methods, refusalOf } from '../../src/methods/index';
import type { Answers } from '../../src/methods/kit';
import { midwayOf } from './made-up';
import { extremes, IMAGE, phasesOf, setUp } from './scenes';

const reads = (output: NetOutput, note: () => void): NetOutput => {
  const { logits, ...rest } = output;
  return Object.defineProperty(rest, 'logits', {
    get() {
      note();
      return logits;
    },
  }) as NetOutput;
};

/** Whether the run's teacher's logits are read: before the first step, in one, in a picture, between phases. */
async function readsAnswers(method: AnyMethod, values: AnyValues): Promise<boolean> {
  let read = false;
  const note = () => {
    read = true;
  };
  const told = (answers: Answers): Answers =>
    Object.defineProperty({ ...answers }, 'logits', {
      get() {
        note();
        return answers.logits;
      },
    });
  const scene = { name: 'two images', batch: 2, told };
  for (const [phase] of phasesOf(method, values)) {
    const { parts, pass, done } = await setUp(method, scene, phase, values);
    const step = makeStep(method, { ...parts, teacher: reads(parts.teacher as NetOutput, note) });
    method.losses(step);
    method.probe?.(step);
    // What begins a phase is slow: it is asked only when nothing else has read, and with the ready settings.
    if (!read && method.roles?.trained && method.begin && Object.keys(values).length === 0) {
      const known = parts.teacher as NetOutput;
      const networks = {
        teacher: (images: Tensor4D) => reads(rerun(known, images.shape[0], undefined), note),
        student: (images: Tensor4D) => rerun(parts.students![0]!, images.shape[0], undefined),
      };
      await method.begin(phase, midwayOf(pass, parts.extras, IMAGE, networks), parts.memory, step.params);
    }
    done();
  }
  return read;
}

/** Numbers switch a term on or off: those that do not stand at 0 matter only where the card's word hangs on them. */
const matters = (method: AnyMethod) => {
  const said = (values: AnyValues) => method.roles?.reads?.({ ...defaults(method.params), ...values });
  const fixed = extremes(method).every((values) => said(values) === said({}));
  return (values: AnyValues) =>
    !fixed ||
    Object.entries(values).every(
      ([key, value]) => typeof value !== 'number' || method.params[key].default === 0,
    );
};

describe.each(methods.all.map((method) => [method.id, method] as const))('%s', (_, method) => {
  it('says truly whether it reads the teacher’s answers', async () => {
    if ((method.roles?.teacher ?? 'frozen') !== 'frozen') return expect(method.roles?.reads).toBeUndefined();
    // A card that promises features keeps that promise at every setting.
    const changed = method.roles?.reads ? [{}, ...extremes(method).filter(matters(method))] : [{}];
    for (const values of changed) {
      const said = method.roles?.reads?.({ ...defaults(method.params), ...values }) ?? 'answers';
      expect([JSON.stringify(values), await readsAnswers(method, values)]).toEqual([
        JSON.stringify(values),
        said === 'answers',
      ]);
    }
  }, 60_000);
});

test('a teacher of other classes is refused where its answers are read, with the way out', () => {
  const facts = { teacher: 'trained', pool: true, otherClasses: true } as const;
  const of = (id: string, params: object = {}) =>
    refusalOf({ id, params: { ...defaults(methods.get(id).params), ...params } }, facts);
  expect(of('kd')).toBe(
    'Knowledge distillation compares answers with the teacher’s, but this teacher knows other classes. Choose a method that reads features only.',
  );
  expect(of('fitnet')).toContain('or set what it takes of the answers to 0');
  expect(of('fitnet', { kdWeight: 0 })).toBeUndefined();
  for (const id of ['labels-only', 'at', 'rkd', 'sp', 'crd', 'dml', 'bd-kd'])
    expect(of(id), id).toBeUndefined();
  expect(refusalOf({ id: 'kd', params: {} }, { teacher: 'trained', pool: false })).toBeUndefined();
});
