import { defineMethod, type Phase, type Rates } from './kit';
import { accuracies } from './rotnet/blocks';
import { classes, guessing, type Heads } from './rotnet/losses';
import { panels } from './rotnet/panels';
import { params, turnsOf } from './rotnet/params';
import { pictures } from './rotnet/pictures';
import { RATES } from './rotnet/rates';
import { readoutOf } from './rotnet/readout';
import { allTurns, repeated } from './views/turns';

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
    'The paper has no teacher: distillation in the second phase is ours (weight 0 leaves it out). A teacher of turns is ours, too. The convolutions of the readout are as wide as the map they read (released: 192); networks and epochs are those of the run. Turns are learnt from the images without labels as well, where the set-up has any. Letters and digits that look alike when turned, and round shapes, cannot be told apart by any network.',
  params,
  terms: { rotation: 'Rotation', labels: 'Labels', teacher: 'Teacher' },
  roles: {
    pool: { optional: true },
    teachers: (values) =>
      values.guide > 0 ? [{ name: 'Teacher of turns', outputs: turnsOf(values).length }] : [],
  },
  phases({ pretext, features, rates, guide }) {
    const falling = (table: Rates) => (rates === 'released' ? { rates: table } : {});
    const distil: Omit<Phase, 'share'> =
      features === 'frozen' ? { label: 'Readout', trains: ['extras'] } : { label: 'Distillation' };
    const first = guide > 0 ? pretext / 2 : 0;
    const guided: Phase = { label: 'Teacher of turns', share: first, trains: ['teacher'] };
    return {
      ...(first > 0 ? { guide: guided } : {}),
      pretext: {
        label: 'Rotations',
        share: pretext - first,
        trains: ['student', 'extras'],
        ...falling(RATES.pretext),
      },
      distil: { ...distil, share: 1 - pretext, ...falling(RATES.readout) },
    };
  },
  panels,
  extras(build, { params, student, classes: outputs, pool }): Heads {
    const turns = build.dense('turns', [student.embedding], turnsOf(params).length);
    const frozen = params.features === 'frozen';
    const layers = Object.keys(student.taps).length + 1;
    return {
      turns,
      reached: [build.state('reached/untrained', [layers], 0), build.state('reached/turned', [layers], 0)],
      readout: frozen ? readoutOf(build, params, student, outputs) : undefined,
      pool: pool !== undefined,
    };
  },
  async begin(phase, pass, _, { pretext }) {
    const state = pass.extras.reached[phase === 'distil' && pretext > 0 ? 1 : 0];
    // The student is the same before a teacher of turns and after it.
    if (state && phase !== 'guide') pass.held.write(state, await accuracies(pass));
  },
  input({ images, labels, targets }, { ops, params, phase }) {
    if (phase === 'distil') return { images, labels, targets };
    const turns = turnsOf(params);
    const copies = {
      labels: repeated(ops, labels, turns.length),
      targets: repeated(ops, targets, turns.length),
    };
    return { images: allTurns(ops, images, turns), ...copies };
  },
  losses(step) {
    const none = step.ops.scalar(0);
    if (step.phase === 'distil') return { rotation: none, ...classes(step) };
    return { rotation: guessing(step), labels: none, teacher: none };
  },
  predict: ({ ops, extras, student }) => extras.readout?.(ops, student) ?? student.logits,
  probe: (step) => (step.phase === 'guide' ? {} : pictures(step)),
});
