import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import { readSafetensors } from '../../src/share/safetensors';
import { flatPng } from '../data/support/png';
import { runOnnx } from './onnx';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'condenser-e2e-'));
test.afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs the command line as a person does. */
function condenser(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((done) => {
    const child = spawn('node', ['scripts/condenser.mjs', ...args], { cwd: root });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.on('close', (code) => done({ code, out, err }));
  });
}

const small = ['--set', 'data.size=8', '--epochs', '2'];
/** Sets networks that a fresh browser has ready in a second. */
const tiny = (...parts: string[]) =>
  parts.flatMap((part) => ['--set', `${part}.model={"id":"mlp","params":{"width":8,"layers":1}}`]);

const grey = (value: number) => flatPng(8, 8, [value, value, value]);

/** A folder per class with pictures that differ in brightness. */
function pictures(name: string, classes = ['dark', 'light']): string {
  const dir = join(scratch, name);
  classes.forEach((label, k) => {
    mkdirSync(join(dir, label), { recursive: true });
    for (let i = 0; i < 20; i++) writeFileSync(join(dir, label, `${i}.png`), grey(40 + 120 * k + 2 * i));
  });
  return dir;
}

test('list prints the cards', async () => {
  const { code, out } = await condenser('list', 'methods', '--json');
  expect(code).toBe(0);
  const cards: { id: string; summary: string }[] = JSON.parse(out);
  expect(cards.map((card) => card.id)).toEqual(expect.arrayContaining(['kd', 'dkd', 'labels-only']));
});

test('a run is written down, and its link repeats it number by number', async () => {
  const first = join(scratch, 'first');
  const args = [
    '--dataset',
    'glyphs',
    '--set',
    'dataset.params.count=300',
    '--students',
    'labels-only,kd',
    ...small,
    ...tiny('teacher', 'students.0', 'students.1'),
  ];
  const { code, out, err } = await condenser('run', ...args, '--out', first);
  expect(err).not.toContain('failed');
  expect(code).toBe(0);
  expect(out).toMatch(/kd\/1 +finished/);
  expect(readdirSync(first).sort()).toEqual([
    'config.json',
    'history.csv',
    'link.txt',
    'predictions',
    'summary.json',
  ]);
  const summary = JSON.parse(readFileSync(join(first, 'summary.json'), 'utf8'));
  expect(summary.learners.map((l: { id: string }) => l.id)).toEqual(['teacher', 'labels-only/1', 'kd/1']);
  for (const { splits, state } of summary.learners) {
    expect(state).toEqual({ kind: 'finished' });
    expect(Object.keys(splits.test.metrics)).toEqual(
      expect.arrayContaining(['accuracy', 'nll', 'brier', 'ece']),
    );
  }
  const files = unzipSync(readFileSync(join(first, 'predictions/kd-1.npz')));
  expect(Object.keys(files).sort()).toEqual(['index.npy', 'labels.npy', 'logits.npy']);
  const again = join(scratch, 'again');
  const link = readFileSync(join(first, 'link.txt'), 'utf8').trim();
  expect((await condenser('run', link, '--out', again)).code).toBe(0);
  const history = (dir: string) => readFileSync(join(dir, 'history.csv'), 'utf8').trim().split('\n').sort();
  expect(history(again)).toEqual(history(first));
  expect(history(first).length).toBeGreaterThan(20);
});

/** The saved network, computed here in float64, answers as the page did. */
async function expectSameLogits(dir: string): Promise<void> {
  const { tensors, metadata } = readSafetensors(readFileSync(join(dir, 'networks/kd-1.safetensors')));
  expect(JSON.parse(metadata['classes']!)).toEqual(['dark', 'light']);
  const [mean] = JSON.parse(metadata['mean']!);
  const [std] = JSON.parse(metadata['std']!);
  const [h, w, c] = JSON.parse(metadata['image']!);
  const named = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const dense = (x: readonly number[], name: string) => {
    const { data, shape } = named.get(`${name}/weight`)!;
    const units = shape[1]!;
    const bias = named.get(`${name}/bias`)!.data;
    return Array.from({ length: units }, (_, j) =>
      x.reduce((sum, v, i) => sum + v * data[i * units + j]!, bias[j]!),
    );
  };
  const answer = (grey: number) => {
    const pixels = Array<number>(h * w * c).fill((grey - mean) / std);
    return dense(
      dense(pixels, 'stage1').map((v) => Math.max(0, v)),
      'head',
    );
  };
  const files = unzipSync(readFileSync(join(dir, 'predictions/kd-1.npz')));
  const numbers = (name: string) => files[name]!.slice(128);
  const logits = new Float32Array(numbers('logits.npy').buffer);
  const labels = new Int32Array(numbers('labels.npy').buffer);
  expect(labels.length).toBeGreaterThan(3);
  const greys = Array.from({ length: 20 }, (_, i) => [40 + 2 * i, 160 + 2 * i]).flat();
  const pixels = Float32Array.from(greys.flatMap((grey) => Array<number>(h * w * c).fill(grey)));
  const shape = [greys.length, h, w, c];
  const onnx = await runOnnx(readFileSync(join(dir, 'networks/kd-1.onnx')), pixels, shape);
  const expectedAll = greys.flatMap(answer);
  expect(onnx.dims).toEqual([greys.length, 2]);
  expectedAll.forEach((v, i) => {
    expect(Math.abs(onnx.logits[i]! - v) / Math.max(1, Math.abs(v))).toBeLessThan(1e-5);
  });
  expect(readdirSync(join(dir, 'networks/kd-1')).sort()).toEqual(['model.json', 'weights.bin']);
  // Every picture is one grey, so each row must be the answer to one of the greys of its class.
  labels.forEach((label, row) => {
    const own = [...logits.subarray(2 * row, 2 * row + 2)];
    const errors = Array.from({ length: 20 }, (_, i) => answer(40 + 120 * label + 2 * i)).map((expected) =>
      Math.max(...expected.map((v, k) => Math.abs(v - own[k]!) / Math.max(1, Math.abs(v)))),
    );
    expect(Math.min(...errors)).toBeLessThan(1e-5);
  });
}

test('a run on own pictures', async () => {
  const out = join(scratch, 'own');
  const { code, err } = await condenser(
    'run',
    '--data',
    pictures('shades'),
    '--students',
    'kd',
    ...small,
    ...tiny('teacher', 'students.0'),
    '--networks',
    '--out',
    out,
  );
  expect(err).not.toContain('failed');
  expect(code).toBe(0);
  await expectSameLogits(out);
  const { dataset } = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
  expect(dataset).toMatchObject({ source: 'own', fingerprint: expect.stringMatching(/^[0-9a-f]{8,}$/) });
  const wanting = await condenser('run', join(out, 'config.json'));
  expect(wanting.code).toBe(2);
  expect(wanting.err).toContain('--data');
});

test('import tells what it makes of each path', async () => {
  const dir = join(scratch, 'drops');
  pictures('drops/good');
  pictures('drops/one', ['alone']);
  pictures('drops/broken');
  writeFileSync(join(dir, 'broken/dark/cut.png'), grey(9).subarray(0, 40));
  const { code, out } = await condenser('import', '--each', dir, '--json');
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { path: join(dir, 'broken'), verdict: 'partial', classes: 2, samples: 40, skipped: 1 },
    { path: join(dir, 'good'), verdict: 'accept', classes: 2, samples: 40, skipped: 0, reasons: [] },
    { path: join(dir, 'one'), verdict: 'reject', reasons: ['ONE_CLASS'] },
  ]);
  expect(code).toBe(1);
  expect((await condenser('import', join(dir, 'good'))).code).toBe(0);
});

test('golden cases: right passes, unknown fails unless it may be missing', async () => {
  const dir = join(scratch, 'golden');
  mkdirSync(dir);
  const kd = readFileSync(join(root, 'tests/golden/00-kd.json'), 'utf8');
  writeFileSync(join(dir, '00-kd.json'), kd);
  const unknown = { ...JSON.parse(kd), method: 'no-such-method' };
  writeFileSync(join(dir, '99-unknown.json'), JSON.stringify(unknown));
  const strict = await condenser('golden', dir);
  expect(strict.code).toBe(1);
  const lenient = await condenser('golden', dir, '--skip-missing');
  expect(lenient.code).toBe(0);
  const cases = unknown.cases.length;
  for (const { out } of [strict, lenient])
    expect(out).toContain(`${cases} passed, 0 failed, ${cases} without`);
});

test('mistakes are told before a browser starts', async () => {
  const { code, err } = await condenser('run', '--students', 'kd,telepathy');
  expect(code).toBe(2);
  expect(err).toContain("There is no method 'telepathy'");
});
