import method from '../methods/fantastic-gains';
import { flips, sourceOf } from '../methods/fantastic-gains/sources';
import { dueAt, followed } from '../trainer/following';
import { defineGolden, type Given, makeStep, net, ops, table, total } from './kit';

/** What the case's name says of who teaches. */
function strategyOf(name: string) {
  if (name.startsWith('xekl')) return 'labels';
  if (name.startsWith('kl-dist-T')) return 'teacher';
  return name.includes('unsupervised') ? 'unsupervised' : 'supervised';
}

function transfer(given: Given) {
  const { name, inputs } = given;
  const strategy = strategyOf(name);
  const labels = given.whole('y');
  const [own, teacher] = [given.matrix('z_0'), given.matrix('z_t')];
  const others = 'z_t2' in inputs ? [given.matrix('z_t2')] : [];
  const step = makeStep(method, {
    params: {
      strategy,
      temperature: given.number('T'),
      ...('alpha' in given.params ? { alpha: given.number('alpha') } : {}),
      twice: name.includes('double-softmax'),
    },
    phase: 'transfer',
    memory: { answers: [own, ...others].map(table), shown: table(ops.ones([labels.size, 1])) },
    student: net({ logits: given.matrix('z_s') }),
    teacher: net({ logits: teacher }),
    labels,
  });
  const chosen = sourceOf(
    ops,
    [own, teacher, ...others],
    strategy === 'supervised' ? step.targets : undefined,
  );
  const mask = ops.cast(ops.greater(chosen, 0), 'float32');
  return {
    loss: total(method.losses(step)),
    mask,
    teacher_share: ops.mul(ops.mean(mask), 100),
    // The cases count the former self as -1 and the teachers from 0.
    source: ops.sub(ops.cast(chosen, 'float32'), 1),
  };
}

/** A weight that follows another one, after each of its steps. */
function slowly(given: Given) {
  const fast = given.tensor('fast');
  let slow = given.tensor('theta0');
  const all = Array.from({ length: fast.size }, (_, step) => {
    const value = ops.reshape(ops.slice(fast, [step], [1]), []);
    slow = followed(slow, value, given.number('tau'), dueAt(ops.scalar(step), given.number('N')));
    return slow;
  });
  return ops.stack(all);
}

export default defineGolden({
  id: 'fantastic-gains',
  compute(given) {
    if (given.name.startsWith('mcl')) return { slow: slowly(given) };
    if (given.name !== 'flip-metrics') return transfer(given);
    const [labels, before, teacher, after] = ['y', 'student_before', 'teacher', 'student_after'].map(
      given.whole,
    );
    const found = flips(
      ops,
      { labels: labels!, before: before!, teacher: teacher!, after: after! },
      given.number('K'),
    );
    return {
      delta: found.delta,
      gain: found.gain,
      loss: found.loss,
      complementary: found.complementary,
      complementary_per_class: found.complementaryPerClass,
      gained_per_class: found.gainedPerClass,
      transferred_share: found.transferred,
    };
  },
});
