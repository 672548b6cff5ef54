/** Rows of docs/reliability.md: a test that proves a promise says so, with the figure it measured. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

export const AREAS = ['Files', 'GPU and worker', 'Saving and resuming', 'Privacy and safety'] as const;

export interface Proof {
  /** Letters, digits and hyphens; the row is replaced by the next run of the same id. Write it as a literal. */
  readonly id: string;
  readonly area: (typeof AREAS)[number];
  /** What can go wrong. */
  readonly hazard: string;
  /** What is held whatever happens. */
  readonly promise: string;
  /** What this run measured, with its unit and conditions. */
  readonly figure: string;
}

/** Playwright's `test.info()`, or Vitest's `expect.getState()`. */
type Test =
  | { readonly file: string; readonly title: string }
  | { readonly testPath?: string | undefined; readonly currentTestName?: string | undefined };

/** Call at the end of the test, when all of it held. `npm run reliability` puts the rows into the page. */
export function prove(proof: Proof, test: Test): void {
  const [file, title] =
    'file' in test ? [test.file, test.title] : [test.testPath ?? '', test.currentTestName ?? ''];
  const row = { ...proof, test: relative(ROOT, file).split(sep).join('/'), title };
  const folder = join(ROOT, 'out/proofs');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${proof.id}.json`), `${JSON.stringify(row, null, 2)}\n`);
}
