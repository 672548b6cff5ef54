import { useMemo, useState } from 'react';
import { short } from '../../core/format';
import { useRun } from '../../state/run';
import { LiveChart } from '../charts/lazy';
import { useNames, useShownKeys } from '../hooks';
import { Segments, SelectField } from '../kit';
import { TOTAL_KEY, tableOf, useTrainingLines, useXWord } from './lines';
import { Empty, Panel } from './Panel';

const SMOOTHING = 0.9;

/** Short enough for the axis also when a loss runs away: 2e6. */
const axis = (value: number): string =>
  Math.abs(value) >= 1e5 ? value.toExponential().replace('e+', 'e') : short(value);

/** Training loss per step, in total or split into its terms. */
export function LossPanel() {
  const names = useNames();
  const by = useXWord();
  const shown = useShownKeys(names);
  const learners = useRun((run) => run.learners);
  const [term, setTerm] = useState(TOTAL_KEY);
  const [smooth, setSmooth] = useState<'raw' | 'smooth'>('smooth');
  const terms = useMemo(
    () => [...new Map(learners.flatMap((l) => l.terms.map((t) => [t.key, t.label] as const)))],
    [learners],
  );
  const known = terms.some(([key]) => key === term) ? term : TOTAL_KEY;
  const lines = useTrainingLines(shown, names, known);
  const controls = (
    <>
      <Segments
        label="Drawing of the loss"
        value={smooth}
        options={[
          { value: 'smooth', label: 'Smooth' },
          { value: 'raw', label: 'Raw' },
        ]}
        onChange={setSmooth}
      />
      <SelectField
        label="Loss term"
        hideLabel
        value={known}
        options={[{ value: TOTAL_KEY, label: 'Total' }, ...terms.map(([value, label]) => ({ value, label }))]}
        onChange={setTerm}
      />
    </>
  );
  return (
    <Panel
      title="Training loss"
      note={`by ${by}`}
      controls={controls}
      table={() => tableOf(lines, short)}
      legend={lines}
    >
      {lines.length === 0 ? (
        <Empty>The loss of every learner, step by step, once a run starts.</Empty>
      ) : (
        <LiveChart
          lines={lines}
          label="Training loss"
          planned={Math.max(0, ...learners.map((l) => l.steps))}
          smoothing={smooth === 'smooth' ? SMOOTHING : 0}
          format={axis}
          detail={short}
          fromZero
        />
      )}
    </Panel>
  );
}
