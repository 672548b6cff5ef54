import type { Ops, Tensor, Tensor2D } from '../engine/types';
import { defineMethod, integer, number } from './kit';

/** Below this squared length a difference of two features has no direction: its angles count as 0. */
const SHORT = 1e-12;

const offDiagonal = (ops: Ops, n: number): Tensor =>
  ops.cast(ops.notEqual(ops.expandDims(ops.range(0, n), 1), ops.range(0, n)), 'float32');

/** Distances between all rows of `[n, d]`, divided by their mean over pairs; zero diagonal. */
export function distances(ops: Ops, f: Tensor2D): Tensor2D {
  const n = f.shape[0];
  const squares = ops.sum(ops.square(f), -1, true);
  const sum = ops.add(squares, ops.transpose(squares));
  const squared = ops.sub(sum, ops.mul(2, ops.matMul(f, f, false, true)));
  const d = ops.mul(ops.sqrt(ops.maximum(squared, SHORT)), offDiagonal(ops, n));
  const mean = ops.div(ops.sum(d), Math.max(1, n * (n - 1)));
  return ops.div(d, ops.maximum(mean, SHORT));
}

/** Cosines of the angles at each row between all pairs of others, `[n, n, n]`. */
export function angles(ops: Ops, f: Tensor2D): Tensor {
  const differences = ops.sub(ops.expandDims(f, 0), ops.expandDims(f, 1));
  const squared = ops.sum(ops.square(differences), -1, true);
  const long = ops.cast(ops.greater(ops.stopGradient(squared), SHORT), 'float32');
  const unit = ops.mul(differences, ops.mul(long, ops.rsqrt(ops.maximum(squared, SHORT))));
  return ops.matMul(unit, unit, false, true);
}

/** Park et al. 2019, equations 5 and 7. */
export default defineMethod({
  id: 'rkd',
  name: 'Relational KD',
  family: 'relations',
  paper: {
    title: 'Relational Knowledge Distillation',
    authors: 'Wonpyo Park, Dongju Kim, Yan Lu, Minsu Cho',
    venue: 'CVPR',
    year: 2019,
    url: 'https://arxiv.org/abs/1904.05068',
  },
  summary:
    'The student arranges the images of a batch as the teacher does: same relative distances, same angles.',
  formula: String.raw`L = \mathrm{CE}(z_s,y) + w_d\,\overline{\ell(D_s,D_t)} + w_a\,\overline{\ell(\cos_s,\cos_t)},\quad D_{ij}=\frac{\lVert f_i-f_j\rVert}{\mu},\;\cos_{ijk}=\langle e_{ij},e_{ik}\rangle`,
  fidelity: 'as published',
  deviations:
    'Defaults 5 and 10 in place of 25 and 50, which fell behind plain training in short runs. Angles need a tensor of rows cubed, so at most 64 rows of a batch are compared. Features that coincide have no direction and give no gradient; the released code divides by 1e-12 there.',
  params: {
    distance: number('Weight of distances', 5, {
      min: 0,
      max: 100,
      source: 'ours',
      help: 'How much distances between images count. Released: 25.',
    }),
    angle: number('Weight of angles', 10, {
      min: 0,
      max: 200,
      source: 'ours',
      help: 'How much angles between images count. Released: 50.',
    }),
    rows: integer('Rows compared', 64, {
      min: 4,
      max: 128,
      source: 'ours',
      advanced: true,
      help: 'At most so many images of a batch; memory grows with the third power.',
    }),
  },
  terms: { ce: 'Labels', distance: 'Distances', angle: 'Angles' },
  roles: { reads: () => 'features' },
  panels: { distances: { kind: 'scatter', title: 'Distances in the batch', x: 'Student', y: 'Teacher' } },
  losses({ ops, params, student, teacher, supervised, batch }) {
    const some = (x: Tensor2D): Tensor2D => (batch > params.rows ? ops.slice(x, 0, params.rows) : x);
    const [s, t] = [some(student.embedding), some(teacher.embedding)];
    return {
      ce: supervised,
      distance: ops.mul(ops.huber(distances(ops, s), distances(ops, t)), params.distance),
      angle: ops.mul(ops.huber(angles(ops, s), angles(ops, t)), params.angle),
    };
  },
  probe({ ops, student, teacher, batch }) {
    const some = (x: Tensor2D): Tensor =>
      ops.reshape(distances(ops, ops.slice(x, 0, Math.min(batch, 16))), [-1]);
    return { distances: ops.stack([some(student.embedding), some(teacher.embedding)], 1) };
  },
});
