/** A weak teacher and few labels: what labels and teacher ask of shared features, with one head and with two. */
import { expect, it } from 'vitest';
import { Session } from '../../src/trainer/session';
import type { Probe } from '../../src/worker/protocol';
import { configOf } from '../gpu/setups';
import { datasetOf } from './resume-support';

const SEEDS = [1, 2, 3];

it('one head is torn between them more than two; over three seeds', { timeout: 120_000 }, async () => {
  const arms = ['single', 'dual'];
  const base = configOf({
    methods: ['dho'],
    model: { id: 'mlp', params: { width: 16, layers: 1 } },
    dataset: 'shapes',
    images: 400,
    batch: 16,
    epochs: 3,
    seeds: SEEDS,
    regimes: [{ id: 'labelled-fraction', params: { share: 15, minimum: 4 } }],
  });
  const student = base.students[0]!;
  const students = arms.map((arm) => ({
    ...student,
    key: arm,
    method: { ...student.method, params: { ...student.method.params, arm } },
  }));
  const config = { ...base, students, teacher: { ...base.teacher, epochs: 1 } };
  const probes: Probe[] = [];
  const emit = (message: { type: string; probe?: Probe }) =>
    void (message.probe && probes.push(message.probe));
  const session = new Session({
    run: 1,
    dataset: datasetOf(config),
    config,
    replays: false,
    emit: emit as never,
  });
  await session.start();
  session.dispose();
  const cosine = (arm: string, seed: number) => {
    const own = probes.filter(({ learner }) => learner === `${arm}/${seed}`);
    const values = own.map(({ panels }) => panels.find(({ key }) => key === 'conflict')!.data[0]!);
    expect(values.length).toBeGreaterThan(0);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  for (const seed of SEEDS) expect(cosine('single', seed)).toBeLessThan(cosine('dual', seed));
});
