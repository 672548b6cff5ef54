/** Methods away from their defaults: other rules, memories and numbers of peers, as recorded steps. */
import { expect, floats, test } from './worker';

const FORMS = [
  {
    crd: { form: 'memory', negatives: 32 },
    kdcl: { rule: 'general', peers: 3 },
    kd: { divergence: 'jensen-shannon' },
    lskd: { base: 'dkd' },
    'born-again': { form: 'permuted' },
    one: { ensemble: true },
    dml: { peers: 3 },
    fitnet: { normalise: false, stage: 8 },
    mlkd: { form: 'released' },
  },
  {
    kdcl: { rule: 'linear' },
    kd: { divergence: 'total-variation' },
    'born-again': { form: 'confidence' },
    at: { power: 3 },
    rkd: { rows: 8 },
    rotnet: { rates: 'released', features: 'frozen', guide: 0.3, turns: '2' },
    sinkd: { anneal: true },
  },
  {
    kdcl: { rule: 'naive' },
    kd: { divergence: 'reverse' },
    'mixup-kd': { teacher: 'blends' },
    'tgeo-kd': { features: 'pairs', period: 3 },
    'fantastic-gains': { strategy: 'unsupervised', zoo: 2 },
    know2vec: { loss: 'transfer', knowledge: 'nodes', labels: 'query', ends: true, tasks: 6, steps: 2 },
    'knowledge-concentration': { layers: 'shared', pace: 'class', scope: 'all', groups: 'confusion' },
  },
];

test.describe('replay equals eager bit for bit', () => {
  for (const forms of FORMS)
    test(JSON.stringify(forms), async ({ run }) => {
      test.setTimeout(240_000);
      const model = { id: 'cnn', params: { width: 4, blocks: 2 } };
      const setup = { methods: Object.keys(forms), forms, model, images: 80 };
      const heard = await run(setup, { boot: { executor: 'replay' }, again: { executor: 'eager' } });
      expect(heard.messages.filter(({ type }) => type === 'run-failed')).toEqual([]);
      for (const id of Object.keys(forms)) {
        const curve = heard.curves[`${id}/1`] ?? [];
        // Six steps, over two epochs.
        expect(curve.length / heard.columns[`${id}/1`]!, id).toBe(6);
        expect(curve, id).toEqual(heard.again[`${id}/1`]);
        expect(floats(curve).every(Number.isFinite), id).toBe(true);
      }
    });
});
