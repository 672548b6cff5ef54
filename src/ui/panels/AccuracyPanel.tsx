import { useState } from 'react';
import { percent } from '../../core/format';
import { BATCH_ACCURACY } from '../../state/curves';
import { useRun } from '../../state/run';
import { LiveChart } from '../charts/lazy';
import { useNames, useShownKeys } from '../hooks';
import { Segments } from '../kit';
import { tableOf, useColumnLines, useMetricLines, useXWord } from './lines';
import { Empty, Panel } from './Panel';

const format = (value: number): string => percent(value);
/** As many digits as the tick has, so that no two ticks read the same. */
const axis = (value: number): string => `${Number((100 * value).toFixed(2))}%`;

/** Accuracy on the validation images after every epoch, or on the training batches. */
export function AccuracyPanel() {
  const names = useNames();
  const by = useXWord();
  const shown = useShownKeys(names);
  const learners = useRun((run) => run.learners);
  const [split, setSplit] = useState<'validation' | 'batches'>('validation');
  const validation = useMetricLines(shown, names, 'accuracy');
  const batches = useColumnLines(shown, names, split === 'batches' ? BATCH_ACCURACY : undefined);
  const lines = split === 'validation' ? validation : batches;
  const controls = (
    <Segments
      label="Measured on"
      value={split}
      options={[
        { value: 'validation', label: 'Validation' },
        { value: 'batches', label: 'Training' },
      ]}
      onChange={setSplit}
    />
  );
  return (
    <Panel
      title="Accuracy"
      note={`by ${by}`}
      controls={controls}
      table={() => tableOf(lines, format)}
      legend={lines}
    >
      {lines.length === 0 ? (
        <Empty>How many images each learner gets right, measured after every epoch.</Empty>
      ) : (
        <LiveChart
          lines={lines}
          label={`Accuracy on ${split === 'validation' ? 'validation images' : 'training batches'}`}
          planned={Math.max(0, ...learners.map((l) => l.steps))}
          smoothing={split === 'batches' ? 0.9 : 0}
          format={axis}
          detail={format}
          limits={[0, 1]}
        />
      )}
    </Panel>
  );
}
