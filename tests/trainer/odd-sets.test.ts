/** Sets that are odd but honest: they are read, what is odd is said in plain words, and no score is NaN. */
import { describe, expect, it } from 'vitest';
import { prepare } from '../../src/data/prepare';
import { summarise } from '../../src/data/summary';
import { metrics } from '../../src/metrics/index';
import { predictionsOf } from '../../src/metrics/tools';
import { ready } from '../../src/share/catalogue';
import { memoryFile } from '../data/support/files';
import { flatPng } from '../data/support/png';
import { importThese } from '../data/support/reading';
import { prove } from '../proof';

const picture = (folder: string, i: number, colour = i) =>
  memoryFile(
    `set/${folder}/${folder.replaceAll('/', '-')}-${i}.png`,
    flatPng(8, 8, [colour, 255 - colour, 7]),
  );
const many = (folder: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => picture(folder, i, from + i));

interface Odd {
  readonly what: string;
  readonly files: ReturnType<typeof many>;
  /** What the report must say. */
  readonly says: RegExp;
}

const SETS: readonly Odd[] = [
  {
    what: 'a class of one image',
    files: [...many('cat', 20), ...many('dog', 20, 40), picture('newt', 0, 99)],
    says: /Fewer than 10 images in newt/,
  },
  {
    what: 'two classes of one image each',
    files: [picture('cat', 0, 1), picture('dog', 0, 200)],
    says: /test split is empty/,
  },
  {
    what: 'images that are in training and in test',
    files: [
      ...many('train/cat', 20),
      ...many('train/dog', 20, 40),
      ...many('test/cat', 5),
      ...many('test/dog', 5, 90),
    ],
    says: /5 images of the test split also in training/,
  },
  {
    what: 'one picture in two classes',
    files: [...many('cat', 20), ...many('dog', 20, 40), picture('dog', 99, 0)],
    says: /equal to one of another class/,
  },
  {
    what: 'a class with 40 times the images of another',
    files: [...many('cat', 80), ...many('dog', 2, 90)],
    says: /The largest class has 80 images, the smallest 2/,
  },
  {
    what: 'a class that is only in the test split',
    files: [
      ...many('train/cat', 12),
      ...many('train/dog', 12, 40),
      ...many('test/cat', 4, 90),
      ...many('test/newt', 4, 120),
    ],
    says: /No training image in newt/,
  },
  {
    what: 'a folder without pictures',
    files: [...many('cat', 12), ...many('dog', 12, 40), memoryFile('set/empty/notes.bin', 'x')],
    says: /1 of 25 files or rows could not be used/,
  },
];

/** Every metric of a split, for answers that are sure and wrong, and for answers that say nothing. */
function scores(labels: Int32Array, classes: number): (number | undefined)[] {
  const answers = [
    Float32Array.from({ length: labels.length * classes }, (_, i) => (i % classes === 0 ? 1e4 : -1e4)),
    new Float32Array(labels.length * classes),
  ];
  const seen = Array.from({ length: classes }, (_, k) => (k === 0 ? 100 : 0));
  return answers.flatMap((logits) =>
    metrics.all.map((metric) =>
      metric.compute(predictionsOf(logits, labels, classes, { teacher: answers[1], seen })),
    ),
  );
}

describe('odd but honest', () => {
  let held = 0;
  let measured = 0;
  it.each(SETS)('$what', async ({ files, says }) => {
    const raw = await importThese(files, { size: 8, channels: 0 });
    const dataset = prepare(raw, { ...ready.data, size: 8 });
    const { warnings } = summarise({ source: raw, edits: undefined, raw, dataset }, 0);
    expect(warnings.join('\n')).toMatch(says);
    for (const { labels } of Object.values(dataset.splits)) {
      const found = scores(labels, raw.classNames.length);
      expect(found.filter((score) => score !== undefined && !Number.isFinite(score))).toEqual([]);
      measured += found.length;
    }
    expect(dataset.statistics.std.every((one) => one > 0 && Number.isFinite(one))).toBe(true);
    held++;
  });

  it('all of them', () => {
    expect(held).toBe(SETS.length);
    prove(
      {
        id: 'odd-sets',
        area: 'Files',
        hazard: 'A set is odd but honest: a class of one image, leaks, twins in two classes, empty splits',
        promise: 'It is read, what is odd is counted and said in plain words, and no score is NaN',
        figure: `${held} of ${SETS.length} sets; ${measured} scores of their splits, for sure and for empty answers: 0 NaN`,
      },
      expect.getState(),
    );
  });
});
