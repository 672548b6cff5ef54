/** A tour of the page that trains a tiny teacher and two tiny students, and puts everything back at its end. */
import { type Config, checkConfig } from '../core/config';
import { catalogue, ready } from '../share/catalogue';
import { isActive, useRun } from './run';
import { reset, start } from './session';
import { useSetup } from './setup';
import { useTour } from './tour-store';

const mlp = (width: number) => ({ id: 'mlp', params: { width, layers: 1 } });

/** Trains in seconds, also without a graphics card. A person's own images stay: the worker holds no other copy. */
export function tourConfig({ dataset, data }: Config): Config {
  const wanted = {
    name: 'Tour',
    dataset: { id: 'glyphs', params: { count: 800 } },
    data: { size: 8 },
    teacher: { model: mlp(64), epochs: 3 },
    students: ['labels-only', 'kd'].map((id, i) => ({ key: `s${i + 1}`, method: { id }, model: mlp(8) })),
    training: { epochs: 8, batchSize: 32 },
  };
  const { config } = checkConfig(wanted, ready, catalogue);
  return dataset.source === 'own' ? { ...config, dataset, data } : config;
}

/** False while something trains: the tour would end it. */
export const canTour = (): boolean => !isActive(useRun.getState().status);

export function startTour(): void {
  if (!canTour() || useTour.getState().at !== undefined) return;
  const before = useSetup.getState();
  useTour.setState({ at: 0, before });
  reset();
  useSetup.setState({ config: tourConfig(before.config), problems: [] });
}

/** Starts the tiny run unless the person did. */
export function runTour(): void {
  if (useTour.getState().at !== undefined && useRun.getState().status === 'idle') void start();
}

export const goTo = (at: number): void => useTour.setState({ at });

/** Ends the tour: its run goes, the set-up from before comes back. */
export function endTour(): void {
  const { before } = useTour.getState();
  useTour.setState({ at: undefined, before: undefined });
  reset();
  if (before) useSetup.setState(before);
}
