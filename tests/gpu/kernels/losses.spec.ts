import { expectTwins, SUM_FORMS, test } from '../harness';

/** One entry, odd, one vector, ragged, class counts of common sets, more rows than fuse, long rows. */
const SHAPES = [
  [1, 1],
  [3, 7],
  [5, 4],
  [64, 10],
  [128, 100],
  [300, 10],
  [257, 33],
  [16, 1000],
].map((shape) => ({ shape }));
/** A standard deviation of one entry has no gradient. */
const WIDE = SHAPES.slice(1);
const BOTH = SHAPES.flatMap((s) => [s, { ...s, mean: true }]);
const kinds = (list: readonly string[]) => list.map((kind) => ({ shape: [7, 12], kind }));
const BAD = kinds(['extreme', 'nan', 'infinite']);

const CHECKS = {
  'cross-entropy': [...BOTH, ...BAD],
  distillation: [...BOTH, ...BAD],
  kl: SHAPES,
  entropy: SHAPES,
  'mean-square': SHAPES,
  'mean-cube': SHAPES,
  std: [...WIDE, ...kinds(['nan'])],
  'log-softmax': [...SHAPES, ...BAD],
  softmax: [...SHAPES, ...BAD],
  'unit-rows': [...SHAPES, ...kinds(['nan'])],
  'standard-rows': [...WIDE, ...kinds(['nan'])],
};

for (const variant of SUM_FORMS)
  for (const [check, shapes] of Object.entries(CHECKS))
    test(`${check}, ${variant}`, async ({ labPage }) => {
      await expectTwins(labPage, check, variant, shapes);
    });

for (const check of ['squared', 'huber'])
  test(`${check} differences`, async ({ labPage }) => {
    const shapes = [[1], [3, 5], [64, 10], [32, 8, 8, 16], [300_001]].map((shape) => ({ shape }));
    await expectTwins(labPage, check, 'direct', shapes);
  });
