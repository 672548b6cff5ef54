import { expect, floats, type Heard, test } from './worker';

const failures = ({ messages }: Heard) => messages.filter((m) => m.type === 'run-failed');
const rows = (heard: Heard, learner: string) =>
  (heard.curves[learner]?.length ?? 0) / (heard.columns[learner] ?? 1);
const reports = ({ messages }: Heard) => messages.flatMap((m) => (m.type === 'regimes' ? [m.report] : []));
const noise = { id: 'label-noise', params: { share: 0.2, teacher: 'full' } };

test('pruning to all images is no pruning, bit for bit; to a quarter, as many steps', async ({ run }) => {
  const plain = await run({ methods: ['labels-only', 'kd'] });
  const all = await run({
    methods: ['labels-only', 'kd'],
    regimes: [{ id: 'data-pruning', params: { share: 1 } }],
  });
  expect(all.curves).toEqual(plain.curves);
  const quarter = await run({
    methods: ['labels-only', 'kd'],
    regimes: [{ id: 'data-pruning', params: { share: 0.25 } }],
  });
  expect(failures(quarter)).toEqual([]);
  expect(quarter.curves['teacher']).toEqual(plain.curves['teacher']);
  expect(rows(quarter, 'kd/1')).toBe(rows(plain, 'kd/1'));
  expect(quarter.curves['kd/1']).not.toEqual(plain.curves['kd/1']);
  const evaluated = (heard: Heard) => heard.messages.filter((m) => m.type === 'evaluated').length;
  expect(evaluated(quarter)).toBe(evaluated(plain));
});

test('scores come from trainings before the teacher, and replays score as eager steps do', async ({
  run,
}) => {
  const regimes = [noise, { id: 'data-pruning', params: { share: 0.3, score: 'el2n', epochs: 2 } }];
  const heard = await run(
    { methods: ['labels-only', 'kd'], regimes },
    { boot: { executor: 'replay' }, again: { executor: 'eager' } },
  );
  expect(failures(heard)).toEqual([]);
  expect(heard.again).toEqual(heard.curves);
  expect(Object.keys(heard.curves).sort()).toEqual(['kd/1', 'labels-only/1', 'teacher']);
  expect(floats(heard.curves['kd/1']!).every(Number.isFinite)).toBe(true);
  const [report, again] = reports(heard);
  expect(again?.after).toEqual(report?.after);
  expect(report).toMatchObject({ regimes: ['label-noise', 'data-pruning'], cost: { steps: 20 } });
  expect(report!.teacher).toBe(report!.before.reduce((a, b) => a + b, 0));
  expect(report!.wrong!.before).toBeCloseTo(0.2, 1);
  expect(report!.wrong!.teacher).toBe(0);
  const scored = report!.pictures!.kept.map(({ score }) => score!);
  expect(scored.every((score) => score > 0 && score <= Math.SQRT2)).toBe(true);
  const phases = heard.messages.flatMap((m) => (m.type === 'progress' ? [m.progress.phase] : []));
  expect(phases.indexOf('scores')).toBeLessThan(phases.indexOf('teacher'));
});

test('without WebGPU: forgetting, the gradient, and what the teacher is unsure of', async ({ run }) => {
  for (const score of ['forgetting', 'grand', 'margin', 'entropy']) {
    const regimes = [{ id: 'data-pruning', params: { share: 0.3, score, epochs: 2, balanced: true } }];
    const heard = await run(
      { methods: ['kd'], epochs: 1, images: 120, regimes },
      { boot: { backend: 'cpu' } },
    );
    expect(failures(heard), score).toEqual([]);
    expect(
      reports(heard)[0]!.after!.every(
        (count, i) => count === Math.floor(0.3 * reports(heard)[0]!.before[i]! + 0.5),
      ),
      score,
    ).toBe(true);
  }
});

test('a set-up that contradicts itself is refused with the reason', async ({ run }) => {
  const heard = await run(
    { methods: ['kd'], mode: 'online', regimes: [{ id: 'few-shot' }] },
    { boot: { backend: 'cpu' } },
  );
  expect(failures(heard)[0]).toMatchObject({ message: expect.stringContaining('Train it first') });
});

test('a teacher of other classes: each side is measured on its own, and replays are eager steps', async ({
  run,
}) => {
  const regimes = [{ id: 'label-space-split', params: { share: 0.7 } }];
  const heard = await run(
    {
      methods: ['labels-only', 'at', 'proc-kd'],
      model: { id: 'cnn', params: { width: 4, blocks: 2 } },
      regimes,
    },
    {
      boot: { executor: 'replay' },
      again: { executor: 'eager' },
      at: [{ step: 6, message: { type: 'pause' } }],
      onPaused: [{ type: 'predictions', request: 7, split: 'validation' }],
      thenResume: true,
    },
  );
  expect(failures(heard)).toEqual([]);
  expect(heard.again).toEqual(heard.curves);
  const learners = heard.messages.flatMap((m) => (m.type === 'started' ? [m.learners] : []))[0]!;
  expect(learners.map(({ classNames }) => classNames?.length)).toEqual([7, 3, 3, 3]);
  const evaluations = heard.messages.flatMap((m) => (m.type === 'evaluated' ? m.evaluations : []));
  for (const { learner, confusion, metrics } of evaluations) {
    expect(Object.keys(confusion)).toHaveLength(learner === 'teacher' ? 49 : 9);
    expect(metrics['accuracy']).toBeDefined();
    expect([metrics['agreement'], metrics['kl-to-teacher']]).toEqual([undefined, undefined]);
  }
  const { items } = heard.replies[7] as { items: { learner: string; index: Record<string, number> }[] };
  const images = items.map(({ index }) => new Set(Object.values(index)));
  expect(items[0]!.learner).toBe('teacher');
  for (const image of images[1]!) expect(images[0]!.has(image)).toBe(false);
  expect([...images[2]!]).toEqual([...images[1]!]);
});

test('methods that compare answers are refused beside a teacher of other classes', async ({ run }) => {
  const heard = await run(
    { methods: ['at', 'kd'], regimes: [{ id: 'label-space-split' }] },
    { boot: { backend: 'cpu' } },
  );
  const message = expect.stringMatching(/Knowledge distillation compares answers.*reads features only\./i);
  expect(failures(heard)[0]).toMatchObject({ message });
});
