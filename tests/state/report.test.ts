import { describe, expect, it } from 'vitest';
import { ready } from '../../src/share/catalogue';
import { readLink } from '../../src/share/link';
import { rowsOfRuns } from '../../src/state/compare';
import { Curves, METRIC_IDS } from '../../src/state/curves';
import { keptRun } from '../../src/state/history';
import type { KeptRun } from '../../src/state/history-db';
import { comparisonReport, verdicts } from '../../src/state/report';
import { keptRunsJson, runJson } from '../../src/state/results-json';
import { prove } from '../proof';
import { evaluation, learner } from './fixtures';

const NASTY = `<script>alert("x")</script> & 'co'`;
const [FIRST, SECOND] = ready.students;

/** A run of the ready set-up whose two students reach the given test accuracies, by seed from 1. */
function run(accuracies: readonly (readonly number[])[], name = NASTY): KeptRun {
  const seeds = accuracies[0]!.map((_, i) => i + 1);
  const config = { ...ready, seeds };
  const learners = config.students.flatMap(({ key }) => seeds.map((seed) => learner(key, seed)));
  const curves = new Curves();
  curves.reset(learners);
  for (const step of [5, 10])
    curves.addEvaluations(learners.map(({ id }) => ({ ...evaluation(id, step / 20), step })));
  const latest = new Map(
    config.students.flatMap(({ key }, s) =>
      seeds.map(
        (seed, i) =>
          [`${key}/${seed} test`, evaluation(`${key}/${seed}`, accuracies[s]![i]!, 'test')] as const,
      ),
    ),
  );
  const data = { name: NASTY, fingerprint: 'f', classes: 10 };
  return keptRun({ learners, latest, states: new Map(), device: undefined }, config, curves, {
    created: 1,
    name,
    data,
  });
}

function inputOf(runs: readonly KeptRun[]) {
  const rows = rowsOfRuns(runs, (_, { key }) => `student ${key}`);
  return {
    ...{ runs, rows, reference: rows[0]!, nameOf: (row: { label: string }) => row.label },
    ...{ styleOf: () => ({ color: '#1e27a9', dash: '7 4' }), address: 'https://example.org/', made: 'today' },
  };
}

describe('the report of a comparison', () => {
  it('says who is ahead, by how much, and when that proves nothing', () => {
    const say = (...accuracies: readonly (readonly number[])[]) => verdicts(inputOf([run(accuracies)]));
    const who = `student ${SECOND!.key}`;
    const whom = `student ${FIRST!.key}`;
    expect(say([0.5, 0.6, 0.7], [0.6, 0.7, 0.8])).toEqual([
      `${who} is ahead of ${whom} by 10.0 points of accuracy (3 seeds, paired; 95% interval +10.0 to +10.0): conclusive at 95%.`,
    ]);
    expect(say([0.6, 0.5], [0.5, 0.6])[0]).toContain(`${who} is level with ${whom}`);
    expect(say([0.6, 0.5], [0.5, 0.55])[0]).toMatch(/behind .*\(2 seeds, paired.*: not conclusive\.$/);
    expect(say([0.6], [0.5])[0]).toContain('(one seed): not conclusive.');
  });

  it('stands alone: no script, nothing fetched, names as text', () => {
    const page = comparisonReport(
      inputOf([
        run([
          [0.5, 0.6],
          [0.6, 0.8],
        ]),
      ]),
    );
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;co&#39;');
    const outside = [...page.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, to]) => to);
    expect(page).not.toMatch(/url\(|@import/);
    expect(outside.every((to) => to!.startsWith('https://example.org/#c='))).toBe(true);
    expect(outside).toHaveLength(1);
    expect(readLink(outside[0]!)?.config.seeds).toEqual([1, 2]);
  });

  it('holds the numbers: mean and spread, paired differences, curves', () => {
    const page = comparisonReport(
      inputOf([
        run([
          [0.5, 0.6],
          [0.6, 0.8],
        ]),
      ]),
    );
    expect(page).toContain('<td>55.0% ± 7.1%</td>');
    expect(page).toContain('<td>70.0% ± 14.1%</td>');
    expect(page).toContain('<td>+15.0 [−48.5 to +78.5], N = 2, not conclusive</td>');
    expect(page).toContain('stroke="#1e27a9" stroke-width="2" stroke-dasharray="7 4"');
    expect([...page.matchAll(/<figure>/g)]).toHaveLength(1);
    expect(page).toContain('student.method.id');
  });
});

describe('reliability in the report', () => {
  const bins = (accuracy: number) => ({ count: [0, 30], confidence: [0, 0.75], accuracy: [0, accuracy] });
  /** Two seeds of both students, tested with these bins. */
  const kept = (): KeptRun => {
    const plain = run([
      [0.5, 0.6],
      [0.6, 0.8],
    ]);
    const learners = plain.learners.map((one, i) => ({ ...one, reliability: bins(i % 2 ? 0.5 : 1) }));
    return { ...plain, learners };
  };

  it('is drawn from what a run keeps, seeds put together', () => {
    const page = comparisonReport(inputOf([kept()]));
    expect(page).toContain('Reliability, final test images');
    expect(page).toContain(`student ${FIRST!.key}: 60 answers, stated 75.0%, right 75.0%`);
    expect([...page.matchAll(/<circle/g)]).toHaveLength(2);
    expect(page).not.toContain('No reliability diagram');
    const { runs } = JSON.parse(keptRunsJson([kept()]));
    expect(runs[0].learners[0].reliability).toEqual(bins(1));
  });

  it('is left out of runs kept in an older form, and said', () => {
    const { form, ...old } = kept();
    expect(form).toBe(2);
    const learners = old.learners.map(({ reliability: _, ...one }) => one);
    const page = comparisonReport(inputOf([{ ...old, learners }]));
    expect(page).not.toContain('<circle');
    expect(page).toContain('No reliability diagram of runs that were kept before it was');
    prove(
      {
        id: 'runs-versions',
        area: 'Saving and resuming',
        hazard: 'A finished run was kept by an older version of the page',
        promise: 'It is read as it is, and what it does not hold is said',
        figure: 'form 1 of 1: compared and reported, its missing diagram named',
      },
      expect.getState(),
    );
  });
});

describe('results as JSON', () => {
  it('hold every kept number of runs', () => {
    const { runs } = JSON.parse(keptRunsJson([run([[0.5], [0.6]])]));
    expect(runs[0]).toMatchObject({ name: NASTY, data: { fingerprint: 'f' }, config: { seeds: [1] } });
    const [kept] = runs[0].learners;
    expect(kept.test).toEqual({ accuracy: 0.5 });
    const accuracy = kept.validation.columns.indexOf('accuracy');
    expect(kept.validation.rows.map((row: number[]) => [row[0], row[accuracy]])).toEqual([
      [5, 0.25],
      [10, 0.5],
    ]);
    expect(readLink(runs[0].link)?.config.seeds).toEqual([1]);
  });

  it('hold what the page measured, and no number that JSON has not', () => {
    const one = learner('s1', 2);
    const curves = new Curves();
    curves.reset([one]);
    curves.addPoints([{ learner: one.id, rows: 1, data: Float32Array.of(3, 0.5, Number.NaN, 0.5) }]);
    const test = { ...evaluation(one.id, 0.75, 'test'), confusion: Int32Array.of(1, 2, 3, 4) };
    const { learners } = JSON.parse(
      runJson({
        ...{ config: ready, learners: [one], labels: new Map([['s1', 'KD ①']]), curves },
        ...{
          states: new Map(),
          latest: new Map([[`${one.id} test`, test]]),
          milliseconds: { [one.id]: 1.5 },
        },
      }),
    );
    expect(learners[0]).toMatchObject({
      id: 's1/2',
      label: 'KD ①',
      state: 'waiting',
      millisecondsPerStep: 1.5,
    });
    expect(learners[0].evaluations.test).toMatchObject({
      ...{
        metrics: { accuracy: 0.75 },
        confusion: [
          [1, 2],
          [3, 4],
        ],
      },
    });
    expect(learners[0].curves.training).toEqual({
      columns: ['step', 'loss', 'batch-accuracy', 'term:ce'],
      rows: [[3, 0.5, null, 0.5]],
    });
    expect(learners[0].curves.validation.columns).toEqual(['step', ...METRIC_IDS]);
  });
});
