import { useState } from 'react';
import { short } from '../../core/format';
import { metrics } from '../../metrics/index';
import { useRun } from '../../state/run';
import { LiveChart } from '../charts/lazy';
import { useNames, useShownKeys } from '../hooks';
import { Segments } from '../kit';
import { tableOf, useMetricLines, useXWord } from './lines';
import { Empty, Panel } from './Panel';

const CHOICES = ['ece', 'nll', 'brier'].filter((id) => metrics.has(id));

/** How honest the confidences are, over time. Lower is better for all three. */
export function CalibrationPanel() {
  const names = useNames();
  const by = useXWord();
  const shown = useShownKeys(names);
  const learners = useRun((run) => run.learners);
  const [metric, setMetric] = useState(CHOICES[0] ?? 'ece');
  const lines = useMetricLines(shown, names, metric);
  const card = metrics.has(metric) ? metrics.get(metric) : undefined;
  const options = CHOICES.map((id) => ({ value: id, label: metrics.get(id).short }));
  return (
    <Panel
      title="Calibration"
      note={`by ${by}, lower is better`}
      controls={<Segments label="Measure" value={metric} options={options} onChange={setMetric} />}
      table={() => tableOf(lines, short)}
      legend={lines}
    >
      {lines.length === 0 ? (
        <Empty>How far confidence and accuracy lie apart. Lower is better.</Empty>
      ) : (
        <LiveChart
          lines={lines}
          label={`${card?.name ?? metric} on validation images, lower is better`}
          planned={Math.max(0, ...learners.map((l) => l.steps))}
          format={short}
          fromZero
        />
      )}
    </Panel>
  );
}
