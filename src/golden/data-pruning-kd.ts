import { el2n, forgetting, grand } from '../data/regimes/data-pruning/scores';
import { keepByScore } from '../data/regimes/data-pruning/select';
import { biasNorm, distilled, ridge } from '../data/regimes/data-pruning/theory';
import method from '../methods/data-pruning-kd';
import { defineGolden, type Given, makeStep, net, ops, total } from './kit';

const list = <T>(given: Given, input: string): T => given.inputs[input] as T;
const labelsOf = (given: Given) => Int32Array.from(list<number[]>(given, 'y'));
const classesOf = (given: Given) => list<number[][][]>(given, 'z_models')[0]![0]!.length;
const models = (given: Given) => list<number[][][]>(given, 'z_models').map((rows) => rows.flat());
const tensor = (values: ArrayLike<number>) => ops.tensor1d(Array.from(values));

function theory(given: Given) {
  const x = list<number[][]>(given, 'X');
  const targets = list<number[]>(given, 'targets');
  const truth = list<number[]>(given, 'theta_star');
  const kept = list<number[]>(given, 'kept').map((row) => x[row]!);
  const [alpha, lam] = [given.number('alpha'), given.number('lam')];
  const teacher = ridge(x, targets, lam);
  return {
    theta_teacher: tensor(teacher),
    theta_student: tensor(distilled(kept, targets.slice(0, kept.length), teacher, alpha, lam)),
    bias_norm_teacher_on_all: biasNorm(kept, x, truth, alpha, lam),
    bias_norm_teacher_on_kept: biasNorm(kept, kept, truth, alpha, lam),
    bias_norm_no_distillation: biasNorm(kept, x, truth, 0, lam),
  };
}

export default defineGolden({
  id: 'data-pruning-kd',
  compute(given) {
    switch (given.name) {
      case 'kd_objective': {
        const step = makeStep(method, {
          params: { rule: 'manual', alpha: given.number('alpha'), temperature: given.number('T') },
          student: net({ logits: given.matrix('z_s') }),
          teacher: net({ logits: given.matrix('z_t') }),
          labels: given.whole('y'),
        });
        return { loss: total(method.losses(step)) };
      }
      case 'el2n':
        return { score: tensor(el2n(models(given), labelsOf(given), classesOf(given))) };
      case 'grand_last_layer': {
        const features = list<number[][][]>(given, 'features');
        const answers = models(given).map((logits, i) => ({
          logits,
          embedding: features[i]!.flat(),
          width: features[i]![0]!.length,
        }));
        return { score: tensor(grand(answers, labelsOf(given), classesOf(given))) };
      }
      case 'forgetting':
        return { score: tensor(forgetting(list<number[][]>(given, 'correct'))) };
      case 'keep_by_score': {
        const keep = (balanced: boolean) =>
          tensor(
            keepByScore(list<number[]>(given, 'score'), labelsOf(given), given.number('fraction'), balanced),
          );
        return { kept_global: keep(false), kept_balanced: keep(true) };
      }
      case 'ridge_self_distillation':
        return theory(given);
      default:
        return undefined;
    }
  },
});
