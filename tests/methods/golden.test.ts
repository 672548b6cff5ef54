import { describe, expect, it } from 'vitest';
import { gradientError, parseGolden, runGolden, valueError } from '../../src/golden/run';
import { goldenFile } from './support';

type File = { cases: { name: string; params: object; expected: Record<string, unknown> }[] };

const changed = (change: (expected: Record<string, unknown>) => void) => {
  const file = structuredClone(goldenFile('kd')) as File;
  change(file.cases[0]!.expected);
  return runGolden(file);
};

describe('the comparison', () => {
  it('fails a value that is off by 2e-5 and passes one off by 5e-6', async () => {
    const off = (share: number) =>
      changed((e) => {
        e['loss'] = (e['loss'] as number) * (1 + share);
      });
    expect((await off(2e-5))[0]).toMatchObject({ passed: false });
    expect((await off(5e-6))[0]).toMatchObject({ passed: true });
  });

  it('fails a gradient that is off by more than 1e-4 of its largest entry', async () => {
    const [first] = await changed((e) => {
      (e['grad_z_s'] as number[][])[0]![0]! += 1e-3;
    });
    expect(first?.passed).toBe(false);
    expect(first?.gradients).toBeGreaterThan(1e-4);
  });

  it('fails an expected number that nobody computes', async () => {
    const [first] = await changed((e) => {
      e['surprise'] = 1;
    });
    expect(first).toMatchObject({ passed: false, missing: expect.stringMatching(/surprise/) });
  });

  it('counts numbers that are missing or not finite as wrong', () => {
    expect(valueError([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(valueError([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
    expect(gradientError([Number.NaN, 1], [1, 1])).toBe(Number.POSITIVE_INFINITY);
    expect(valueError([1e-7], [0])).toBeCloseTo(1e-6, 9);
  });
});

describe('the file', () => {
  it('reports a method that does not exist', async () => {
    const results = await runGolden({ ...(goldenFile('kd') as object), method: '99-nothing-such' });
    expect(results).toHaveLength(3);
    for (const each of results)
      expect(each).toMatchObject({ passed: false, missing: "There is no method 'nothing-such'." });
  });

  it.each([
    null,
    3,
    {},
    { method: 'kd' },
    { method: 'kd', cases: [{}] },
    { method: 'kd', cases: [{ name: 'x', inputs: [] }] },
  ])('refuses %j', (content) => {
    expect(() => parseGolden(content)).toThrow(/needs|golden file/);
  });
});
