import type { Tensor2D } from '../engine/types';
import crd from '../methods/crd';
import { memoryLosses } from '../methods/crd/memory';
import { defineGolden, FixedBuild, ops, table } from './kit';

export default defineGolden({
  id: 'crd',
  // exp(1 / 0.07) amplifies the rounding of float32.
  tolerance: { gradients: 1e-3 },
  compute(c) {
    const [fs, ft] = [c.matrix('f_s'), c.matrix('f_t')];
    const width = c.tensor('W_s').shape[1] as number;
    const build = new FixedBuild({
      'student/weight': c.tensor('W_s'),
      'student/bias': c.tensor('b_s'),
      'teacher/weight': c.tensor('W_t'),
      'teacher/bias': c.tensor('b_t'),
    });
    const extras = crd.extras?.(build, {
      params: { form: 'memory', weight: 1, temperature: c.number('T'), width, negatives: 6 },
      classes: 2,
      samples: c.number('n_data'),
      image: [1, 1, 1],
      student: { embedding: fs.shape[1], taps: {} },
      teacher: { embedding: ft.shape[1], taps: {} },
    });
    if (!extras) return undefined;
    const memory = {
      student: table(c.matrix('mem_s')),
      teacher: table(c.matrix('mem_t')),
      constants: table(ops.zeros([1, 2])),
    };
    const v = {
      student: ops.l2Normalize(extras.student(fs)) as Tensor2D,
      teacher: ops.l2Normalize(extras.teacher(ft)) as Tensor2D,
    };
    const contrast = ops.cast(c.matrix('contrast_idx'), 'int32') as Tensor2D;
    const losses = memoryLosses(ops, memory, v, contrast, c.number('T'));
    const [zs, zt] = ops.split(memory.constants.writes[0]!.values, 2, 1);
    return {
      loss_s: losses.student,
      loss_t: losses.teacher,
      loss: ops.add(losses.student, losses.teacher),
      Z_s: zs!,
      Z_t: zt!,
      mem_s_rows_after: memory.student.writes[0]!.values,
      mem_t_rows_after: memory.teacher.writes[0]!.values,
    };
  },
});
