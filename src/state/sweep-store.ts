/** The sweep that is going on, and those that were made before. */
import { create } from 'zustand';
import type { Config } from '../core/config';
import type { KeptSweep } from './history-db';
import { type Point, pointText } from './sweep';

export interface RunningSweep {
  readonly sweep: KeptSweep;
  /** Index of the point that is being trained. */
  readonly at: number;
  /** The set-up that comes back when the sweep ends. */
  readonly base: Config;
  /** Seconds each finished point took. */
  readonly seconds: readonly number[];
  readonly cancelled: boolean;
}

export interface SweepState {
  readonly running: RunningSweep | undefined;
  /** Newest first; undefined until they were read. */
  readonly sweeps: readonly KeptSweep[] | undefined;
  /** Id of the sweep on show. */
  readonly open: string | undefined;
}

export const useSweeps = create<SweepState>()(() => ({
  running: undefined,
  sweeps: undefined,
  open: undefined,
}));

/** What the run on the page is a point of, and how it is called there; undefined outside of a sweep. */
export function pointOfRun():
  | { readonly id: string; readonly point: Point; readonly name: string }
  | undefined {
  const { running } = useSweeps.getState();
  const point = running?.sweep.points[running.at];
  if (!running || !point || running.cancelled) return undefined;
  const { id, axes } = running.sweep;
  return { id, point, name: pointText(axes, point) };
}
