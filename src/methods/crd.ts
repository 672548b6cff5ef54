import type { Ops, Scalar, Tensor, Tensor2D } from '../engine/types';
import { type Anchors, drawOthers, type Memory, memoryLosses, remember } from './crd/memory';
import { panels } from './crd/panels';
import { scoreCounts } from './crd/pictures';
import { choice, defineMethod, integer, number } from './kit';

/** Cross-entropy of each row of `scores` `[b, b]` with its own column. */
function ownColumn(ops: Ops, scores: Tensor): Scalar {
  const order = ops.range(0, scores.shape[0] as number);
  const own = ops.cast(ops.equal(order, ops.expandDims(order, 1)), 'float32');
  return ops.crossEntropy(scores as Tensor2D, own as Tensor2D);
}

/** Symmetric contrast inside the batch: half of each direction. */
function batchLosses(ops: Ops, v: Anchors, temperature: number): { student: Scalar; teacher: Scalar } {
  const scores = ops.div(ops.matMul(v.student, v.teacher, false, true), temperature);
  const [student, teacher] = [ownColumn(ops, scores), ownColumn(ops, ops.transpose(scores))];
  return { student: ops.mul(student, 0.5), teacher: ops.mul(teacher, 0.5) };
}

/** Tian, Krishnan, Isola 2020, equations 10 and 17. */
export default defineMethod({
  id: 'crd',
  name: 'Contrastive representation distillation',
  family: 'contrastive',
  paper: {
    title: 'Contrastive Representation Distillation',
    authors: 'Yonglong Tian, Dilip Krishnan, Phillip Isola',
    venue: 'ICLR',
    year: 2020,
    url: 'https://arxiv.org/abs/1910.10699',
  },
  summary:
    'The student’s and the teacher’s view of one image attract each other, their views of different images repel.',
  formula: String.raw`L = \mathrm{CE}(z_s,y) + w(\ell_s+\ell_t),\quad \ell_s=-\tfrac1{2B}\sum_i\log\frac{e^{v_s^i\cdot v_t^i/\tau}}{\sum_j e^{v_s^i\cdot v_t^j/\tau}},\quad v=\frac{Wf+b}{\lVert Wf+b\rVert}`,
  fidelity: 'adapted',
  deviations:
    'Default is contrast inside the batch with 32 dimensions and temperature 0.1, which needs no memory. "Memory bank" is the released form: noise-contrastive loss, memories with momentum 0.5, negatives of other classes, normalisers frozen at the first batch; released are 16384 negatives, 128 dimensions and temperature 0.07.',
  params: {
    form: choice(
      'Negatives from',
      'batch',
      { batch: 'The batch', memory: 'A memory bank' },
      {
        source: 'ours',
        help: 'Where the images come from that should look different. Released: memory bank.',
      },
    ),
    weight: number('Weight of the contrast', 0.8, {
      min: 0,
      max: 4,
      step: 0.1,
      source: 'code',
      help: 'How much the contrast counts.',
    }),
    temperature: number('Temperature', 0.1, {
      min: 0.05,
      max: 1,
      step: 0.01,
      source: 'ours',
      help: 'Lower pushes harder against the most similar images. Released: 0.07.',
    }),
    width: integer('Dimensions', 32, {
      min: 4,
      max: 128,
      source: 'ours',
      help: 'Width of the space in which views are compared. Released: 128.',
    }),
    negatives: integer('Negatives', 256, {
      min: 1,
      max: 4096,
      source: 'ours',
      advanced: true,
      help: 'Drawn from the memory bank for every image. Released: 16384.',
    }),
  },
  terms: { ce: 'Labels', student: 'Student’s view', teacher: 'Teacher’s view' },
  roles: { reads: () => 'features' },
  panels,
  extras(build, { params, student, teacher }) {
    return {
      student: build.dense('student', [student.embedding], params.width),
      teacher: build.dense('teacher', [teacher?.embedding ?? 1], params.width),
    };
  },
  prepare: (pass, { form, width }): Memory | undefined =>
    form === 'memory' ? remember(pass, width) : undefined,
  losses({ ops, params, extras, memory, student, teacher, labels, index, batch, random, supervised }) {
    const v: Anchors = {
      student: ops.l2Normalize(extras.student(student.embedding)) as Tensor2D,
      teacher: ops.l2Normalize(extras.teacher(teacher.embedding)) as Tensor2D,
    };
    const losses = () => {
      if (!memory) return batchLosses(ops, v, params.temperature);
      const others = drawOthers(ops, memory, labels, random.uniform('negatives', [batch, params.negatives]));
      const rows = ops.concat([ops.expandDims(index, 1), others], 1) as Tensor2D;
      return memoryLosses(ops, memory, v, rows, params.temperature);
    };
    const both = losses();
    return {
      ce: supervised,
      student: ops.mul(both.student, params.weight),
      teacher: ops.mul(both.teacher, params.weight),
    };
  },
  probe({ ops, extras, student, teacher }) {
    const v = [extras.student(student.embedding), extras.teacher(teacher.embedding)].map((x) =>
      ops.l2Normalize(x),
    );
    const scores = ops.matMul(v[0] as Tensor2D, v[1] as Tensor2D, false, true) as Tensor2D;
    return { scores, pairs: scoreCounts(ops, scores) };
  },
});
