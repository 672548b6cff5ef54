import type { Tensor2D } from '../engine/types';
import { convincing, firstLessons, type Memory, pictures } from './fantastic-gains/lessons';
import { boolean, choice, defineMethod, integer, number, temperature } from './kit';

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
    'The student is not loaded but trained first, on a share of the images, and so are the further teachers, each on another share. Former answers are asked once, on images as they are. Weight interpolation (MCL), the top-k form and teachers one after another are not offered.',
  params: {
    strategy: choice(
      'Who teaches an image',
      'supervised',
      {
        supervised: 'Whoever is surest of the true class',
        unsupervised: 'Whoever is surest of any class',
        teacher: 'Always the teacher (KL-Dist)',
        labels: 'Always the teacher, and the label (XE-KL-Dist)',
      },
      { source: 'paper', help: 'The first two keep what the student knows; the last two are baselines.' },
    ),
    temperature: temperature(1, 'code'),
    start: number('Share of first learning', 0.5, {
      min: 0.1,
      max: 0.9,
      step: 0.05,
      fixed: true,
      source: 'ours',
      help: 'Share of the steps that come before the others are met.',
    }),
    shown: number('Images shown at first', 0.5, {
      min: 0.1,
      max: 1,
      step: 0.05,
      fixed: true,
      source: 'ours',
      help: 'Share of the images that each learner of the zoo sees at first, drawn for each anew.',
    }),
    zoo: integer('Further teachers', 0, {
      min: 0,
      max: 4,
      source: 'ours',
      help: 'Networks like the student, from other starts, trained beside it at first.',
    }),
    alpha: number('Weight of the teacher', 0.5, {
      min: 0,
      max: 1,
      step: 0.05,
      source: 'paper',
      advanced: true,
      help: 'Against the label, in the last form.',
    }),
    twice: boolean('Softmax twice', false, {
      source: 'code',
      advanced: true,
      help: 'As released: the label loss takes the softmax of probabilities.',
    }),
  },
  terms: { labels: 'Labels', transfer: 'Transfer' },
  roles: { peers: ({ zoo }) => 1 + zoo },
  phases: ({ start }) => ({
    learn: { label: 'First learning', share: start },
    transfer: { label: 'Transfer', share: 1 - start },
  }),
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
  async begin(phase, pass, memory) {
    if (phase !== 'transfer') return;
    const answers = await pass.studentOutputs();
    for (const [i, table] of memory.answers.entries()) table.fill(answers[i]!);
  },
  losses(step) {
    const { ops, params, phase, memory, student, students, targets, index } = step;
    if (phase !== 'transfer') {
      const learners = students.map(({ logits }) => logits);
      const labels = firstLessons(ops, learners, memory.shown.read(index), targets);
      return { labels, transfer: ops.scalar(0) };
    }
    const plain = params.strategy === 'teacher' || params.strategy === 'labels';
    const from = plain ? step.teacher.logits : convincing(step);
    const transfer = ops.distillation(student.logits, from, params.temperature);
    if (params.strategy !== 'labels') return { labels: ops.scalar(0), transfer };
    const answer = params.twice ? (ops.softmax(student.logits) as Tensor2D) : student.logits;
    return {
      labels: ops.mul(ops.crossEntropy(answer, targets), 1 - params.alpha),
      transfer: ops.mul(transfer, params.alpha),
    };
  },
  probe: pictures,
});
