/** Fifty steps of every model on our kernels and on another backend: the same losses, step by step. */
import type { BackendName } from '../../src/engine/boot';
import { type Drive, expect, floats, type Heard } from './worker';

/** One small network of each kind. At the usual rate of Adam none of them is chaotic within 50 steps. */
export const NETS = [
  { id: 'mlp', params: { width: 16, layers: 2 } },
  { id: 'cnn', params: { width: 4, blocks: 2 } },
  { id: 'resnet', params: { depth: 8, width: 4 } },
  { id: 'mobile', params: { width: 4, stages: 2, blocks: 1 } },
  { id: 'vit', params: { width: 8, depth: 1, heads: '2', patch: 4 } },
  { id: 'kan', params: { width: 4, layers: 1, side: 4 } },
];

const STEPS = 50;

/** Total loss of each step. */
function losses(heard: Heard, learner: string): number[] {
  const columns = heard.columns[learner] ?? Number.NaN;
  return floats(heard.curves[learner] ?? []).filter((_, i) => i % columns === 1);
}

/** Trains `nets` beside each other on both backends, taught by a small MLP, and compares all their losses. */
export async function expectSameLosses(
  run: Drive,
  nets: typeof NETS,
  backend: BackendName,
  flags = '',
): Promise<void> {
  const setup = { methods: ['kd'], nets, images: 160, batch: 2, epochs: 1 } as const;
  const own = await run(setup);
  const other = await run(setup, { boot: { backend }, flags });
  expect(other.messages.find((m) => m.type === 'ready')).toMatchObject({ device: { backend } });
  for (const learner of ['teacher', ...nets.map(({ id }) => `${id}/1`)]) {
    const [ours, theirs] = [losses(own, learner), losses(other, learner)];
    expect(ours.length, learner).toBeGreaterThanOrEqual(STEPS);
    expect(theirs.length, learner).toBe(ours.length);
    const apart = ours.map((loss, i) => Math.abs(loss - theirs[i]!) / Math.abs(theirs[i]!));
    expect(Math.max(...apart), `${learner} on ${backend}`).toBeLessThan(1e-4);
    // Weights that do not move would agree too.
    expect(Math.min(...ours), learner).toBeLessThan(0.95 * ours[0]!);
  }
}
