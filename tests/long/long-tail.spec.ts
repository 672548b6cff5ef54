/** Experts on real images with a long tail, through the command line. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const root = join(import.meta.dirname, '../..');
const folder = process.env['CONDENSER_SHARED'] ?? join(root, '..', 'shared');
const data = join(folder, 'data', 'bloodcells-mit', 'bloodcells_32px_medmnist_style.npz');

test('MDCS trains on blood cells of which some kinds are rare', () => {
  test.skip(!existsSync(data), 'The shared data are not here; CONDENSER_SHARED names their folder.');
  test.setTimeout(600_000);
  const out = mkdtempSync(join(tmpdir(), 'condenser-long-'));
  const { status, stderr } = spawnSync(
    'node',
    [
      ...['scripts/condenser.mjs', 'run', '--data', data, '--out', out],
      ...['--regime', 'long-tailed:factor=20', '--students', 'labels-only,mdcs', '--seeds', '1'],
      ...['--epochs', '2', '--set', 'data.size=8', '--set', 'teacher.model.params.width=4'],
    ],
    { cwd: root, encoding: 'utf8' },
  );
  expect(stderr).not.toContain('failed');
  expect(status).toBe(0);
  const { learners } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
  for (const learner of learners)
    for (const metric of ['accuracy', 'many-shot', 'medium-shot', 'few-shot']) {
      const value = learner.splits.test.metrics[metric];
      expect(value, `${learner.id}: ${metric}`).toBeGreaterThanOrEqual(0);
      expect(value, `${learner.id}: ${metric}`).toBeLessThanOrEqual(1);
    }
  rmSync(out, { recursive: true });
});
