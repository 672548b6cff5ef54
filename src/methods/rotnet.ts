import type { Tensor, Tensor1D, Tensor2D } from '../engine/types';
import { choice, defineMethod, number, type Phase, type Rates, temperature } from './kit';
import { RATES } from './rotnet/rates';
import { allTurns, repeat4, turnLabels } from './views/turns';

/** Both read the embedding; the readout exists in its frozen form only. */
interface Heads {
  readonly turns: (x: Tensor) => Tensor;
  readonly readout: ((x: Tensor) => Tensor) | undefined;
}

/** Gidaris et al. 2018: the net first learns to tell by how much an image was turned, then the classes. */
export default defineMethod({
  id: 'rotnet',
  name: 'RotNet + KD',
  family: 'input',
  paper: {
    title: 'Unsupervised Representation Learning by Predicting Image Rotations',
    authors: 'Spyros Gidaris, Praveer Singh, Nikos Komodakis',
    venue: 'ICLR',
    year: 2018,
    url: 'https://arxiv.org/abs/1803.07728',
  },
  summary:
    'First guesses by how much each image was turned, without labels; then learns the classes from labels and teacher.',
  formula: String.raw`\text{first: } -\tfrac1{4B}\sum_{i,r}\log p_r\big(\mathrm{rot}(x_i,r)\big),\qquad \text{then: } (1-w)\,\mathrm{CE}(z_s,y) + w\,T^2\,\mathrm{KL}(p_t\Vert p_s)`,
  fidelity: 'adapted',
  deviations:
    'The paper has no teacher: distillation in the second phase is ours (weight 0 leaves it out). The frozen readout uses the embedding, where the released code reads an inner block; networks and epochs are those of the run. Letters and digits that look alike when turned, and round shapes, cannot be told apart by any network.',
  params: {
    pretext: number('Share of the run for rotations', 0.4, {
      min: 0,
      max: 0.9,
      step: 0.05,
      source: 'ours',
      fixed: true,
      help: 'How long turns are learnt first.',
    }),
    features: choice(
      'Features in the second phase',
      'learn',
      { learn: 'Go on learning', frozen: 'Frozen: only a linear readout learns' },
      { source: 'paper', help: 'Whether the net changes after turns.' },
    ),
    weight: number('Weight of the teacher', 0.9, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'ours',
      help: '0 leaves labels alone.',
    }),
    temperature: temperature(4, 'ours'),
    rates: choice(
      'Learning rate',
      'run',
      { run: 'As the student’s optimiser says', released: 'Falls in steps, as released' },
      { source: 'ours', advanced: true, help: 'Released: to a fifth at each of three steps of a phase.' },
    ),
  },
  terms: { rotation: 'Rotation', labels: 'Labels', teacher: 'Teacher' },
  phases({ pretext, features, rates }) {
    const falling = (table: Rates) => (rates === 'released' ? { rates: table } : {});
    const distil: Omit<Phase, 'share'> =
      features === 'frozen' ? { label: 'Readout', trains: ['extras'] } : { label: 'Distillation' };
    return {
      pretext: { label: 'Rotations', share: pretext, ...falling(RATES.pretext) },
      distil: { ...distil, share: 1 - pretext, ...falling(RATES.readout) },
    };
  },
  panels: {
    confusion: {
      kind: 'heatmap',
      title: 'Turn of the image and turn that was guessed',
      x: 'Guessed',
      y: 'True',
    },
  },
  extras(build, { params, student, classes }): Heads {
    const turns = build.dense('turns', [student.embedding], 4);
    if (params.features === 'learn') return { turns, readout: undefined };
    const norm = build.batchNorm('readout/norm', [student.embedding], { affine: false });
    const head = build.dense('readout/head', [student.embedding], classes);
    return { turns, readout: (x: Tensor) => head(norm(x)) };
  },
  input({ images, labels, targets }, { ops, phase }) {
    if (phase !== 'pretext') return { images, labels, targets };
    const four = { labels: repeat4(ops, labels), targets: repeat4(ops, targets) };
    return { images: allTurns(ops, images), ...four };
  },
  losses({ ops, params, extras, phase, student, teacher, targets }) {
    if (phase === 'pretext') {
      const z = extras.turns(student.embedding) as Tensor2D;
      return {
        rotation: ops.crossEntropy(z, turnLabels(ops, z)),
        labels: ops.scalar(0),
        teacher: ops.scalar(0),
      };
    }
    const z = (extras.readout?.(ops.stopGradient(student.embedding)) ?? student.logits) as Tensor2D;
    return {
      rotation: ops.scalar(0),
      labels: ops.mul(ops.crossEntropy(z, targets), 1 - params.weight),
      teacher: ops.mul(ops.distillation(z, teacher.logits, params.temperature), params.weight),
    };
  },
  predict: ({ extras, student }) => (extras.readout?.(student.embedding) ?? student.logits) as Tensor2D,
  probe({ ops, extras, phase, student }) {
    if (phase !== 'pretext') return {};
    const z = extras.turns(student.embedding) as Tensor2D;
    const guessed = ops.oneHot(ops.argMax(z) as Tensor1D, 4);
    return { confusion: ops.matMul(turnLabels(ops, z), guessed, true) };
  },
});
