/** One engine on one net, in a worker of its own as in the product: nothing of it reaches the others. */
import { counters, installCounters } from './counters';
import { median } from './report';
import type { Calls, Start, Traffic, Trainer } from './types';

installCounters();

/** Steps whose JavaScript is timed before a round, each from an idle queue. Slow steps are timed in the round. */
const TIMED = 7;
/** Rounds of fewer steps are those of slow engines. */
const FEW = 3;

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

/** Traffic of a step since `before`; nothing where there is no WebGPU. */
function trafficSince(before: typeof counters, early: number, steps: number): { traffic?: Traffic } {
  if (typeof GPUDevice === 'undefined' || counters.pipelines === 0) return {};
  const traffic = {
    dispatches: (counters.dispatches - before.dispatches) / steps,
    submits: (early || counters.submits - before.submits) / steps,
    bytesWritten: Math.round((counters.bytesWritten - before.bytesWritten) / steps),
    pipelines: counters.pipelines,
    memory: counters.memory,
  };
  return { traffic };
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
    const times: number[] = [];
    const timed = () => {
      const before = performance.now();
      running().step();
      times.push(performance.now() - before);
    };
    for (let i = 0; steps >= FEW && i < TIMED; i++) {
      timed();
      await running().finish();
    }
    const before = { ...counters };
    const began = performance.now();
    for (let i = 0; i < steps; i++) {
      if (steps < FEW) timed();
      else running().step();
    }
    // Waiting for the loss submits once more, so submits are counted before it, unless all work is held back.
    const early = counters.submits - before.submits;
    const loss = await running().finish();
    const ms = (performance.now() - began) / steps;
    const js = median(times);
    return { ms, js, ...(loss === undefined ? {} : { loss }), ...trafficSince(before, early, steps) };
  },
  async memory() {
    return (await import('./product')).measureMemory();
  },
  async accuracy() {
    return (await import('./product')).measureAccuracy();
  },
  async growth(quick) {
    return (await import('./growth')).measureGrowth(quick);
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
