/**
 * A stand-in for the worker that speaks the protocol with made-up curves, to look at and test the page without
 * training. Query of the page's worker is not read; `broken` in a data set name asks for a refusal.
 */
import type { Config } from '../../../src/core/config';
import { Rng } from '../../../src/core/rng';
import type { DatasetSummary } from '../../../src/data/dataset';
import type { Evaluation, FromWorker, Learner, Points, ToWorker } from '../../../src/worker/protocol';
import { soundParts } from '../../data/support/summary';

const post = (message: FromWorker): void => postMessage(message);
const STEPS_PER_EPOCH = 40;
const random = new Rng(7, 'fake');

const state = {
  run: 0,
  step: 0,
  total: 0,
  running: false,
  learners: [] as Learner[],
  epochs: 12,
  diverge: false,
};

function summary(name: string, classes: number): DatasetSummary {
  const size = 24;
  const thumbnails = Array.from({ length: classes * 3 }, (_, i) => {
    const rgba = new Uint8ClampedArray(size * size * 4);
    for (let p = 0; p < size * size; p++) {
      const on = ((p % size) * ((i % classes) + 2) + Math.floor(p / size) * 3) % 11 < 4;
      rgba.set(on ? [235, 235, 235, 255] : [20, 20, 24, 255], p * 4);
    }
    return { label: i % classes, rgba };
  });
  const classNames = Array.from({ length: classes }, (_, i) => `class ${i}`);
  const perClass = classNames.map((_, i) => 360 + 10 * i);
  return {
    name,
    fingerprint: '00c0ffee',
    shape: { height: 16, width: 16, channels: 1 },
    classNames,
    ...soundParts(classNames, perClass),
    counts: { train: 2600, validation: 600, test: 800 },
    perClass,
    sizes: [
      { size: '48x64', count: 3000 },
      { size: '64x64', count: 1000 },
    ],
    skipped:
      name === 'Glyphs'
        ? []
        : [{ name: 'cats/notes.txt', code: 'UNSUPPORTED_TYPE', message: 'Not an image; left out.' }],
    warnings: name === 'Glyphs' ? [] : ['The largest class has 12 times the images of the smallest.'],
    thumbnails,
    thumbnailSize: size,
    milliseconds: 412,
  };
}

function learnersOf(config: Config): Learner[] {
  const teacher: Learner = {
    id: 'teacher',
    key: 'teacher',
    seed: 1,
    label: 'Teacher',
    method: 'labels-only',
    model: 'cnn',
    parameters: 60_234,
    multiplyAdds: 1e6,
    terms: [{ key: 'ce', label: 'Labels' }],
    steps: STEPS_PER_EPOCH * 8,
  };
  const students = config.students.flatMap((s) =>
    config.seeds.map(
      (seed): Learner => ({
        ...teacher,
        id: `${s.key}/${seed}`,
        key: s.key,
        seed,
        label: s.method.id,
        method: s.method.id,
        parameters: 5_322,
        terms:
          s.method.id === 'labels-only' ? teacher.terms : [...teacher.terms, { key: 'kd', label: 'Teacher' }],
        steps: STEPS_PER_EPOCH * config.training.epochs,
      }),
    ),
  );
  return [teacher, ...students];
}

const skill = (learner: Learner, index: number): number =>
  learner.key === 'teacher' ? 0.94 : 0.82 + 0.02 * (index % 5);

function pointsOf(learner: Learner, index: number, step: number, rows: number): Points {
  const width = 3 + learner.terms.length;
  const data = new Float32Array(rows * width);
  for (let r = 0; r < rows; r++) {
    const t = step + r + 1;
    const ce = 0.3 / skill(learner, index) + 2 * Math.exp(-t / 60) + 0.12 * random.normal();
    data.set(
      [t, ce * 1.3, Math.min(1, 1 - ce / 3), ce, ...(learner.terms.length > 1 ? [ce * 0.3] : [])],
      r * width,
    );
  }
  return { learner: learner.id, rows, data };
}

function evaluationOf(
  learner: Learner,
  index: number,
  step: number,
  split: 'validation' | 'test',
): Evaluation {
  const accuracy = skill(learner, index) * (1 - 0.7 * Math.exp(-step / 70)) + 0.008 * random.normal();
  const bins = Array.from({ length: 15 }, (_, i) => (i + 0.5) / 15);
  const classes = 10;
  const confusion = new Int32Array(classes * classes);
  for (let c = 0; c < classes; c++) {
    confusion[c * classes + c] = 50;
    confusion[c * classes + ((c * 3 + 1) % classes)]! += 6 + c;
  }
  return {
    learner: learner.id,
    split,
    step,
    epoch: Math.round(step / STEPS_PER_EPOCH),
    metrics: {
      accuracy,
      nll: 1.1 - accuracy * 0.8,
      brier: 0.6 - accuracy * 0.5,
      ece: 0.1 - accuracy * 0.07,
      agreement: accuracy * 0.95,
    },
    reliability: {
      count: bins.map((c) => Math.round(400 * c ** 4)),
      confidence: bins,
      accuracy: bins.map((c) => Math.max(0, c ** (learner.key === 'teacher' ? 1.1 : 1.4))),
    },
    confusion,
  };
}

function advance(rows: number): void {
  const points: Points[] = [];
  const evaluations: Evaluation[] = [];
  state.learners.forEach((learner, index) => {
    const offset = learner.key === 'teacher' ? 0 : STEPS_PER_EPOCH * 8;
    const before = Math.max(0, Math.min(learner.steps, state.step - offset));
    const after = Math.max(0, Math.min(learner.steps, state.step + rows - offset));
    if (after === before) return;
    points.push(pointsOf(learner, index, before, after - before));
    const epoch = Math.floor(after / STEPS_PER_EPOCH);
    if (epoch > Math.floor(before / STEPS_PER_EPOCH))
      evaluations.push(evaluationOf(learner, index, epoch * STEPS_PER_EPOCH, 'validation'));
    post({
      type: 'state',
      learner: learner.id,
      state: after === learner.steps ? { kind: 'finished' } : { kind: 'training' },
    });
  });
  state.step += rows;
  post({ type: 'points', points });
  if (evaluations.length) post({ type: 'evaluated', evaluations });
  const inTeacher = state.step < STEPS_PER_EPOCH * 8;
  post({
    type: 'progress',
    progress: {
      phase: inTeacher ? 'teacher' : 'students',
      note: '',
      step: state.step,
      totalSteps: state.total,
      epoch: Math.floor((inTeacher ? state.step : state.step - STEPS_PER_EPOCH * 8) / STEPS_PER_EPOCH),
      epochs: inTeacher ? 8 : state.epochs,
      imagesPerSecond: 5230,
      stepMilliseconds: 9,
      learnerMilliseconds: Object.fromEntries(state.learners.map((l, i) => [l.id, 1.1 + i * 0.4])),
      secondsLeft: (state.total - state.step) / 80,
    },
  });
  if (state.step >= state.total) finish();
}

function finish(): void {
  state.running = false;
  post({ type: 'evaluated', evaluations: state.learners.map((l, i) => evaluationOf(l, i, l.steps, 'test')) });
  post({ type: 'finished', run: state.run });
}

function start(run: number, config: Config): void {
  Object.assign(state, {
    run,
    step: 0,
    running: true,
    learners: learnersOf(config),
    epochs: config.training.epochs,
  });
  state.total = STEPS_PER_EPOCH * (8 + config.training.epochs);
  post({ type: 'started', run, learners: state.learners, totalSteps: state.total });
}

setInterval(() => post({ type: 'heartbeat' }), 500);
setInterval(() => state.running && advance(8), 100);

addEventListener('message', (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  switch (message.type) {
    case 'boot':
      post({
        type: 'ready',
        device: {
          backend: 'condenser',
          name: 'SwiftShader',
          software: true,
          reason: '',
          features: [],
          limits: {},
        },
      });
      break;
    case 'generate':
      post({ type: 'dataset', request: message.request, summary: summary('Glyphs', 10), current: true });
      break;
    case 'import':
      if (message.files.some((f) => f.path.includes('broken')))
        post({
          type: 'import-refused',
          request: message.request,
          code: 'BAD_MAGIC',
          message: `${message.files[0]?.path} is not a zip archive. Make a new zip of one folder per class.`,
        });
      else
        post({
          type: 'dataset',
          request: message.request,
          summary: summary('My animals', 4),
          current: false,
        });
      break;
    case 'revise':
      post({
        type: 'dataset',
        request: message.request,
        summary: { ...summary('My animals', 4), edits: message.edits },
        current: false,
      });
      break;
    case 'start':
      start(message.run, message.config);
      break;
    case 'pause':
      state.running = false;
      post({ type: 'paused' });
      break;
    case 'resume':
      state.running = true;
      post({ type: 'resumed' });
      break;
    case 'step':
      state.running = false;
      advance(1);
      post({ type: 'paused' });
      break;
    case 'reset':
      state.running = false;
      break;
    case 'list-networks':
    case 'keep-network':
    case 'rename-network':
    case 'delete-networks':
    case 'add-networks':
      post({ type: 'library', request: message.request, networks: [] });
      break;
  }
});
