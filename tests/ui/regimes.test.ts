import { expect, test } from 'vitest';
import type { RegimeReport } from '../../src/data/dataset';
import { regimeSentences } from '../../src/ui/panels/regime-words';

const report: RegimeReport = {
  regimes: ['label-noise', 'data-pruning'],
  classNames: ['cat', 'dog', 'owl'],
  before: [600, 300, 100],
  after: [80, 20, 0],
  students: 100,
  teacher: 1000,
  pooled: 0,
  drawn: undefined,
  wrong: { before: 0.2, students: 0.35, teacher: 0 },
  cost: { milliseconds: 2540, steps: 45 },
  pictures: undefined,
};

test('a report says who sees what, what vanished, what is wrong and what it cost', () => {
  expect(regimeSentences(report)).toEqual([
    'Students see 100 of 1,000 training images (10%), the teacher all.',
    'No image is left of owl.',
    'Wrong labels: 20.0% before the choice, 35.0% of what students see, 0.0% of what the teacher sees.',
    'Finding the scores took 45 training steps, 2.5 s.',
  ]);
});

test('a preview says what is not known yet, and nothing that does not apply', () => {
  const preview = { ...report, after: undefined, wrong: undefined, cost: undefined, teacher: 100 };
  expect(regimeSentences(preview)).toEqual([
    'Students see 100 of 1,000 training images (10%), the teacher 100.',
    'Which images these are, and of which classes, is known once the run has scored them.',
  ]);
});

test('labels that were hidden are counted', () => {
  const hidden = { ...report, students: 90, pooled: 910, wrong: undefined, cost: undefined };
  expect(regimeSentences(hidden)).toContain('910 images have lost the label and wait in the pool.');
});

test('what another data set gives is counted, and that it is all where it is', () => {
  const tests = { validation: 60, test: 80 };
  const target = { ...report, students: 1000, drawn: { name: 'sketches', pool: 260, tests, only: false } };
  expect(regimeSentences(target).slice(0, 3)).toEqual([
    'Students see 1,000 of 1,000 training images (100%), the teacher all.',
    'Beside them are 260 images of “sketches”, without labels.',
    'Tests are on 60 and 80 others of that set.',
  ]);
  const pool = { ...target, drawn: { ...target.drawn, tests: undefined, only: true } };
  expect(regimeSentences(pool).slice(0, 2)).toEqual([
    'Students see none of the 1,000 training images, the teacher all.',
    'All they see are 260 images of “sketches”, without labels.',
  ]);
});

test('asking the teacher costs time, no steps', () => {
  const asked = { ...report, wrong: undefined, cost: { milliseconds: 400, steps: 0 } };
  expect(regimeSentences(asked).at(-1)).toBe('Finding the scores took 0.4 s.');
});
