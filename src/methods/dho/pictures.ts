import { cosine, type Panel, type Probed } from '../kit';
import { taughtLogits } from './heads';
import { ALPHAS, BETAS } from './search';
import { type Extras, type Memory, type Source, teacherLogits } from './teachers';

const rising = (from: readonly number[]): string => `${from[0]} to ${from.at(-1)}`;

export const panels = {
  conflict: { kind: 'lines', title: 'Cosine between the pull of labels and of the teacher', x: 'Step' },
  grid: {
    kind: 'heatmap',
    title: 'Validation accuracy of every blend',
    x: `Alpha, ${rising(ALPHAS)}`,
    y: `Beta, ${rising(BETAS)}`,
  },
  mix: { kind: 'lines', title: 'Chosen alpha; beta', x: 'Step' },
  accuracy: { kind: 'lines', title: 'Validation accuracy: label head; teacher head; blend', x: 'Step' },
  calibration: { kind: 'lines', title: 'Validation ECE: label head; teacher head; blend', x: 'Step' },
  agreement: { kind: 'lines', title: 'Agreement with the teacher on images without labels', x: 'Step' },
} as const satisfies Readonly<Record<string, Panel>>;

interface Asked {
  readonly source: Source;
  readonly head: 'linear' | 'cosine';
  readonly scale: number;
}

/** Pull of both losses, the blend and how its parts do; all but the first and the last as of the last evaluation. */
export function pictures(step: Probed<Asked, Extras, Memory>) {
  const { ops, memory, extras, pool } = step;
  const all = (rows: number) => ops.range(0, rows, 1, 'int32');
  const heads = memory.heads.read(all(3));
  const column = (at: number) => ops.reshape(ops.slice(heads, [0, at], [3, 1]), [3]);
  const taught = taughtLogits(step, pool.student);
  const same = ops.equal(ops.argMax(taught), ops.argMax(teacherLogits(step).pool()));
  const pull = cosine(ops, step.gradientOf(['ce']), step.gradientOf(['kd', 'pool']));
  return {
    conflict: ops.reshape(pull, [1]),
    grid: memory.grid.read(all(BETAS.length)),
    mix: ops.reshape(extras.mix, [2]),
    accuracy: column(0),
    calibration: column(1),
    agreement: ops.reshape(ops.mean(ops.cast(same, 'float32')), [1]),
  };
}
