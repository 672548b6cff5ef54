/** Whole runs of the product in a worker: what they take and say, beside the steps that `ours.ts` times. */
import type { Config } from '../../../src/core/config';
import { defaults } from '../../../src/core/params';
import { builtins } from '../../../src/data/index';
import { prepare } from '../../../src/data/prepare';
import { boot } from '../../../src/engine/boot';
import { gpu } from '../../../src/engine/gpu';
import { chooseVariant } from '../../../src/engine/variants';
import { methods } from '../../../src/methods/index';
import { models } from '../../../src/models/index';
import { ready } from '../../../src/share/catalogue';
import { estimateMemory } from '../../../src/trainer/estimate';
import { Session } from '../../../src/trainer/session';
import type { FromWorker } from '../../../src/worker/protocol';
import type { Accuracy, Memory } from './types';

const fail = (message: string) => console.error(message);

function datasetOf(config: Config, count: number) {
  const glyphs = builtins.get('glyphs');
  return prepare(glyphs.generate({ ...defaults(glyphs.params), count }, 1, config.data.size), config.data);
}

/** Trains to the end; `atEnd` sees the run before its memory is freed. */
async function train(config: Config, count: number, atEnd: () => void = () => {}): Promise<FromWorker[]> {
  const messages: FromWorker[] = [];
  const session = new Session({
    run: 1,
    dataset: datasetOf(config, count),
    config,
    replays: true,
    emit: (message) => messages.push(message),
  });
  try {
    await session.start();
    atEnd();
  } finally {
    session.dispose();
  }
  return messages;
}

/** The ready set-up on fewer images for one epoch: bytes as estimated before it and as held at its end. */
export async function measureMemory(): Promise<Memory> {
  const { features } = await boot('condenser', { lost: fail, uncaptured: fail });
  const count = 600;
  const training = { ...ready.training, epochs: 1 };
  const config = { ...ready, training, teacher: { ...ready.teacher, epochs: 1 } };
  const estimated = estimateMemory(config, datasetOf(config, count))?.bytes ?? Number.NaN;
  const before = gpu()?.memory().bytes ?? 0;
  let measured = Number.NaN;
  await train(config, count, () => {
    measured = (gpu()?.memory().bytes ?? Number.NaN) - before;
  });
  return { features, estimated, measured };
}

/** Accuracy on the test images after a short training, by seed: products of 32 bit floats, and of 16 bit ones. */
export async function measureAccuracy(): Promise<Accuracy> {
  await boot('condenser', { lost: fail, uncaptured: fail });
  const model = { id: 'cnn', params: { ...defaults(models.get('cnn').params), width: 4, blocks: 2 } };
  const optimizer = { ...ready.teacher.optimizer, rate: 1e-2 };
  const method = { id: 'labels-only', params: defaults(methods.get('labels-only').params) };
  const config: Config = {
    ...ready,
    data: { ...ready.data, size: 8 },
    seeds: [1, 2, 3],
    teacher: { ...ready.teacher, model, epochs: 1 },
    students: [{ key: 's', method, model, optimizer, hidden: false }],
    training: { ...ready.training, epochs: 8, batchSize: 32 },
  };
  const accuracies = async (variant: 'direct' | 'half') => {
    chooseVariant(variant);
    const messages = await train(config, 800);
    const all = messages.flatMap((m) => (m.type === 'evaluated' ? m.evaluations : []));
    const tested = all.filter(({ split, learner }) => split === 'test' && learner.startsWith('s/'));
    return tested.map(({ metrics }) => metrics['accuracy'] ?? Number.NaN);
  };
  const full = await accuracies('direct');
  return { full, half: await accuracies('half') };
}
