/** Tabs with a worker that saves as often as it may, and what it says of it. */
import type { Page } from '@playwright/test';
import type { SavedRun, Saving, ToWorker } from '../../src/worker/protocol';
import type { configOf, Setup } from './setups';
import { expect } from './worker';

interface Tab {
  worker: Worker;
  saving: Saving;
  /** What it found when it began to save, or did so again. */
  found?: SavedRun | undefined;
  /** All roles and troubles so far, in order. */
  past: string[];
  step: number;
  /** Steps of the run of this tab. */
  total: number;
  failed: string;
}
declare global {
  var tab: Tab;
}

/** Starts a worker in the page that saves as often as it may. */
export const open = (page: Page, script = '/host.js') =>
  page.evaluate((script) => {
    const worker = new Worker(script, { type: 'module' });
    globalThis.tab = { worker, saving: { role: 'unknown' }, past: [], step: 0, total: 0, failed: '' };
    worker.onmessage = ({ data }) => {
      const { tab } = globalThis;
      if (data.type === 'saving') {
        if (data.saving.role === 'here' && tab.saving.role !== 'here') tab.found = data.saving.kept;
        tab.saving = data.saving;
        const { role, unsaved } = data.saving;
        const now = unsaved ? `${role}, unsaved` : role;
        if (tab.past.at(-1) !== now) tab.past.push(now);
      }
      if (data.type === 'progress')
        Object.assign(tab, { step: data.progress.step, total: data.progress.totalSteps });
      if (data.type === 'run-failed' || data.type === 'error') tab.failed = data.message;
    };
    worker.postMessage({ type: 'boot', options: { backend: 'cpu', saveEvery: 0 } });
  }, script);

export const send = (page: Page, message: ToWorker) =>
  page.evaluate((m) => globalThis.tab.worker.postMessage(m), message);

export const start = (page: Page, setup: Setup) =>
  page.evaluate(async (setup) => {
    const path = '/setups.js';
    const setups: { configOf: typeof configOf } = await import(path);
    globalThis.tab.worker.postMessage({ type: 'start', run: 1, config: setups.configOf(setup) });
  }, setup);

export const close = (page: Page) => page.evaluate(() => globalThis.tab.worker.terminate());
export const tabOf = (page: Page) =>
  page.evaluate(() => {
    const { worker: _, ...tab } = globalThis.tab;
    return tab;
  });
export const role = (page: Page, wanted: Saving['role']) =>
  expect.poll(async () => (await tabOf(page)).saving.role, { timeout: 15_000, intervals: [50] }).toBe(wanted);

/** A save of the run of this tab, beyond this step. */
export const savedAfter = (page: Page, step: number) => {
  const saved = async () => {
    const { saving, total } = await tabOf(page);
    return saving.kept?.totalSteps === total ? saving.kept.step : 0;
  };
  return expect.poll(saved, { timeout: 15_000, intervals: [50] }).toBeGreaterThan(step);
};
