import { beforeEach, describe, expect, it } from 'vitest';
import { curves, METRIC_IDS } from '../../src/state/curves';
import { receive } from '../../src/state/receive';
import { shownEvaluations, useRun } from '../../src/state/run';
import { useView } from '../../src/state/view';
import { evaluation, learner } from './fixtures';

const learners = [learner('teacher'), learner('s1'), learner('s2')];

beforeEach(() => {
  useRun.setState({ ...useRun.getInitialState(), run: 2, status: 'starting' });
  useView.setState(useView.getInitialState());
  receive({ type: 'started', run: 2, learners, totalSteps: 10 });
});

describe('messages of the worker', () => {
  it('begins a run, selects the last student and keeps a later choice', () => {
    expect(useRun.getState().status).toBe('running');
    expect(useView.getState().selected).toBe('s2');
    useView.setState({ selected: 's1' });
    receive({ type: 'started', run: 2, learners, totalSteps: 10 });
    expect(useView.getState().selected).toBe('s1');
  });
  it('ignores what belongs to an earlier run', () => {
    receive({ type: 'finished', run: 1 });
    receive({ type: 'run-failed', run: 1, message: 'old', deviceLost: true });
    expect(useRun.getState()).toMatchObject({ status: 'running', failure: undefined });
    receive({ type: 'finished', run: 2 });
    expect(useRun.getState().status).toBe('finished');
  });
  it('stores points and validation results as curves', () => {
    receive({
      type: 'points',
      points: [{ learner: 's1/1', rows: 2, data: Float32Array.of(1, 9, 0, 4, 2, 8, 1, 3) }],
    });
    expect(curves.training.get('s1/1')?.value(1, 0)).toBe(8);
    receive({ type: 'evaluated', evaluations: [evaluation('s1/1', 0.5), evaluation('s1/1', 0.7, 'test')] });
    const evaluated = curves.evaluated.get('s1/1');
    expect(evaluated?.length).toBe(1);
    expect(evaluated?.value(0, METRIC_IDS.indexOf('accuracy'))).toBeCloseTo(0.5, 6);
  });
  it('shows validation until a student has its final test', () => {
    receive({
      type: 'evaluated',
      evaluations: [evaluation('s1/1', 0.5), evaluation('teacher', 0.9, 'test')],
    });
    expect(shownEvaluations(useRun.getState()).split).toBe('validation');
    receive({ type: 'evaluated', evaluations: [evaluation('s1/1', 0.6, 'test')] });
    const { split, shown } = shownEvaluations(useRun.getState());
    expect(split).toBe('test');
    expect(shown.get('s1/1')?.metrics['accuracy']).toBe(0.6);
  });
  it('does not wake a run that is over', () => {
    receive({ type: 'finished', run: 2 });
    receive({ type: 'resumed' });
    receive({ type: 'paused' });
    expect(useRun.getState().status).toBe('finished');
  });
  it('keeps the numbers when the run fails', () => {
    receive({ type: 'evaluated', evaluations: [evaluation('s1/1', 0.5)] });
    receive({ type: 'run-failed', run: 2, message: 'gone', deviceLost: true });
    expect(useRun.getState()).toMatchObject({
      status: 'failed',
      failure: { message: 'gone', deviceLost: true },
    });
    expect(useRun.getState().latest.size).toBe(1);
  });
});
