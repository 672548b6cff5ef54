/** Set-ups that no device can hold are refused before anything is taken. */
import type { FromWorker, ToWorker } from '../../src/worker/protocol';
import type { Setup } from '../gpu/setups';
import { expect, test } from '../gpu/worker';
import { prove } from '../proof';

type Estimated = Extract<FromWorker, { readonly type: 'estimated' }>;

const LARGE = { methods: ['kd'], images: 600, size: 96, batch: 512 } as const;
const net = (id: string, params: object) => ({ id, params: params as Record<string, number> });

/** Each with a map or a weight that no device here holds in one piece: of the student, of peers, of the teacher. */
const OVERSIZED: readonly Setup[] = [
  { ...LARGE, model: net('resnet', { depth: 8, width: 64 }) },
  { ...LARGE, model: net('resnet', { depth: 14, width: 64 }), methods: ['fitnet'] },
  { ...LARGE, model: net('cnn', { width: 128, blocks: 2 }) },
  { ...LARGE, model: net('cnn', { width: 64, blocks: 5 }), methods: ['at'] },
  { ...LARGE, model: net('mobile', { width: 64, stages: 2, blocks: 1 }) },
  { ...LARGE, size: 80, model: net('cnn', { width: 126, blocks: 3 }) },
  { ...LARGE, batch: 400, model: net('cnn', { width: 100, blocks: 2 }) },
  { ...LARGE, model: net('cnn', { width: 112, blocks: 2 }), mode: 'online' },
  { ...LARGE, model: net('cnn', { width: 96, blocks: 1 }), methods: ['dml'] },
  { ...LARGE, model: net('cnn', { width: 64, blocks: 2 }), methods: ['rotnet'] },
  { ...LARGE, model: net('resnet', { depth: 8, width: 60 }), methods: ['labels-only', 'kd', 'dkd'] },
  { ...LARGE, model: net('cnn', { width: 4, blocks: 2 }), teacher: net('cnn', { width: 128, blocks: 1 }) },
];

const memory = (request: number): ToWorker => ({ type: 'debug', request, action: 'memory' });

test('twelve oversized set-ups are refused, each with the bytes and a way on', async ({ run }) => {
  test.setTimeout(900_000);
  let ways = 0;
  for (const [i, setup] of OVERSIZED.entries()) {
    const name = `${i + 1}: ${JSON.stringify(setup.model)} ${setup.methods}`;
    const end = { step: Number.POSITIVE_INFINITY, message: memory(2) };
    const heard = await run(setup, { before: [memory(0)], estimate: 1, at: [end] });
    const { problem } = (heard.replies[1] as Estimated).memory ?? {};
    expect(problem?.refuses, name).toBe(true);
    expect(problem?.message, name).toMatch(/needs [\d.]+ [MG]B in one piece .* gives at most [\d.]+ [MG]B/);
    expect(heard.messages.find((m) => m.type === 'run-failed')).toMatchObject({ deviceLost: false });
    expect(heard.curves, name).toEqual({});
    const held = (request: number) => (heard.replies[request] as { result: unknown }).result;
    expect(held(2), name).toEqual(held(0));
    if (problem?.fits) ways++;
  }
  prove(
    {
      id: 'oversized',
      area: 'GPU and worker',
      hazard: 'A set-up needs more than the graphics device can give',
      promise: 'It is refused before anything is taken, with the bytes needed and given and what would fit',
      figure: `${OVERSIZED.length} of ${OVERSIZED.length} refused, 0 bytes taken; ${ways} with the nearest set-up that fits`,
    },
    test.info(),
  );
});
