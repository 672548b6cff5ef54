/** What a method reads of a frozen teacher is what its card says: a teacher of other classes hangs on that. */
import { describe, expect, it, test } from 'vitest';
import { defaults } from '../../src/core/params';
import type { NetOutput } from '../../src/engine/types';
import { makeStep } from '../../src/golden/kit';
import { methods, refusalOf } from '../../src/methods/index';
import { extremes, phasesOf, setUp } from './scenes';
import type { Parts } from './support';

describe.each(methods.all.map((method) => [method.id, method] as const))('%s', (_, method) => {
  it('says truly whether it reads the teacher’s answers', async () => {
    if ((method.roles?.teacher ?? 'frozen') !== 'frozen') return expect(method.roles?.reads).toBeUndefined();
    const noting = (parts: Parts) => {
      let read = false;
      const { logits, ...rest } = parts.teacher as NetOutput;
      const teacher = Object.defineProperty(rest, 'logits', {
        get() {
          read = true;
          return logits;
        },
      }) as NetOutput;
      const step = makeStep(method, { ...parts, teacher });
      method.losses(step);
      method.probe?.(step);
      return read;
    };
    // A card that promises features keeps that promise at every setting.
    const changed = method.roles?.reads ? [{}, ...extremes(method)] : [{}];
    for (const values of changed) {
      const found: boolean[] = [];
      for (const [phase] of phasesOf(method, values)) {
        const { parts, done } = await setUp(method, { name: 'two images', batch: 2 }, phase, values);
        found.push(noting(parts));
        done();
      }
      const said = method.roles?.reads?.({ ...defaults(method.params), ...values }) ?? 'answers';
      // What is asked of a trained teacher between phases is not seen here; without a word it counts as answers.
      if (method.roles?.trained && !method.roles.reads && !found.includes(true)) return;
      expect([JSON.stringify(values), found.includes(true)]).toEqual([
        JSON.stringify(values),
        said === 'answers',
      ]);
    }
  });
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
