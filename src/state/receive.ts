/** What every message of the worker does to the stores. */
import { LINE_LIMIT } from '../core/panel';
import type { FromWorker, Probe } from '../worker/protocol';
import { curves } from './curves';
import { useDataset } from './dataset';
import { CLEARED, isActive, useRun } from './run';
import { runClock } from './run-clock';
import { useSaving } from './saving';
import { Series } from './series';
import { select, useView } from './view';

type Message<T extends FromWorker['type']> = Extract<FromWorker, { readonly type: T }>;

export function fail(message: string, deviceLost: boolean): void {
  useRun.setState({ status: 'failed', failure: { message, deviceLost } });
}

function started(message: Message<'started'>): void {
  curves.reset(message.learners);
  const keys = message.learners.map((learner) => learner.key);
  const { selected } = useView.getState();
  // The first run moves the selection from the teacher to the last student, where the difference shows.
  if (selected === 'teacher' || !keys.includes(selected))
    select(keys.findLast((key) => key !== 'teacher') ?? 'teacher');
  useRun.setState({ ...CLEARED, status: 'running', learners: message.learners });
}

function evaluated(message: Message<'evaluated'>): void {
  curves.addEvaluations(message.evaluations);
  const latest = new Map(useRun.getState().latest);
  for (const evaluation of message.evaluations)
    latest.set(`${evaluation.learner} ${evaluation.split}`, evaluation);
  useRun.setState({ latest });
}

function probed(probe: Probe): void {
  const { probes, probeLines } = useRun.getState();
  const lines = new Map(probeLines);
  for (const { key, data } of probe.panels) {
    if (data.length > LINE_LIMIT) continue;
    const id = `${probe.learner} ${key}`;
    const old = lines.get(id);
    const line = old?.columns === data.length ? old : new Series(data.length);
    line.append(1, [probe.step, ...data]);
    lines.set(id, line);
  }
  useRun.setState({ probes: new Map(probes).set(probe.learner, probe), probeLines: lines });
}

function importProgress({ request, done, total }: Message<'import-progress'>): void {
  if (useDataset.getState().importing?.request === request)
    useDataset.setState({ importing: { request, done, total } });
}

/** Messages of an earlier run are ignored. */
function ofRun(message: Message<'started' | 'finished' | 'run-failed'>): void {
  if (message.run !== useRun.getState().run) return;
  if (message.type === 'started') started(message);
  else if (message.type === 'finished') useRun.setState({ status: 'finished' });
  else fail(message.message, message.deviceLost);
}

function whileActive(status: 'paused' | 'running'): void {
  if (isActive(useRun.getState().status)) useRun.setState({ status });
}

export function receive(message: FromWorker): void {
  const { states } = useRun.getState();
  switch (message.type) {
    case 'ready':
      useRun.setState({ device: message.device });
      break;
    case 'kernels':
      useRun.setState(({ device }) => ({ device: device && { ...device, kernels: message.kernels } }));
      break;
    case 'import-progress':
      importProgress(message);
      break;
    case 'started':
    case 'finished':
    case 'run-failed':
      ofRun(message);
      break;
    case 'progress':
      useRun.setState({ progress: message.progress });
      break;
    case 'regimes':
      if (message.request === undefined) useRun.setState({ regimes: message.report });
      break;
    case 'points':
      curves.addPoints(message.points, runClock.seconds);
      break;
    case 'evaluated':
      evaluated(message);
      break;
    case 'state':
      if (message.state.kind === 'training') curves.at(message.learner, 0, runClock.seconds);
      useRun.setState({ states: new Map(states).set(message.learner, message.state) });
      break;
    case 'probe':
      probed(message.probe);
      break;
    case 'paused':
      whileActive('paused');
      break;
    case 'resumed':
      whileActive('running');
      break;
    case 'saving':
      useSaving.setState({ saving: message.saving });
      break;
    case 'error':
      if (message.request === undefined) useRun.setState({ notice: message.message });
      break;
  }
}
