import type { NetOutput, Scalar, Tensor2D } from '../engine/types';
import { blend, type Layer, logitsOf, taughtLogits } from './dho/heads';
import { params } from './dho/params';
import { panels, pictures } from './dho/pictures';
import { ALPHAS, BETAS, measures, search } from './dho/search';
import {
  checkSource,
  type Extras,
  importedLogits,
  learnPrototypes,
  type Memory,
  teacherLogits,
} from './dho/teachers';
import { defineMethod } from './kit';

/** Kang et al. 2025, sections 3 and 4. */
export default defineMethod({
  id: 'dho',
  name: 'Dual-head optimisation',
  family: 'logits',
  paper: {
    title:
      'Simple yet Effective Semi-supervised Knowledge Distillation from Vision-Language Models via Dual-Head Optimization',
    authors: 'Seongjae Kang, Dong Bok Lee, Hyungjoon Jang, Sung Ju Hwang',
    venue: 'arXiv',
    year: 2025,
    url: 'https://arxiv.org/abs/2505.07675',
  },
  summary:
    'Few labels, many images without: one output layer learns from labels, another from the teacher, and their answers are blended.',
  formula: String.raw`L = w\,\mathrm{CE}(z_c,y) + v\,T^2\big[\overline{\mathrm{KL}(\sigma(z_t/T)\Vert\sigma(z_k/T))}_{l} + \overline{\mathrm{KL}}_{u}\big],\quad p=\alpha\,\sigma(z_c)+(1-\alpha)\,\sigma(z_k/\beta)`,
  fidelity: 'adapted',
  deviations:
    'There is no vision-language model in the page: the teacher is trained here, or its logits or embeddings are imported. Student and heads start from nothing, not from a pre-trained network. Alpha and beta are chosen on the validation images after every epoch, as in one of the released scripts (another chooses them on the test images); the last epoch counts, not the best. Images with and without labels go through in one pass, as in the released ImageNet script. Imported answers are of images as they are, whatever augmentation the student sees.',
  params,
  terms: { ce: 'Labels', kd: 'Teacher, labelled images', pool: 'Teacher, other images' },
  roles: { pool: { per: ({ per }) => per } },
  panels,
  extras(build, { params, classes, samples, student, teacher, numbers }): Extras {
    // Nothing is learnt where a network leaves the page.
    if (samples > 0) checkSource(params.source, numbers, classes);
    const width = teacher?.embedding ?? 1;
    return {
      mix: build.state('mix', [2], 0.5),
      ...(params.arm === 'dual'
        ? { taught: build.dense('taught', [student.embedding], classes) as Layer }
        : {}),
      ...(params.source === 'prototypes'
        ? { prototypes: build.state('prototypes', [classes, width], 0) }
        : {}),
    };
  },
  prepare(pass, params): Memory {
    const [grid, heads] = [pass.table(BETAS.length, ALPHAS.length), pass.table(3, 3)];
    const given = importedLogits(pass, params.source, params.scale);
    if (!given) return { grid, heads };
    const table = (rows: Float32Array) => pass.table(rows.length / pass.classes, pass.classes, rows);
    return { grid, heads, imported: { own: table(given.own), pool: table(given.pool) } };
  },
  async begin(_phase, pass) {
    const { prototypes } = pass.extras;
    if (prototypes) await learnPrototypes(pass, prototypes);
  },
  losses(step) {
    const { ops, params, supervised, pool } = step;
    const { temperature: t, ceWeight, kdWeight, arm } = params;
    const [none, teacher] = [ops.scalar(0), teacherLogits(step)];
    const labels: Scalar = arm === 'kd' ? none : ops.mul(supervised, ceWeight);
    if (arm === 'ce') return { ce: labels, kd: none, pool: none };
    const learn = (student: NetOutput, from: Tensor2D): Scalar =>
      ops.mul(ops.distillation(taughtLogits(step, student), from, t), kdWeight);
    return { ce: labels, kd: learn(step.student, teacher.own), pool: learn(pool.student, teacher.pool()) };
  },
  async choose(held, memory, params) {
    const { labels, classes } = held;
    const rows = await held.answers((step) => {
      const { ops, student } = step;
      return ops.concat([student.logits, taughtLogits(step, student)], 1) as Tensor2D;
    });
    const half = (from: number) => rows.filter((_, at) => Math.floor(at / classes) % 2 === from);
    const heads = { labels, classes, ce: half(0), kd: half(1) };
    const { grid, best } = search(heads);
    const mix = params.blend === 'search' ? best : { alpha: 0.5, beta: 0.5 };
    held.write(held.extras.mix, Float32Array.of(mix.alpha, mix.beta));
    memory.grid.fill(grid);
    memory.heads.fill(measures(heads, mix));
  },
  predict(step) {
    const { ops, params, extras, student } = step;
    if (params.arm !== 'dual') return student.logits;
    const [alpha, beta] = [0, 1].map((at) => ops.slice(extras.mix, [at], [1]));
    return logitsOf(ops, blend(ops, student.logits, taughtLogits(step, student), alpha!, beta!));
  },
  probe: pictures,
});
