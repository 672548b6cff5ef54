import { expectSameLosses, NETS } from './backends';
import { test } from './worker';

// Stock WebGPU takes minutes for this, so it is among the long tests.
test('50 steps of every model agree with the CPU backend', async ({ run }) => {
  test.setTimeout(240_000);
  await expectSameLosses(run, NETS, 'cpu');
});
