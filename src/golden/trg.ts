import type { Tensor, Tensor4D } from '../engine/types';
import { adjacency, coldness, context, globalLoss, localLoss, neighbours } from '../methods/trg/graph';
import { patches } from '../methods/trg/tokens';
import { defineGolden, type Given, ops } from './kit';

/** Graph over one input with the sigma of the case. */
function graph(given: Given, input: string, sigma: string) {
  const rows = given.matrix(input);
  const found = neighbours(ops, rows, given.number('k'));
  const width = ops.scalar(given.number(sigma in given.params ? sigma : 'sigma'));
  return { ...found, adjacency: adjacency(ops, rows, found.mask, width) };
}

const local = (given: Given) =>
  localLoss(
    ops,
    graph(given, 'T_s', 'sigma_s').adjacency,
    graph(given, 'T_t', 'sigma_t').adjacency,
    given.params['direction'] !== 'student-teacher',
  );

const global = (given: Given) =>
  globalLoss(
    ops,
    ops.matMul(given.tensor('T_s'), given.tensor('W')),
    given.tensor('T_t'),
    ops.scalar(given.number('tau')),
  );

const inner = (s: Tensor, t: Tensor) => {
  const [student, teacher] = [context(ops, s), context(ops, t)];
  return { cs_s: student, cs_t: teacher, loss: ops.meanSquaredError(student, teacher) };
};

export default defineGolden({
  id: 'trg',
  compute(given) {
    switch (given.name) {
      case 'graph': {
        const { mask, adjacency: edges, sigma } = graph(given, 'T', 'sigma');
        return { mask, adjacency: edges, sigma_auto: sigma };
      }
      case 'inner-contextual':
        return inner(given.tensor('F_s'), given.tensor('F_t'));
      case 'joint-permutation-invariance':
        return { local: local(given), global: global(given) };
      case 'rotated-teacher-has-zero-local-and-inner-loss': {
        const [s, t] = ['T_s', 'T_t'].map((input) => ops.expandDims(given.tensor(input), 0)) as [
          Tensor,
          Tensor,
        ];
        return { local: local(given), inner: inner(s, t).loss };
      }
      case 'temperature-schedule': {
        const { epochs, hi, lo } = given.params as Record<string, number>;
        return { tau: coldness(ops, given.tensor('epoch'), epochs ?? 1, hi ?? 1, lo ?? 1) };
      }
      case 'patchify':
        return { tokens: patches(ops, given.tensor('F') as Tensor4D, given.number('p')) };
      default:
        return { loss: given.name.startsWith('global') ? global(given) : local(given) };
    }
  },
});
