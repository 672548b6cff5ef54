import { readTable } from '../core/table';
import { classMeans } from '../methods/kit';
import method from '../methods/multi-aspect-kd';
import { SIDES } from '../methods/multi-aspect-kd/answers';
import { defineGolden, type Given, makeStep, net, ops, table, total } from './kit';

/** Means per class, and the row of each image's class. */
function classTable(given: Given) {
  const aspects = given.inputs['aspects'] as number[][];
  const [width, classes] = [aspects[0]?.length ?? 1, given.number('num_classes')];
  const means = classMeans(aspects.flat(), width, given.inputs['y'] as number[], classes);
  const rows = ops.tensor2d(means, [classes, width]);
  return { table: rows, expanded: ops.gather(rows, given.whole('y')) };
}

/** A table of logit pairs, read as one that is imported. */
function probabilities({ inputs }: Given) {
  const [yes, no] = [inputs['yes_logit'] as number[], inputs['no_logit'] as number[]];
  const pairs = yes.map((logit, i) => [logit, no[i]]);
  const { table } = readTable({ questions: yes.map((_, i) => `${i}?`), classes: { only: pairs } }, SIDES);
  return ops.tensor1d(table!.rows[0]!.values as number[]);
}

export default defineGolden({
  id: 'multi-aspect-kd',
  compute(given) {
    if (given.name === 'class-table') return classTable(given);
    if ('yes_logit' in given.inputs) return { q: probabilities(given) };
    const [classes, aspects] = [given.number('num_classes'), given.number('num_aspects')];
    const z = given.matrix('z');
    const [n] = z.shape;
    const run = (alpha: number, ceWeight: number) =>
      method.losses(
        makeStep(method, {
          params: { alpha, ceWeight, aspects, soft: 0 },
          extras: { head: () => ops.slice(z, [0, classes], [n, aspects]) },
          memory: table(given.matrix('aspects')),
          student: net({ logits: ops.slice(z, [0, 0], [n, classes]) }),
          labels: given.whole('y'),
        }),
      );
    const plain = run(1, 1);
    return {
      loss: total(run(given.number('alpha'), given.number('w_ce'))),
      ce: plain.ce,
      bce: plain.aspects,
    };
  },
});
