import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resultsPage } from '../../src/cli/results/page';
import { trials } from '../../src/cli/results/trials/index';
import { paired, spread, verdict } from '../../src/core/statistics';
import { methods } from '../../src/methods/index';
import type { Results } from '../../src/share/results';

const stored = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const results = JSON.parse(stored('results.json')) as Results;

describe('the results that are shipped', () => {
  test('docs/results.md is what docs/results.json says; if not, run: npm run results -- --page', () => {
    expect(stored('results.md')).toBe(resultsPage(results));
  });

  test('every verdict follows by the rule from the values beside it', () => {
    for (const { rows } of results.sections)
      for (const row of rows)
        for (const { metric, better, against, than, difference, verdict: said } of row.claims) {
          const other = rows.find((r) => r.id === against)?.values[than ?? metric] ?? {};
          const differences = paired(row.values[metric] ?? {}, other);
          expect(difference, `${row.id} ${metric}`).toEqual(spread(differences));
          expect(said, `${row.id} ${metric}`).toBe(verdict(differences, better));
        }
  });

  test('every row is a method of the app, and no folder of a machine is named', () => {
    for (const { rows, trial } of results.sections)
      for (const { id } of rows)
        expect(trial ? Object.keys(trials.get(trial.method)!.rows) : methods.all.map((m) => m.id)).toContain(
          id,
        );
    expect(stored('results.json') + stored('results.md')).not.toMatch(
      /(^|[\s"'`=])(\/|~\/|\.\.?\/|[A-Z]:\\)\w/,
    );
  });
});
