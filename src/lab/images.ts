/** S-ConvKAN beside CNNs of about equal size on drawn glyphs, through whole runs of the trainer. */
import { type Config, checkConfig } from '../core/config';
import { builtins } from '../data/index';
import { prepare } from '../data/prepare';
import { catalogue, ready } from '../share/catalogue';
import { TEACHER } from '../trainer/plan';
import { Session } from '../trainer/session';
import type { FromWorker } from '../worker/protocol';

const NETS = [
  { name: 'S-ConvKAN, three phases', model: { id: 'conv-kan', params: { width: 4, layers: 2 } } },
  { name: 'Plain CNN, 8 channels', model: { id: 'cnn', params: { width: 8, blocks: 2 } } },
  { name: 'Plain CNN, 16 channels', model: { id: 'cnn', params: { width: 16, blocks: 2 } } },
];

/** What differs from the ready set-up. No student reads the teacher, so a small one is enough. */
export const IMAGES = {
  dataset: { source: 'builtin', id: 'glyphs', params: { count: 1000 } },
  teacher: { model: { id: 'cnn', params: { width: 4, blocks: 2 } }, epochs: 1 },
  students: NETS.map(({ model }, i) => ({
    ...{ key: `s${i + 1}`, model },
    method: { id: 'labels-only', params: {} },
  })),
};

export interface ImageRecord {
  readonly net: string;
  readonly seed: number;
  readonly accuracy: number;
  readonly parameters: number;
  readonly parametersBuilt: number;
}

/** The students' final tests out of what a run said. Throws when a student has none. */
export function imageRecords(messages: readonly FromWorker[], seed: number): ImageRecord[] {
  const learners = messages.flatMap((message) => (message.type === 'started' ? message.learners : []));
  const tests = messages
    .flatMap((message) => (message.type === 'evaluated' ? message.evaluations : []))
    .filter(({ split }) => split === 'test');
  return learners
    .filter(({ key }) => key !== TEACHER)
    .map(({ id, key, parameters: parametersBuilt }) => {
      const net = NETS[IMAGES.students.findIndex((student) => student.key === key)];
      const test = tests.find(({ learner }) => learner === id);
      const accuracy = test?.metrics['accuracy'];
      if (!net || accuracy === undefined) throw new Error(`The run gave no result for '${id}'.`);
      const parameters = test?.parameters ?? parametersBuilt;
      return { net: net.name, seed, accuracy, parameters, parametersBuilt };
    });
}

/** Trains all nets with one seed on the backend that is running. */
export async function measureImages(seed: number): Promise<ImageRecord[]> {
  const { config } = checkConfig({ ...IMAGES, seeds: [seed] }, ready, catalogue);
  const heard: FromWorker[] = [];
  const emit = (message: FromWorker) => void heard.push(message);
  const session = new Session({ run: 1, dataset: datasetOf(config), config, replays: false, emit });
  await session.start();
  session.dispose();
  return imageRecords(heard, seed);
}

function datasetOf({ dataset, data }: Config) {
  if (dataset.source !== 'builtin') throw new Error('The lab trains on built-in data.');
  return prepare(builtins.get(dataset.id).generate(dataset.params, data.splitSeed, data.size), data);
}
