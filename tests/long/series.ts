/** Runs of the built page by its automation, and what their curves are made of. */
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { ensureBuilt } from '../../scripts/build.mjs';
import { serve } from '../../scripts/serve.mjs';
import type { ServedFile } from '../../src/cli/protocol';
import { fragment } from '../e2e/support';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Place {
  /** The page with its automation, at a set-up. */
  at(fragment: string): string;
  /** Serves a file of this machine to the page, under the path a person would have dropped. */
  hand(file: string, path: string): ServedFile;
}

/** The built page on a server of its own. */
export const test = base.extend<object, { place: Place }>({
  place: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const handed = new Map<string, string>();
      const server = await serve(await ensureBuilt({ quiet: true }), { extra: (url) => handed.get(url) });
      const hand = (file: string, path: string) => {
        const url = `/handed/${handed.size}`;
        handed.set(url, file);
        return { path, url: url.slice(1) };
      };
      await use({ at: (setup) => `${server.address}?automation${setup}`, hand });
      server.close();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

export { expect };

const CNN = { id: 'cnn', params: { width: 4, blocks: 2 } };

/** A set-up that trains for minutes, as the fragment of a link. */
export const LONG_RUN = fragment({
  version: 1,
  dataset: { id: 'glyphs', params: { count: 400 } },
  data: { size: 8 },
  teacher: { model: CNN, epochs: 2 },
  students: ['labels-only', 'kd', 'fitnet'].map((id, i) => ({
    key: `s${i + 1}`,
    method: { id },
    model: CNN,
  })),
  training: { epochs: 500, batchSize: 16 },
});

/** Values of every curve in the order they came, by learner. */
export type Series = Readonly<Record<string, readonly number[]>>;

/** Opens the page, gathers the points, and starts the run. */
export async function begin(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForFunction(() => 'condenser' in globalThis);
  await page.evaluate(() => {
    const series: Record<string, number[]> = {};
    Object.assign(globalThis, { series });
    globalThis.condenserEvent = (event) => {
      if (event.type !== 'points') return;
      for (const { learner, data } of event.points) {
        series[learner] ??= [];
        series[learner].push(...data);
      }
    };
    return globalThis.condenser?.device();
  });
  await page.getByRole('button', { name: 'Start', exact: true }).click();
}

export const seriesOf = (page: Page): Promise<Series> =>
  page.evaluate(() => (globalThis as unknown as { series: Series }).series);

/** Values so far, of all learners. */
export const lengthOf = (page: Page): Promise<number> =>
  page.evaluate(() =>
    Object.values((globalThis as unknown as { series: Series }).series).reduce((n, s) => n + s.length, 0),
  );

/**
 * Expects the common beginning of two runs to be equal bit for bit (numbers of 32 bits survive as they are), and
 * returns how many values that were. Every learner of the first must be in the second.
 */
export function expectSameBeginning(one: Series, other: Series): number {
  let compared = 0;
  expect(Object.keys(one).length).toBeGreaterThan(0);
  for (const [learner, values] of Object.entries(one)) {
    const second = other[learner] ?? [];
    const n = Math.min(values.length, second.length);
    expect(n, learner).toBeGreaterThan(0);
    const at = values.slice(0, n).findIndex((value, i) => !Object.is(value, second[i]));
    expect(at, `${learner} differs at value ${at} of ${n}`).toBe(-1);
    compared += n;
  }
  return compared;
}

export const EIGHT = ['labels-only', 'kd', 'dkd', 'dist', 'dhkd', 'ps-kd', 'label-smoothing', 'sp'] as const;

/** Eight students of one small network that train for thousands of steps, as the fragment of a link. */
export function eightStudents(): string {
  const model = { id: 'mlp', params: { width: 8, layers: 1 } };
  return fragment({
    version: 1,
    dataset: { id: 'glyphs', params: { count: 400 } },
    data: { size: 8 },
    teacher: { model, epochs: 2 },
    students: EIGHT.map((id, i) => ({ key: `s${i + 1}`, method: { id }, model })),
    training: { epochs: 500, batchSize: 16 },
  });
}
