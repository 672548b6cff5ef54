import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { besides } from '../../src/core/panel';
import { defaults, type Schema } from '../../src/core/params';
import { makePass, makeStep } from '../../src/golden/kit';
import { methods } from '../../src/methods/index';
import type { Pass } from '../../src/methods/kit';
import { wholeMethods } from '../../src/methods/whole';
import { reviewOf } from './made-up';
import { extremes, IMAGE, phasesOf, SAMPLES, type Scene, STUDENT, scenes, setUp, TEACHER } from './scenes';
import { gradientsOf, labelsOf, numbersOf, termsOf } from './support';

describe('the registry', () => {
  it('has every file of the folder under its own name', () => {
    const files = readdirSync(new URL('../../src/methods/', import.meta.url))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.replace(/\.ts$/, ''))
      .filter((file) => !['kit', 'index', 'whole'].includes(file));
    expect(methods.all.map(({ id }) => id).sort()).toEqual(files.sort());
    expect(wholeMethods.all).toEqual(methods.all);
  });
});

describe.each(methods.all.map((method) => [method.id, method] as const))('%s', (_, method) => {
  it('has a complete card', () => {
    expect(method.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const text of [method.name, method.summary, method.formula, method.deviations])
      expect(text.trim().length).toBeGreaterThan(3);
    if (method.family !== 'baseline') expect(method.paper).toBeDefined();
    if (method.paper) {
      expect(method.paper.url).toMatch(/^https:\/\//);
      expect(method.paper.year).toBeGreaterThan(2010);
      for (const text of [method.paper.title, method.paper.authors, method.paper.venue])
        expect(text).not.toBe('');
    }
    expect(Object.keys(method.terms).length).toBeGreaterThan(0);
    for (const label of Object.values(method.terms)) expect(label).not.toBe('');
  });

  it('explains every parameter and says where its default is from', () => {
    for (const [key, param] of Object.entries(method.params as Schema)) {
      expect(param.help, `help of ${key}`).toMatch(/\w{3}/);
      expect(param.source, `source of ${key}`).toBeDefined();
      if (param.kind === 'number') {
        expect(param.default, key).toBeGreaterThanOrEqual(param.min);
        expect(param.default, key).toBeLessThanOrEqual(param.max);
      }
    }
  });

  it('divides its steps among its phases', () => {
    const shares = phasesOf(method).map(([, { share }]) => share);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it.each(scenes)('has finite losses, gradients, predictions and pictures with $name', async (scene) => {
    for (const [phase] of phasesOf(method)) {
      const { parts, done } = await setUp(method, scene, phase);
      const terms = await termsOf(method, parts);
      for (const [key, value] of Object.entries(terms))
        expect(value, `${phase}: ${key}`).toSatisfy(Number.isFinite);
      const gradients = await gradientsOf(method, parts);
      for (const [place, values] of Object.entries(gradients))
        expect(values.every(Number.isFinite), `${phase}: gradient by ${place}`).toBe(true);
      const moved = Object.values(gradients).some((values) => values.some((value) => value !== 0));
      const step = makeStep(method, parts);
      const said = method.predict && (await numbersOf(() => method.predict!(step)));
      expect(said?.every(Number.isFinite), `${phase}: prediction`).not.toBe(false);
      // A table shows a dash where there is nothing to say.
      const shown = Object.entries({ ...method.probe?.(step) }).filter(
        ([key]) => method.panels?.[key]?.kind !== 'table',
      );
      for (const [key, picture] of shown)
        expect((await picture.data()).every(Number.isFinite), `${phase}: picture '${key}'`).toBe(true);
      if (scene.name === 'ordinary answers') expect(moved, `${phase}: a gradient that is not 0`).toBe(true);
      done();
    }
  });

  it.each(extremes(method).map((changed) => [JSON.stringify(changed), changed] as const))(
    'has finite losses and gradients with %s',
    async (_, changed) => {
      for (const [phase] of phasesOf(method, changed)) {
        const { parts, done } = await setUp(method, { name: 'ordinary answers' }, phase, changed);
        const values = Object.values(await termsOf(method, parts));
        const gradients = Object.values(await gradientsOf(method, parts)).flat();
        expect(values.every(Number.isFinite), `${phase}: ${values}`).toBe(true);
        expect(gradients.every(Number.isFinite), phase).toBe(true);
        done();
      }
    },
  );

  it('says whether its memory hangs on a trained teacher, and how large it is', async () => {
    if (!method.prepare) return expect([method.blank, method.roles?.trained]).toEqual([undefined, undefined]);
    const params = defaults(method.params);
    const given = { params, classes: 4, samples: SAMPLES, image: IMAGE, student: STUDENT, teacher: TEACHER };
    let asked = false;
    const sizes = async (make: (pass: Pass) => unknown) => {
      const found: number[][] = [];
      const labels = Int32Array.from(await labelsOf(SAMPLES, 4).data());
      const pass = makePass(labels, 4, async () => {
        asked = true;
        const embedding = new Float32Array(SAMPLES * TEACHER.embedding).map((_, i) => Math.cos(i));
        return { logits: new Float32Array(SAMPLES * 4), embedding, width: TEACHER.embedding };
      });
      await make({
        ...pass,
        table(rows, columns, initial) {
          found.push([rows, columns]);
          return pass.table(rows, columns, initial);
        },
      });
      return found;
    };
    const real = await sizes((pass) => method.prepare?.(pass, params));
    expect(asked).toBe(method.roles?.trained === true);
    expect(method.blank !== undefined).toBe(asked);
    if (method.blank) expect(await sizes((pass) => method.blank?.(pass, given))).toEqual(real);
  });

  it('predicts and shows what it says', async () => {
    const shown = new Set<string>();
    for (const [phase] of phasesOf(method)) {
      const { parts, done } = await setUp(method, scenes[0] as Scene, phase);
      const step = makeStep(method, parts);
      if (method.predict) expect(method.predict(step).shape).toEqual(step.student.logits.shape);
      const reviewed = await method.review?.(await reviewOf(step), step.params, step.memory);
      for (const key of Object.keys({ ...method.probe?.(step), ...reviewed })) shown.add(key);
      done();
    }
    const wanted = Object.entries(method.panels ?? {}).flatMap(([key, panel]) => [key, ...besides(panel)]);
    expect([...shown].sort()).toEqual([...new Set(wanted)].sort());
  });
});
