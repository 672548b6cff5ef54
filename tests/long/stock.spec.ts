import { expectSameLosses, NETS } from '../gpu/backends';
import { test } from '../gpu/worker';

for (const net of NETS)
  test(`50 steps of ${net.id} agree with stock WebGPU`, async ({ run }) => {
    test.setTimeout(900_000);
    // The stock backend submits every 15 dispatches, which is most of its time on so small a network.
    await expectSameLosses(run, [net], 'webgpu', 'WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE:4096');
  });
