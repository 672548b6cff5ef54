import { curves } from '../../state/curves';
import { fileName, historyCsv, resultsCsv, setupJson } from '../../state/exports';
import { experimentName, studentLabels } from '../../state/naming';
import { useRun } from '../../state/run';
import { canAsk } from '../../state/samples';
import { useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import { cardOf } from '../hooks';
import { Button, Menu, type MenuItem } from '../kit';
import { save } from '../save';

/** The set-up behind the numbers on screen: the running one, or the edited one while nothing runs. */
const shown = () => useRun.getState().running ?? useSetup.getState().config;
const named = (what: string): string => fileName(experimentName(shown(), cardOf), what);

function saveHistory(): void {
  save(named('curves.csv'), historyCsv(useRun.getState().learners, curves), 'text/csv');
}

function saveResults(): void {
  const { learners, states, latest, progress } = useRun.getState();
  const labels = studentLabels(shown().students, cardOf);
  const milliseconds = progress?.learnerMilliseconds ?? {};
  save(named('results.csv'), resultsCsv({ learners, labels, states, latest, milliseconds }), 'text/csv');
}

async function saveJson(): Promise<void> {
  const { runJson } = await import('../../state/results-json');
  const { learners, states, latest, progress } = useRun.getState();
  const config = shown();
  const labels = studentLabels(config.students, cardOf);
  const milliseconds = progress?.learnerMilliseconds ?? {};
  const content = runJson({ config, learners, labels, states, latest, milliseconds, curves });
  save(named('run.json'), content, 'application/json');
}

/** Saves the set-up, the curves or the results as a file. */
export function useExports(): readonly MenuItem[] {
  const empty = useRun((run) => run.learners.length === 0);
  const wait = 'Once a run has started';
  const still = useRun((run) => canAsk(run.status));
  return [
    {
      label: 'Set-up (JSON)',
      detail: 'Every setting; the command line takes it too',
      onSelect: () => save(named('setup.json'), setupJson(shown()), 'application/json'),
    },
    {
      label: 'Results (CSV)',
      detail: empty ? wait : 'One line per learner, seed and split',
      disabled: empty,
      onSelect: saveResults,
    },
    {
      label: 'Curves (CSV)',
      detail: empty ? wait : 'One line per number of the charts',
      disabled: empty,
      onSelect: saveHistory,
    },
    {
      label: 'Results and curves (JSON)',
      detail: empty ? wait : 'All of it in one file, with confusion and reliability',
      disabled: empty,
      onSelect: () => void saveJson(),
    },
    {
      label: 'Networks (ONNX, TF.js, safetensors)…',
      detail: still ? 'Trained networks with classes and preprocessing' : 'Once a run is paused or finished',
      disabled: !still,
      onSelect: () => useView.setState({ networks: true }),
    },
    {
      label: 'Networks kept here…',
      detail: 'Keep trained networks in this browser, as teachers of later runs',
      onSelect: () => useView.setState({ library: true }),
    },
    {
      label: 'PyTorch and torchdistill…',
      detail: 'This set-up as Python code, with its images and splits',
      onSelect: () => useView.setState({ python: true }),
    },
  ];
}

export function ExportMenu() {
  return (
    <Menu
      trigger={
        <Button tone="quiet" className="wide-only">
          Export
        </Button>
      }
      items={useExports()}
    />
  );
}
