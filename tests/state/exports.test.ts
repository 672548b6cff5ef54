import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/core/config';
import { catalogue, ready } from '../../src/share/catalogue';
import { Curves, METRIC_IDS } from '../../src/state/curves';
import { fileName, historyCsv, resultsCsv, setupJson } from '../../src/state/exports';
import type { Evaluation, Learner } from '../../src/worker/protocol';
import { randomConfig } from '../share/random';

const learner: Learner = {
  id: 's1/2',
  key: 's1',
  seed: 2,
  label: '=HYPERLINK("x")',
  method: 'kd',
  model: 'mlp',
  parameters: 10,
  multiplyAdds: 20,
  terms: [{ key: 'ce', label: 'Labels' }],
  steps: 4,
};
const evaluation = (split: 'validation' | 'test', accuracy: number): Evaluation => ({
  learner: learner.id,
  split,
  step: 4,
  epoch: 1,
  metrics: { accuracy },
  reliability: { count: [], confidence: [], accuracy: [] },
  confusion: new Int32Array(4),
});

function curvesOf(): Curves {
  const curves = new Curves();
  curves.reset([learner]);
  const data = Float32Array.from([1, 2.5, 0.25, 1.5, 2, 2, 0.5, 1]);
  curves.addPoints([{ learner: learner.id, rows: 2, data }]);
  curves.addEvaluations([evaluation('validation', 0.5)]);
  return curves;
}

describe('exports', () => {
  it('names files in letters, digits and hyphens only', () => {
    expect(fileName('../KD (Temperature 8) vs "labels"\n', 'curves.csv')).toBe(
      'kd-temperature-8-vs-labels-curves.csv',
    );
    expect(fileName('①', 'setup.json')).toBe('1-setup.json');
    expect(fileName('../', 'setup.json')).toBe('run-setup.json');
  });
  it('writes a set-up that is read back as it was, without a problem', () => {
    for (let seed = 0; seed < 20; seed++) {
      const config = randomConfig(seed, catalogue);
      expect(checkConfig(JSON.parse(setupJson(config)), ready, catalogue)).toEqual({ config, problems: [] });
    }
  });
  it('writes every training value and measured metric, and no formulas', () => {
    const rows = historyCsv([learner], curvesOf()).trimEnd().split('\n');
    const label = `"'=HYPERLINK(""x"")"`;
    expect(rows).toEqual([
      'learner,label,seed,step,split,metric,value',
      `s1/2,${label},2,1,train,loss,2.5`,
      `s1/2,${label},2,1,train,batch-accuracy,0.25`,
      `s1/2,${label},2,1,train,term:ce,1.5`,
      `s1/2,${label},2,2,train,loss,2`,
      `s1/2,${label},2,2,train,batch-accuracy,0.5`,
      `s1/2,${label},2,2,train,term:ce,1`,
      `s1/2,${label},2,4,validation,accuracy,0.5`,
    ]);
  });
  it('writes one line per learner and measured split', () => {
    const latest = new Map([
      ['s1/2 validation', evaluation('validation', 0.5)],
      ['s1/2 test', evaluation('test', 0.75)],
    ]);
    const text = resultsCsv({
      learners: [learner],
      labels: new Map([['s1', '-KD']]),
      states: new Map([['s1/2', { kind: 'finished' }]]),
      latest,
      milliseconds: {},
    });
    const [head, first, second, end] = text.split('\n');
    expect(head?.split(',').slice(-METRIC_IDS.length)).toEqual(METRIC_IDS);
    const start = `s1/2,'-KD,kd,mlp,2,finished,10,`;
    const cells = (split: string, accuracy: number) =>
      [`${start},${split},4`, ...METRIC_IDS.map((id) => (id === 'accuracy' ? accuracy : ''))].join(',');
    expect(first).toBe(cells('validation', 0.5));
    expect(second).toBe(cells('test', 0.75));
    expect(end).toBe('');
  });
});
