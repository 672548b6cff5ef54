import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { FileShelf } from '../../src/cli/files';
import { judge, line } from '../../src/cli/golden';
import { History } from '../../src/cli/history';
import { describe as describeImport, verdictOf } from '../../src/cli/import';
import { ProgressBar, progressLine } from '../../src/cli/progress';
import type { Inspection, RunEvent } from '../../src/cli/protocol';
import { table } from '../../src/cli/run';
import { cell } from '../../src/core/csv';
import { ready } from '../../src/share/catalogue';
import { npy, npz } from '../../src/share/npz';
import { soundParts } from '../data/support/summary';

const scratch = mkdtempSync(join(tmpdir(), 'condenser-cli-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('NumPy files', () => {
  test('an array is written byte for byte as NumPy writes it', () => {
    // numpy.save of np.array([[1.5, -2.0]], '<f4'): 128 bytes of header, then the numbers.
    const bytes = npy({ shape: [1, 2], data: new Float32Array([1.5, -2]) });
    const text = Buffer.from(bytes).toString('latin1');
    expect(text.slice(0, 10)).toBe('\x93NUMPY\x01\x00v\x00');
    expect(text.slice(10, 128)).toBe(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }".padEnd(117).concat('\n'),
    );
    expect([...bytes.subarray(128)]).toEqual([0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]);
  });

  test('one axis keeps its comma, and whole numbers their type', () => {
    const text = Buffer.from(npy({ shape: [3], data: new Int32Array(3) })).toString('latin1');
    expect(text).toContain("'descr': '<i4'");
    expect(text).toContain("'shape': (3,)");
  });

  test('a shape that does not fit is refused', () => {
    expect(() => npy({ shape: [2, 2], data: new Float32Array(3) })).toThrow(/does not fit/);
  });

  test('archives hold one file per array', () => {
    const files = unzipSync(
      npz({ logits: { shape: [1], data: new Float32Array(1) }, y: { shape: [0], data: new Int32Array(0) } }),
    );
    expect(Object.keys(files)).toEqual(['logits.npy', 'y.npy']);
    expect(files['logits.npy']).toEqual(npy({ shape: [1], data: new Float32Array(1) }));
  });
});

const learner = {
  id: 's2/1',
  key: 's2',
  seed: 1,
  label: 'KD',
  method: 'kd',
  model: 'cnn',
  parameters: 1234,
  multiplyAdds: 10,
  terms: [{ key: 'kd', label: 'Teacher' }],
  steps: 24,
};
const events: RunEvent[] = [
  { type: 'started', run: 1, learners: [learner], totalSteps: 24 },
  { type: 'points', points: [{ learner: 's2/1', rows: 2, data: [2, 1.5, 0.25, 0.5, 4, 1.25, 0.5, 0.125] }] },
  {
    type: 'evaluated',
    evaluations: [
      {
        learner: 's2/1',
        split: 'test',
        step: 24,
        epoch: 12,
        metrics: { accuracy: 0.75 },
        reliability: { count: [], confidence: [], accuracy: [] },
        confusion: [3, 1, 0, 0],
      },
    ],
  },
];

describe('history', () => {
  const history = new History(ready);
  for (const event of events) history.add(event);

  test('is one number a line', () => {
    expect(history.csv().split('\n')).toEqual([
      'learner,seed,step,epoch,split,metric,value',
      's2/1,1,2,1,train,loss,1.5',
      's2/1,1,2,1,train,batch-accuracy,0.25',
      's2/1,1,2,1,train,term:kd,0.5',
      's2/1,1,4,2,train,loss,1.25',
      's2/1,1,4,2,train,batch-accuracy,0.5',
      's2/1,1,4,2,train,term:kd,0.125',
      's2/1,1,24,12,test,accuracy,0.75',
      '',
    ]);
  });

  test('names are no formulas and stay in their cell', () => {
    expect(['=1+1', '-key', '@x', 'a,b', 'a"b', 'plain'].map(cell)).toEqual([
      "'=1+1",
      "'-key",
      "'@x",
      '"a,b"',
      '"a""b"',
      'plain',
    ]);
  });

  test('finished means every learner', () => {
    expect(history.allFinished).toBe(false);
    history.add({ type: 'state', learner: 's2/1', state: { kind: 'finished' } });
    expect(history.allFinished).toBe(true);
    expect(new History(ready).allFinished).toBe(false);
    const [result] = history.results();
    expect(result).toMatchObject({ id: 's2/1', parameters: 1234, state: { kind: 'finished' } });
    expect(result!.splits['test']).toMatchObject({
      metrics: { accuracy: 0.75 },
      perClassAccuracy: [0.75, null],
    });
  });

  test('the table shows the test split', () => {
    expect(table(history).split('\n')[1]).toMatch(/^s2\/1\s+finished\s+75\.0%\s+-\s+-\s+-\s+-\s+1234$/);
  });
});

describe('progress', () => {
  const progress = {
    phase: 'students' as const,
    note: '',
    step: 50,
    totalSteps: 100,
    epoch: 2,
    epochs: 4,
    imagesPerSecond: 812.4,
    stepMilliseconds: 80,
    learnerMilliseconds: {},
    secondsLeft: 4,
  };

  test('says what is done and what is left', () => {
    expect(progressLine(progress)).toBe(
      '████████████░░░░░░░░░░░░  50% · students, epoch 3 of 4 · 812 images/s · 5 s left',
    );
    const { secondsLeft: _, ...early } = {
      ...progress,
      note: 'Compiling',
      imagesPerSecond: 0,
      totalSteps: 0,
    };
    expect(progressLine(early)).toBe('░░░░░░░░░░░░░░░░░░░░░░░░   0% · Compiling');
  });

  test('is quiet where nobody watches', () => {
    const written: string[] = [];
    const bar = new ProgressBar({ write: (text) => written.push(text) });
    for (const now of [0, 50, 9_999, 10_000]) bar.show(progress, now);
    expect(written).toHaveLength(2);
  });
});

describe('import', () => {
  const summary = {
    name: 'pets',
    fingerprint: 'ab12cd34',
    ...soundParts(['cat', 'dog'], [5, 5]),
    shape: { height: 16, width: 16, channels: 3 as const },
    classNames: ['cat', 'dog'],
    counts: { train: 7, validation: 1, test: 2 },
    perClass: [5, 5],
    sizes: [{ size: '20x30', count: 10 }],
    skipped: [],
    warnings: [],
    milliseconds: 3,
  };
  const skipped = [
    { name: 'a.png', code: 'CORRUPT' as const, message: 'does not decode.' },
    { name: 'b.png', code: 'CORRUPT' as const, message: 'does not decode.' },
  ];

  test.each<[string, Inspection, object]>([
    ['accept', { ok: true, summary }, { classes: 2, samples: 10, skipped: 0, reasons: [] }],
    [
      'partial',
      { ok: true, summary: { ...summary, skipped } },
      { samples: 10, skipped: 2, reasons: ['CORRUPT'] },
    ],
    [
      'reject',
      { ok: false, code: 'BOMB', message: 'Too big.' },
      { samples: 0, reasons: ['BOMB'], message: 'Too big.' },
    ],
  ])('%s', (verdict, read, rest) => {
    expect(verdictOf('x', read)).toMatchObject({ path: 'x', verdict, ...rest });
  });

  test('the text names what was left out', () => {
    const text = describeImport('x', { ok: true, summary: { ...summary, skipped } });
    expect(text).toContain('x: 10 images in 2 classes');
    expect(text).toContain('Left out: 2 CORRUPT');
    expect(text).toContain('    b.png: does not decode. [CORRUPT]');
    expect(text).toContain('Equal images: none');
    expect(text).toContain('Under 10 images: cat, dog');
  });
});

describe('golden', () => {
  const ok = { name: 'a', values: 1e-9, gradients: 2e-7, passed: true };
  const bad = { name: 'b', values: 1e-2, passed: false };
  const missing = { name: 'c', passed: false, missing: 'no method' };

  test.each([
    [[ok], false, 0],
    [[ok, bad], true, 1],
    [[ok, missing], false, 1],
    [[ok, missing], true, 0],
    [[], true, 1],
  ])('case %#: exit code', (results, skip, code) => {
    expect(judge(results, skip).code).toBe(code);
  });

  test('lines', () => {
    expect(line('kd.json', ok)).toBe('ok      kd.json  a  values 1.0e-9  gradients 2.0e-7');
    expect(line('kd.json', bad)).toMatch(/^FAIL .* gradients -$/);
    expect(line('kd.json', missing)).toMatch(/^missing .*no method$/);
  });
});

describe('files', () => {
  test('a folder keeps its name, links are left alone, other addresses find nothing', () => {
    const dir = join(scratch, 'pets');
    mkdirSync(join(dir, 'cat'), { recursive: true });
    writeFileSync(join(dir, 'cat/a.png'), 'x');
    symlinkSync('/etc/passwd', join(dir, 'cat/b.png'));
    const shelf = new FileShelf();
    expect(shelf.put([dir])).toEqual([{ path: 'pets/cat/a.png', url: 'files/0' }]);
    expect(shelf.find('/files/0')).toBe(join(dir, 'cat/a.png'));
    expect(shelf.find('/files/../etc/passwd')).toBeUndefined();
    expect(shelf.put([join(dir, 'cat/a.png')])).toEqual([{ path: 'a.png', url: 'files/1' }]);
    expect(shelf.find('/files/0')).toBeUndefined();
    expect(() => shelf.put([join(scratch, 'nothing')])).toThrow(/no such file/);
  });
});
