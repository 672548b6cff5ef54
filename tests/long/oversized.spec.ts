/** Set-ups that cannot fit are refused before anything is taken, and what is offered instead fits. */
import type { FromWorker } from '../../src/worker/protocol';
import type { Setup } from '../gpu/setups';
import { expect, test } from '../gpu/worker';
import { prove } from '../proof';

const resnet = (width: number) => ({ id: 'resnet', params: { depth: 8, width } });
const cnn = (width: number) => ({ id: 'cnn', params: { width, blocks: 2 } });
const mlp = (width: number) => ({ id: 'mlp', params: { width, layers: 2 } });

const KD = { methods: ['kd'], images: 1100, size: 96, batch: 512 } as const;
const OVERSIZED: readonly Setup[] = [
  { ...KD, model: resnet(64) },
  { ...KD, model: resnet(48) },
  { ...KD, model: cnn(64) },
  { ...KD, model: cnn(48) },
  { ...KD, model: mlp(16), teacher: resnet(64) },
  { ...KD, model: mlp(16), teacher: cnn(64) },
  { ...KD, model: cnn(64), methods: ['fitnet'] },
  { ...KD, model: cnn(64), methods: ['labels-only', 'kd', 'at', 'rkd'] },
  { ...KD, model: resnet(64), batch: 256, images: 600 },
  { ...KD, model: resnet(64), seeds: [1, 2, 3] },
  { ...KD, model: cnn(64), mode: 'online' },
  { ...KD, model: cnn(64), training: { crop: 4, flip: true } },
];

type Estimated = Extract<FromWorker, { readonly type: 'estimated' }>;

test('twelve oversized set-ups are refused with a way out', async ({ run }) => {
  test.setTimeout(900_000);
  const offered: string[] = [];
  for (const [i, setup] of OVERSIZED.entries()) {
    const heard = await run(setup, { estimate: 1 });
    const { problem } = (heard.replies[1] as Estimated).memory ?? {};
    expect(problem, `${i}`).toMatchObject({ refuses: true });
    expect(problem?.message, `${i}`).toMatch(/needs [\d.]+ GB in one piece .* gives at most [\d.]+ [MG]B\./);
    expect(
      heard.messages.find((m) => m.type === 'run-failed'),
      `${i}`,
    ).toMatchObject({
      message: problem?.message,
      deviceLost: false,
    });
    expect(problem?.fits, `${i}`).toBeDefined();
    offered.push(JSON.stringify(problem?.fits));
  }
  prove(
    {
      id: 'oversized',
      area: 'GPU and worker',
      hazard: 'A set-up needs more in one piece than the graphics device gives',
      promise:
        'It is refused before anything is taken, with the bytes needed and given and the nearest set-up that fits',
      figure: `${offered.length} of ${OVERSIZED.length} refused, each with a smaller set-up that was tried on a counting device`,
    },
    test.info(),
  );
});
