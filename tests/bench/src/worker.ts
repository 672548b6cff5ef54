/** One engine on one net, in a worker of its own as in the product: nothing of it reaches the others. */
import { counters, installCounters } from './counters';
import type { Calls, Start, Trainer } from './types';

installCounters();

/** Steps whose JavaScript is timed at the start of a round, while the queue is short. */
const TIMED = 8;

let trainer: Trainer | undefined;

const running = (): Trainer => {
  if (!trainer) throw new Error('No engine was started.');
  return trainer;
};

async function make({ engine, net, weights }: Start): Promise<Trainer> {
  if (engine === 'stock-tfjs') return (await import('./stock')).makeStock('webgpu', net, weights);
  if (engine === 'stock-webgl') return (await import('./stock')).makeStock('webgl', net, weights);
  if (engine === 'jax-js') return (await import('./jax')).makeJax(net, weights);
  return (await import('./ours')).makeOurs(engine, net, weights);
}

const calls: Calls = {
  async start(start) {
    trainer = await make(start);
    const began = performance.now();
    await trainer.prepare?.();
    trainer.step();
    const loss = await trainer.finish();
    const firstStepMs = performance.now() - began;
    return { parameters: trainer.parameters, firstStepMs, loss, forms: trainer.forms?.() };
  },
  async weights(net) {
    return (await import('./ours')).makeWeights(net);
  },
  async losses(steps) {
    const losses: (number | undefined)[] = [];
    for (let i = 0; i < steps; i++) {
      running().step();
      losses.push(await running().finish());
    }
    return losses;
  },
  async run(steps) {
    const timed = Math.min(steps, TIMED);
    let js = 0;
    const began = performance.now();
    for (let i = 0; i < steps; i++) {
      const before = performance.now();
      running().step();
      if (i < timed) js += performance.now() - before;
    }
    await running().finish();
    return { ms: (performance.now() - began) / steps, js: js / timed };
  },
  async traffic(steps) {
    if (typeof GPUDevice === 'undefined' || counters.pipelines === 0) return undefined;
    const before = { ...counters };
    for (let i = 0; i < steps; i++) running().step();
    // Waiting for the loss submits once more, so submits are counted before it, unless all work is held back.
    const early = counters.submits - before.submits;
    await running().finish();
    const submits = (early || counters.submits - before.submits) / steps;
    return {
      dispatches: (counters.dispatches - before.dispatches) / steps,
      submits,
      bytesWritten: Math.round((counters.bytesWritten - before.bytesWritten) / steps),
      pipelines: counters.pipelines,
      memory: counters.memory,
    };
  },
  async profile(net) {
    return (await import('./profile')).profile(net);
  },
};

type Request = { [Name in keyof Calls]: { name: Name; argument: Parameters<Calls[Name]>[0] } }[keyof Calls];

addEventListener('message', async ({ data }: MessageEvent<{ id: number; request: Request }>) => {
  const { id, request } = data;
  try {
    const call = calls[request.name] as (argument: unknown) => Promise<unknown>;
    postMessage({ id, value: await call(request.argument) });
  } catch (error) {
    postMessage({ id, error: error instanceof Error ? error.message || error.name : String(error) });
  }
});
