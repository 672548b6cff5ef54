/** How long the graphics device is busy with one submit, in the largest set-up the page takes without a warning. */
import type { FromWorker } from '../../src/worker/protocol';
import type { configOf, Setup } from '../gpu/setups';
import { expect, test } from '../gpu/worker';
import { prove } from '../proof';

/** Milliseconds that a submit should stay below, so that no watchdog and no other tab has to wait. */
const GOAL = 500;

/** One convolution at the largest size and batch, as wide as is allowed. */
const setup = (width: number): Setup => ({
  methods: ['labels-only'],
  model: { id: 'cnn', params: { width, blocks: 1 } },
  teacher: { id: 'mlp', params: { width: 8, layers: 1 } },
  ...{ size: 96, batch: 512, images: 900, epochs: 2 },
});

/**
 * Puts two timestamps around each submit, in command buffers of their own, and keeps their distance. `submitted`
 * answers a message with the milliseconds so far.
 */
const WATCHED = `
const watched = new WeakMap();
const spans = [];
const submit = GPUQueue.prototype.submit;
const request = GPUAdapter.prototype.requestDevice;
GPUAdapter.prototype.requestDevice = async function (options) {
  const device = await request.call(this, options);
  if (device.features.has('timestamp-query')) watched.set(device.queue, device);
  return device;
};
const MOST = 2000;
GPUQueue.prototype.submit = function (list) {
  const device = watched.get(this);
  if (!device || spans.length >= MOST) return submit.call(this, list);
  const set = device.createQuerySet({ type: 'timestamp', count: 2 });
  const mark = (index) => {
    const encoder = device.createCommandEncoder();
    encoder.beginComputePass({ timestampWrites: { querySet: set, beginningOfPassWriteIndex: index } }).end();
    return encoder;
  };
  const last = mark(1);
  const resolved = device.createBuffer({ size: 16, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const read = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  last.resolveQuerySet(set, 0, 2, resolved, 0);
  last.copyBufferToBuffer(resolved, 0, read, 0, 16);
  submit.call(this, [mark(0).finish(), ...list, last.finish()]);
  spans.push(read.mapAsync(GPUMapMode.READ).then(() => {
    const [begin, end] = new BigUint64Array(read.getMappedRange().slice(0));
    for (const each of [set, resolved, read]) each.destroy();
    return Number(end - begin) / 1e6;
  }));
};
addEventListener('message', async (event) => {
  if (event.data.type === 'submitted') postMessage({ type: 'submitted', spans: await Promise.all(spans) });
});
`;

test('99 of 100 submits of the largest set-up: their time by timestamps', async ({ blank }) => {
  test.setTimeout(3_600_000);
  await blank.route('**/watched.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: `import '/watch.js';\nimport '/host.js';` }),
  );
  await blank.route('**/watch.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: WATCHED }),
  );
  const setups = Array.from({ length: 32 }, (_, i) => setup(64 - 2 * i));
  const told = await blank.evaluate(async (all) => {
    const path = '/setups.js';
    const { configOf: make }: { configOf: typeof configOf } = await import(path);
    const worker = new Worker('/watched.js', { type: 'module' });
    type Heard = FromWorker | { readonly type: 'submitted'; readonly spans: readonly number[] };
    const wait = <T extends Heard['type']>(type: T) =>
      new Promise<Extract<Heard, { type: T }>>((resolve, reject) => {
        const listen = ({ data }: MessageEvent<Heard>) => {
          if (data.type === 'run-failed' || data.type === 'error') reject(new Error(data.message));
          if (data.type !== type) return;
          worker.removeEventListener('message', listen);
          resolve(data as Extract<Heard, { type: T }>);
        };
        worker.addEventListener('message', listen);
      });
    const booted = wait('ready');
    worker.postMessage({ type: 'boot', options: { saveEvery: 1e9 } });
    const { device } = await booted;
    for (const [request, one] of all.entries()) {
      const answer = wait('estimated');
      worker.postMessage({ type: 'estimate', request, config: make(one) });
      const { memory } = await answer;
      // Refused, or more than many graphics cards have to spare.
      if (!memory || memory.problem) continue;
      const over = wait('finished');
      worker.postMessage({ type: 'start', run: 1, config: make(one) });
      await over;
      const spans = wait('submitted');
      worker.postMessage({ type: 'submitted' });
      const { spans: milliseconds } = await spans;
      worker.terminate();
      return { device, setup: one, milliseconds, bytes: memory.bytes };
    }
    throw new Error('No set-up is allowed here.');
  }, setups);
  const { device, milliseconds } = told;
  const sorted = [...milliseconds].sort((a, b) => a - b);
  expect(sorted.length).toBeGreaterThan(10);
  // Timestamps that stand still would make any submit a short one.
  expect(sorted.at(-1)).toBeGreaterThan(0);
  const p99 = sorted[Math.ceil(0.99 * sorted.length) - 1]!;
  const { width } = told.setup.model!.params as { width: number };
  const name = `${device.name || 'an adapter without a name'}${device.software ? ', which computes on the processor' : ''}`;
  if (!device.software) expect(p99).toBeLessThan(GOAL);
  prove(
    {
      id: 'submit-time',
      area: 'GPU and worker',
      hazard: 'One submit keeps the device so long that a watchdog ends it',
      promise: `99 of 100 submits take less than ${GOAL} ms on a graphics card, in the largest set-up that is taken without a warning`,
      figure: `99 of 100 of ${sorted.length} submits in ${p99.toFixed(0)} ms, half of them in ${sorted[sorted.length >> 1]!.toFixed(1)} ms, on ${name}: a convolution of ${width} channels, 512 images of 96x96, ${(told.bytes / 2 ** 30).toFixed(1)} GiB${device.software ? '; on a graphics card not measured' : ''}`,
    },
    test.info(),
  );
});
