import { expect, it } from 'vitest';
import { ready } from '../../src/share/catalogue';
import { useRun } from '../../src/state/run';
import { useSetup } from '../../src/state/setup';
import { endTour, startTour, tourConfig } from '../../src/state/tour';
import { useTour } from '../../src/state/tour-store';

it('is a small set-up of the same kind, on the person’s own images where there are some', () => {
  const config = tourConfig(ready);
  expect(config.students.map(({ method }) => method.id)).toEqual(['labels-only', 'kd']);
  expect(config.data.size).toBe(8);
  expect(new Set(config.students.map(({ model }) => JSON.stringify(model))).size).toBe(1);
  const own = { source: 'own', name: 'mine', fingerprint: 'abc' } as const;
  const data = { ...ready.data, size: 24 };
  expect(tourConfig({ ...ready, dataset: own, data })).toMatchObject({ dataset: own, data });
});

it('puts the set-up back, with what was said of its link', () => {
  const config = { ...ready, name: 'mine', seeds: [1, 2, 3] };
  const problems = [{ path: 'x', message: 'y' }];
  useSetup.setState({ config, problems });
  startTour();
  expect(useSetup.getState().config.name).toBe('Tour');
  expect(useTour.getState().at).toBe(0);
  endTour();
  expect(useSetup.getState()).toEqual({ config, problems });
  expect(useTour.getState().at).toBeUndefined();
});

it('never ends a run that goes on', () => {
  useRun.setState({ status: 'running' });
  startTour();
  expect(useTour.getState().at).toBeUndefined();
  useRun.setState({ status: 'idle' });
});
