import type { FromWorker, ToWorker } from '../../src/worker/protocol';
import { NETS } from './backends';
import type { Setup } from './setups';
import { type Drive, expect, type Heard, test } from './worker';

type Estimated = Extract<FromWorker, { readonly type: 'estimated' }>;

const memory = (request: number): ToWorker => ({ type: 'debug', request, action: 'memory' });
const held = (heard: Heard, request: number) =>
  (heard.replies[request] as { result: { tensors: number; gpu: { bytes: number } } }).result;

/** Bytes as estimated before a run over bytes that the device holds at its end. */
async function ratio(run: Drive, setup: Setup): Promise<number> {
  const end = { step: Number.POSITIVE_INFINITY, message: memory(2) };
  const heard = await run(setup, { before: [memory(0)], estimate: 1, at: [end] });
  expect(heard.messages.filter(({ type }) => type === 'run-failed')).toEqual([]);
  const estimated = (heard.replies[1] as Estimated).memory?.bytes ?? Number.NaN;
  const measured = held(heard, 2).gpu.bytes;
  expect(measured).toBeGreaterThan(100_000);
  return estimated / measured;
}

const SHORT = { methods: ['kd'], images: 120, epochs: 1 } as const;

for (const net of NETS)
  test(`the memory of ${net.id} is known before it is taken`, async ({ run }) => {
    const share = await ratio(run, { ...SHORT, nets: [net], teacher: net });
    expect(share).toBeGreaterThan(0.98);
    expect(share).toBeLessThan(1.02);
  });

test('so is that of a method with phases, which asks its networks between them', async ({ run }) => {
  const net = { id: 'cnn', params: { width: 8, blocks: 2 } };
  const share = await ratio(run, { ...SHORT, methods: ['fantastic-gains'], model: net, teacher: net });
  expect(share).toBeGreaterThan(0.98);
  expect(share).toBeLessThan(1.02);
});

test('a run that cannot fit is refused before it takes anything', async ({ run }) => {
  const wide = { id: 'resnet', params: { depth: 8, width: 64 } };
  const setup = { methods: ['kd'], model: wide, images: 1200, size: 96, batch: 512 };
  const end = { step: Number.POSITIVE_INFINITY, message: memory(2) };
  const heard = await run(setup, { before: [memory(0)], estimate: 1, at: [end] });
  const { problem } = (heard.replies[1] as Estimated).memory ?? {};
  expect(problem).toMatchObject({ refuses: true });
  expect(problem?.message).toMatch(/ GB in one piece .* Make the batch, the images or the networks smaller/);
  const failed = heard.messages.find((m) => m.type === 'run-failed');
  expect(failed).toMatchObject({ message: problem?.message, deviceLost: false });
  expect(held(heard, 2)).toEqual(held(heard, 0));
  const { batchSize = 0 } = problem?.fits ?? {};
  expect(problem?.message).toContain(`The nearest that fits: batches of ${batchSize}.`);
});
