/** Eight students train for 2,000 steps: what the worker and the page hold does not grow. */
import type { CDPSession } from '@playwright/test';
import { prove } from '../proof';
import { EIGHT, eightStudents, expect, test } from './series';

const SETUP = eightStudents();
const FROM = 200;
const TO = 2_000;
/** Bytes that page and worker together may hold more after these steps, curves included. */
const MOST = 2 * 2 ** 20;

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]] } };
  readonly nodes: readonly number[];
}

/** Bytes of what a heap holds after the collector: what the browser compiled, and all else, arrays of numbers included. */
interface Held {
  readonly code: number;
  readonly rest: number;
}

/** Calls the tools of a page or worker; what they send in parts goes to `heard`. */
interface Tools {
  call(method: string): Promise<unknown>;
  heard: (chunk: string) => void;
}

const CHUNK = 'HeapProfiler.addHeapSnapshotChunk';

function pageTools(session: CDPSession): Tools {
  const tools: Tools = { call: (method) => session.send(method as 'Runtime.enable'), heard: () => {} };
  session.on(CHUNK, ({ chunk }) => tools.heard(chunk));
  return tools;
}

/** Of the page's worker, with which Playwright does not speak. */
async function workerTools(session: CDPSession): Promise<Tools> {
  const waiting = new Map<number, (result: unknown) => void>();
  const attached = new Promise<string>((resolve) =>
    session.on('Target.attachedToTarget', (target) => resolve(target.sessionId)),
  );
  const nested = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false };
  await session.send('Target.setAutoAttach', nested);
  const sessionId = await attached;
  const call = (method: string) =>
    new Promise((resolve) => {
      const id = waiting.size + 1;
      waiting.set(id, resolve);
      void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
    });
  const tools: Tools = { call, heard: () => {} };
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result, method, params } = JSON.parse(message);
    if (method === CHUNK) tools.heard(params.chunk);
    else waiting.get(id)?.(result);
  });
  return tools;
}

/** A snapshot begins with a collection. */
async function heldBy(tools: Tools): Promise<Held> {
  let text = '';
  tools.heard = (chunk) => {
    text += chunk;
  };
  await tools.call('HeapProfiler.takeHeapSnapshot');
  const { snapshot, nodes } = JSON.parse(text) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size, code] = [fields.indexOf('type'), fields.indexOf('self_size'), types[0].indexOf('code')];
  const held = { code: 0, rest: 0 };
  for (let at = 0; at < nodes.length; at += fields.length)
    held[nodes[at + type] === code ? 'code' : 'rest'] += nodes[at + size] as number;
  return held;
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

test('2,000 steps of eight students leave nothing behind in JavaScript', async ({ browser, place }) => {
  test.setTimeout(1_500_000);
  const page = await browser.newPage();
  await page.goto(place.at(SETUP));
  await page.waitForFunction(() => 'condenser' in globalThis);
  await page.evaluate(() => {
    Object.assign(globalThis, { reached: 0 });
    globalThis.condenserEvent = (event) => {
      if (event.type === 'progress') Object.assign(globalThis, { reached: event.progress.step });
    };
    return globalThis.condenser?.device();
  });
  const session = await page.context().newCDPSession(page);
  const tools = { page: pageTools(session), worker: await workerTools(session) };
  const reached = () => page.evaluate(() => (globalThis as unknown as { reached: number }).reached);
  const heldAt = async (step: number) => {
    await expect.poll(reached, { timeout: 900_000, intervals: [500] }).toBeGreaterThanOrEqual(step);
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.locator('.run-status')).toContainText('Paused');
    const held = {
      step: await reached(),
      page: await heldBy(tools.page),
      worker: await heldBy(tools.worker),
    };
    await page.getByRole('button', { name: 'Resume' }).click();
    return held;
  };
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const before = await heldAt(FROM);
  const after = await heldAt(TO);
  await page.close();
  expect(before.page.rest).toBeGreaterThan(2 ** 20);
  expect(before.worker.rest).toBeGreaterThan(2 ** 20);
  const more = (part: 'page' | 'worker', of: keyof Held) => after[part][of] - before[part][of];
  expect(more('page', 'rest') + more('worker', 'rest')).toBeLessThan(MOST);
  prove(
    {
      id: 'heap-growth',
      area: 'GPU and worker',
      hazard: 'Objects of JavaScript pile up while a run trains',
      promise: `Page and worker together hold less than ${MOST / 2 ** 20} MiB more after ${TO.toLocaleString('en')} steps, curves included`,
      figure: `${EIGHT.length} students, steps ${before.step} to ${after.step}, after the collector: ${mebibytes(more('page', 'rest'))} MiB in the page, ${mebibytes(more('worker', 'rest'))} MiB in the worker; not counted is what the browser compiled meanwhile, ${mebibytes(more('page', 'code') + more('worker', 'code'))} MiB`,
    },
    test.info(),
  );
});
