import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/core/config';
import { BUDGET, fit } from '../../src/lab/fit';
import { TARGETS, testPoints, trainingPoints } from '../../src/lab/functions';
import { IMAGES, imageRecords } from '../../src/lab/images';
import { CONTESTANTS } from '../../src/lab/nets';
import { type LabResults, page } from '../../src/lab/page';
import { catalogue, ready } from '../../src/share/catalogue';
import { evaluation, learner } from '../state/fixtures';

const stored = (name: string) => new URL(`../../docs/${name}`, import.meta.url);
const results = JSON.parse(readFileSync(stored('kan.json'), 'utf8')) as LabResults;

describe('the page', () => {
  it('is what kan.json holds; if not, run: npm run lab -- --page', () => {
    expect(existsSync(stored('kan.md'))).toBe(true);
    expect(readFileSync(stored('kan.md'), 'utf8')).toBe(page(results));
  });

  it('has every net on every function with the same seeds', () => {
    const all = [...new Set(results.fits.map(({ seed }) => seed))].sort();
    expect(all.length).toBeGreaterThan(1);
    for (const { id: target } of TARGETS)
      for (const { id: net } of CONTESTANTS) {
        const seeds = results.fits
          .filter((f) => f.target === target && f.net === net)
          .map(({ seed }) => seed);
        expect(seeds.sort(), `${target} ${net}`).toEqual(all);
      }
  });

  it('names the lowest mean, the sizes and who wins', () => {
    const fits = TARGETS.flatMap(({ id: target }) =>
      CONTESTANTS.map(({ id: net }, i) => ({
        ...{ target, net, seed: 1, parameters: 10, parametersBuilt: 10 },
        error: target === 'sine' && net === 's-kan' ? 1e-9 : 10 ** -i,
      })),
    );
    const text = page({ version: 1, fits });
    expect(text).toContain('| S-KAN | **1.0e-9** (1.0e-9 to 1.0e-9) | 1.0e+0 (1.0e+0 to 1.0e+0) |');
    expect(text).toContain('than the MLP: on 1 of 5 functions (sine).');
  });
});

describe('a fit', () => {
  it('brings the error down, and prunes an S-KAN', async () => {
    const budget = { ...BUDGET, steps: 40, points: 16 };
    const [sine] = TARGETS;
    const { y } = testPoints(sine!);
    const power = y.reduce((sum, v) => sum + v * v, 0) / y.length;
    const [skan, , , , , mlp] = CONTESTANTS;
    const pruned = await fit(sine!, skan!, 1, budget);
    expect(pruned.error).toBeLessThan(power);
    expect(pruned.parametersBuilt).toBe(2 * 4 * 25 + 5 * 4);
    expect(pruned.parameters).toBeLessThanOrEqual(2 * 4 * 9);
    const plain = await fit(sine!, mlp!, 1, budget);
    expect(plain.parameters).toBe(plain.parametersBuilt);
    expect(plain.parameters).toBeLessThanOrEqual(2 * 4 * 9);
    expect(plain.error).toBeLessThan(power);
  });

  it('sees other points with another seed, the same with the same', () => {
    const at = (seed: number) => [...trainingPoints(TARGETS[4]!, 5, seed).x];
    expect(at(1)).toHaveLength(10);
    expect(at(1)).toEqual(at(1));
    expect(at(1)).not.toEqual(at(2));
    expect(Math.max(...at(1).map(Math.abs))).toBeLessThanOrEqual(1);
  });
});

describe('images', () => {
  it('are trained with a set-up the app accepts as it is', () => {
    const { config, problems } = checkConfig(IMAGES, ready, catalogue);
    expect(problems).toEqual([]);
    expect(config.students).toHaveLength(IMAGES.students.length);
  });

  it('records are read from what a run said; a student without a test is an error', () => {
    const learners = [learner('teacher'), learner('s1', 2)];
    const test = { ...evaluation('s1/2', 0.5, 'test'), parameters: 7 };
    const evaluations = [evaluation('s1/2', 0.4), evaluation('teacher', 0.9, 'test'), test];
    const started = { type: 'started', run: 1, learners, totalSteps: 1 } as const;
    expect(imageRecords([started, { type: 'evaluated', evaluations }], 2)).toEqual([
      { net: 'S-ConvKAN, three phases', seed: 2, accuracy: 0.5, parameters: 7, parametersBuilt: 100 },
    ]);
    expect(() => imageRecords([started], 2)).toThrow(/s1\/2/);
  });
});
