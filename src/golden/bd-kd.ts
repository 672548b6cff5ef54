import method from '../methods/bd-kd';
import { gateWeights } from '../methods/bd-kd/gate';
import { metrics } from '../metrics/index';
import { predictionsOf } from '../metrics/tools';
import { defineGolden, type Given, makeStep, net, ops } from './kit';

/** The calibration metrics of the file, from the metrics room. */
function calibration(given: Given) {
  const logits = given.inputs['z'] as number[][];
  const classes = logits[0]?.length ?? 0;
  const labels = Int32Array.from(given.inputs['y'] as number[]);
  const predictions = predictionsOf(Float64Array.from(logits.flat()), labels, classes);
  const value = (id: string) => metrics.get(id).compute(predictions) ?? Number.NaN;
  return { acc: value('accuracy'), ece: value('ece'), nll: value('nll'), brier: value('brier') };
}

export default defineGolden({
  id: 'bd-kd',
  // The largest gap of a bin and the bins themselves are not metrics of the app.
  ignore: ['mce', 'bins'],
  gradients: { grad_z_s: ['loss_student', 'z_s'], grad_z_t: ['loss_teacher', 'z_t'] },
  compute(given) {
    if ('z' in given.inputs) return calibration(given);
    const [student, teacher] = [net({ logits: given.matrix('z_s') }), net({ logits: given.matrix('z_t') })];
    const lambda = given.number('lambda');
    const params = {
      temperature: given.number('T'),
      gate: given.params['mode'] as 'hard' | 'soft' | 'equal' | 'flip',
      delta: given.number('delta'),
      kappa: given.number('kappa'),
      student: lambda,
      teacher: lambda,
    };
    const step = makeStep(method, { params, student, teacher, labels: given.whole('y') });
    const terms = method.losses(step);
    const soft = (x: typeof student) => ops.logSoftmax(ops.div(x.logits, params.temperature));
    const [s, t] = [soft(student), soft(teacher)];
    const entropies = { student: ops.entropyRows(s), teacher: ops.entropyRows(t) };
    const weights = gateWeights(ops, params.gate, entropies, { ...params, classes: step.classes });
    return {
      entropy_s: entropies.student,
      entropy_t: entropies.teacher,
      w_forward: weights.forward,
      w_reverse: weights.reverse,
      forward_kl: ops.klRows(t, s),
      reverse_kl: ops.klRows(s, t),
      loss_student: ops.addN([terms.labels, terms.forward, terms.reverse]),
      loss_teacher: ops.add(terms.teacherLabels, terms.teacherKd),
      ce_student: terms.labels,
      ce_teacher: terms.teacherLabels,
    };
  },
});
