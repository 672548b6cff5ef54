import { expect, needForm, SEED, SUM_FORMS, test } from '../harness';

/** Largest difference over the largest magnitude of each pair of tensors. */
function distance(a: readonly number[][], b: readonly number[][]): number {
  return Math.max(
    ...a.map((values, i) => {
      const scale = Math.max(1e-3, ...values.map(Math.abs));
      return Math.max(...values.map((v, k) => Math.abs(v - (b[i]?.[k] ?? Number.NaN)))) / scale;
    }),
  );
}

for (const variant of SUM_FORMS) {
  test(`steps leave nothing behind, ${variant}`, async ({ labPage }) => {
    await needForm(labPage, variant);
    const counts = await labPage.evaluate(([v, seed]) => globalThis.lab.leaks(v, seed), [
      variant,
      SEED,
    ] as const);
    expect(counts).toEqual(counts.map(() => counts[0]));
  });

  test(`a step repeats bit for bit, ${variant}`, async ({ labPage }) => {
    await needForm(labPage, variant);
    const same = await labPage.evaluate(([v, seed]) => globalThis.lab.twice(v, seed), [
      variant,
      SEED,
    ] as const);
    expect(same, `SEED=${SEED}`).toBe(true);
  });

  test(`a step agrees with the CPU backend, ${variant}`, async ({ labPage }) => {
    await needForm(labPage, variant);
    const [own, cpu] = await labPage.evaluate(
      async ([v, seed]) => [await globalThis.lab.step(v, seed), await globalThis.lab.stepOnCpu(seed)],
      [variant, SEED] as const,
    );
    expect(own!.length).toBe(cpu!.length);
    expect(distance(cpu!, own!), `SEED=${SEED}`).toBeLessThan(1e-4);
  });
}
