import type { Tensor2D } from '../engine/types';
import { form } from './fantastic-gains/form';
import { copying, firstLessons, type Memory, pictures, TRANSFER, taughtBy } from './fantastic-gains/lessons';
import { likeliest } from './fantastic-gains/sources';
import { defineMethod } from './kit';

/** Roth et al. 2024, sections 4.1 to 4.3. */
export default defineMethod({
  id: 'fantastic-gains',
  name: 'General knowledge transfer',
  family: 'multi-teacher',
  paper: {
    title:
      'Fantastic Gains and Where to Find Them: On the Existence and Prospect of General Knowledge Transfer between Any Pretrained Model',
    authors: 'Karsten Roth, Lukas Thede, A. Sophia Koepke, Oriol Vinyals, Olivier Hénaff, Zeynep Akata',
    venue: 'ICLR',
    year: 2024,
    url: 'https://arxiv.org/abs/2310.17653',
  },
  summary:
    'Of several trained networks each knows something else. The student copies whichever is more convincing, image by image, and elsewhere its own former self.',
  formula: String.raw`L = T^2\,\overline{\mathrm{KL}\big(\sigma(z_{*}/T)\,\Vert\,\sigma(z_s/T)\big)},\quad z_{*}=z_j,\; j=\arg\max_{j\in\{0,t_1,\dots,t_n\}} p_j[y]\;\text{ or }\;\max_k p_j[k]`,
  fidelity: 'adapted',
  deviations:
    'The student is not loaded but trained first, on a share of the images, and so are the further teachers, each on another share; a kept network may take the place of each. Former answers are asked once, on images as they are. In turns, the run’s teacher comes first and the steps are shared evenly; the released code can order them by accuracy. With slow weights (MCL) what is left out of the copying is seen from the student as it is in the step; weights and statistics are averaged from a copy of the start, where the released code begins with the student itself.',
  params: form,
  terms: { labels: 'Labels', transfer: 'Transfer' },
  roles: {
    peers: ({ zoo, slow }) => 1 + zoo + Number(slow),
    seats: ({ zoo }) =>
      Object.fromEntries(
        Array.from({ length: zoo }, (_, i) => [`zoo-${i + 1}`, { name: `Teacher ${i + 2}`, student: 1 + i }]),
      ),
  },
  phases({ start, zoo, order, slow, keep, every }) {
    const turns = order === 'turns' ? 1 + zoo : 1;
    const share = (1 - start) / turns;
    const names = Array.from({ length: turns }, (_, i) => (i === 0 ? TRANSFER : `${TRANSFER} ${i + 1}`));
    const label = (i: number) => (turns === 1 ? 'Transfer' : `Transfer from teacher ${i + 1}`);
    // With slow weights a last student learns in the transfer, and the one that is reported follows it.
    const fast = 1 + zoo;
    const first = slow ? { students: Array.from({ length: fast }, (_, i) => i) } : {};
    const after = slow ? { students: [fast], follows: { student: 0, of: fast, keep, every } } : {};
    return {
      learn: { label: 'First learning', share: start, ...first },
      ...Object.fromEntries(names.map((name, i) => [name, { label: label(i), share, ...after }])),
    };
  },
  panels: {
    taught: { kind: 'lines', title: 'Share taught by the former self; teacher; others', x: 'Step' },
    flips: { kind: 'heatmap', title: 'Images: right or wrong', x: 'Teacher', y: 'Former self' },
    change: { kind: 'lines', title: 'Points gained; lost against the former self', x: 'Step', y: 'Points' },
  },
  prepare(pass, params): Memory {
    const learners = 1 + params.zoo;
    const shown = pass.uniform('shown', pass.samples * learners).map((u) => Number(u < params.shown));
    return {
      answers: Array.from({ length: learners }, () => pass.table(pass.samples, pass.classes)),
      shown: pass.table(pass.samples, learners, shown),
    };
  },
  async begin(phase, pass, memory, { slow, zoo }) {
    if (phase === 'learn') return;
    if (slow && phase === TRANSFER) await pass.setWeights(1 + zoo, await pass.weights(0));
    const answers = await pass.studentOutputs();
    // A later turn begins with a new former self; the other teachers are as they were.
    const asked = phase === TRANSFER ? memory.answers : memory.answers.slice(0, 1);
    for (const [i, table] of asked.entries()) table.fill(answers[i]!);
  },
  losses(step) {
    const { ops, params, phase, memory, students, targets, index } = step;
    if (phase === 'learn') {
      const learners = (params.slow ? students.slice(0, -1) : students).map(({ logits }) => logits);
      const labels = firstLessons(ops, learners, memory.shown.read(index), targets);
      return { labels, transfer: ops.scalar(0) };
    }
    const from = taughtBy(step);
    const { logits } = params.slow ? students.at(-1)! : step.student;
    const mine = params.topK > 0 ? likeliest(ops, logits, from, params.topK) : logits;
    const theirs = params.topK > 0 ? likeliest(ops, from, from, params.topK) : from;
    const transfer = copying(step, mine, theirs);
    if (params.strategy !== 'labels') return { labels: ops.scalar(0), transfer };
    const answer = params.twice ? (ops.softmax(logits) as Tensor2D) : logits;
    return {
      labels: ops.mul(ops.crossEntropy(answer, targets), 1 - params.alpha),
      transfer: ops.mul(transfer, params.alpha),
    };
  },
  probe: pictures,
});
