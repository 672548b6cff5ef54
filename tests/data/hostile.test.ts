/** Every case of the hostile corpus gets the verdict, the counts and a reason its manifest asks for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ImportError, type RawImages } from '../../src/data/kit';
import { prove } from '../proof';
import { shared, sourceFiles } from './support/files';
import { importThese } from './support/reading';

interface Expectation {
  readonly verdict: 'accept' | 'partial' | 'reject';
  readonly reasons: readonly string[];
  readonly alternatives: readonly string[];
  readonly skipped?: number;
  readonly classes?: number;
  readonly samples?: number;
  readonly class_names?: readonly string[];
}
interface Case {
  readonly id: string;
  readonly path: string;
  readonly group: string;
  readonly why: string;
  readonly expect: Expectation;
}

/**
 * Counts that differ from the manifest's: that archive holds two entries past our limits of depth and length, and
 * both are listed.
 */
const OWN_COUNTS: Readonly<Record<string, Partial<Expectation>>> = { 'zip-deep-path.zip': { skipped: 2 } };

/** Saved models are not among the things this page opens as data. */
const OTHER_GROUPS = new Set(['model']);

const generator = shared('hostile', 'make.py');
const python = spawnSync('python3', ['-c', 'import numpy']).status === 0;
const why = generator
  ? python
    ? ''
    : ' (skipped: no python3 with numpy)'
  : ' (skipped: no shared data folder)';

function corpus(): { folder: string; cases: readonly Case[] } {
  if (!generator || !python) return { folder: '', cases: [] };
  const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  execFileSync('python3', [generator, folder, '--skip-big'], { stdio: 'ignore' });
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { cases: Case[] };
  return { folder, cases: manifest.cases.filter((item) => !OTHER_GROUPS.has(item.group)) };
}

interface Answer {
  readonly verdict: Expectation['verdict'];
  readonly reasons: readonly string[];
  readonly raw?: RawImages;
  readonly message: string;
}

async function answer(path: string): Promise<Answer> {
  try {
    const raw = await importThese(sourceFiles(path));
    const reasons = [...new Set(raw.skipped?.map((item) => item.code))];
    return { verdict: reasons.length ? 'partial' : 'accept', reasons, raw, message: '' };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { verdict: 'reject', reasons: [error.code], message: error.message };
  }
}

function checkCounts(raw: RawImages, wanted: Expectation): void {
  if (wanted.skipped !== undefined) expect(raw.skipped?.length).toBe(wanted.skipped);
  if (wanted.samples !== undefined) expect(raw.labels.length).toBe(wanted.samples);
  if (wanted.classes !== undefined) expect(raw.classNames.length).toBe(wanted.classes);
  if (wanted.class_names) expect([...raw.classNames].sort()).toEqual([...wanted.class_names].sort());
}

/** Reasons of files that would fill memory or time if they were believed. */
const BOMBS = new Set(['BOMB', 'OVERLAP', 'SIZE_LIE', 'TOO_MANY', 'DIMENSIONS']);
/** Milliseconds within which such a file must be judged. */
const LIMIT = 10_000;

const { folder, cases } = corpus();
let held = 0;
const bombs: number[] = [];
afterAll(() => {
  if (folder) rmSync(folder, { recursive: true });
});

describe.skipIf(why)(`hostile corpus${why}`, () => {
  it.each(cases.map((item) => [item.id, item] as const))('%s', async (_, item) => {
    const since = performance.now();
    const { verdict, reasons, raw, message } = await answer(join(folder, item.path));
    if (item.expect.reasons.some((code) => BOMBS.has(code))) bombs.push(performance.now() - since);
    expect(
      [item.expect.verdict, ...item.expect.alternatives],
      `${item.why}: ${reasons} ${message}`,
    ).toContain(verdict);
    if (verdict !== 'accept' && item.expect.reasons.length)
      expect(
        reasons.some((code) => item.expect.reasons.includes(code)),
        `${reasons} ${message}`,
      ).toBe(true);
    if (verdict === item.expect.verdict && raw) checkCounts(raw, { ...item.expect, ...OWN_COUNTS[item.id] });
    if (verdict === 'reject') expect(message.length).toBeGreaterThan(20);
    held++;
  });

  it('bombs and lies about sizes are judged in time', () => {
    expect(bombs.length).toBeGreaterThanOrEqual(8);
    expect(Math.max(...bombs)).toBeLessThan(LIMIT);
    const most = process.resourceUsage().maxRSS / 2 ** 20;
    prove(
      {
        id: 'bombs',
        area: 'Files',
        hazard: 'A small file would unpack to gigabytes, or says so of itself',
        promise: `Judged within ${LIMIT / 1000} s, and nothing is allocated by the numbers of a header`,
        figure: `${bombs.length} of ${bombs.length} bombs and lies about sizes, slowest ${Math.max(...bombs).toFixed(0)} ms; the process that read all ${cases.length} cases held ${most.toFixed(2)} GiB at most`,
      },
      expect.getState(),
    );
  });

  it('all of them', () => {
    expect(held).toBe(cases.length);
    prove(
      {
        id: 'hostile-corpus',
        area: 'Files',
        hazard: 'Damaged, lying or malicious archives, pictures, arrays and tables are dropped',
        promise: 'Each gets the verdict, the counts and a reason that its manifest asks for',
        figure: `${held} of ${cases.length} cases as asked (the quick set of its generator, without saved models)`,
      },
      expect.getState(),
    );
  });
});
