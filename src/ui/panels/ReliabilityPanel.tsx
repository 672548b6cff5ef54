import { useMemo } from 'react';
import { count, percent } from '../../core/format';
import { stat } from '../../state/aggregate';
import { type Bin, mergeBins, overconfidence } from '../../state/bins';
import { otherClasses } from '../../state/results';
import { shownEvaluations, useRun } from '../../state/run';
import { select } from '../../state/view';
import { ReliabilityChart } from '../charts/lazy';
import { useMeasuredKey, useNames, useShownKeys } from '../hooks';
import { SelectField } from '../kit';
import { Empty, Panel } from './Panel';

const share = (value: number): string => percent(value, 0);

function useBins(key: string): readonly Bin[] {
  const learners = useRun((run) => run.learners);
  const latest = useRun((run) => run.latest);
  return useMemo(() => {
    const { shown } = shownEvaluations({ learners, latest });
    const own = learners.filter((l) => l.key === key).map((l) => shown.get(l.id)?.reliability);
    return mergeBins(own.filter((bins) => bins !== undefined));
  }, [learners, latest, key]);
}

function summaryOf(bins: readonly Bin[], label: string): string {
  const gap = overconfidence(bins);
  const size = percent(Math.abs(gap));
  if (Math.abs(gap) < 0.005) return `${label} is as sure as it is right.`;
  return `${label} is ${size} ${gap > 0 ? 'more sure than right' : 'less sure than right'}.`;
}

/** What one temperature fitted on the validation images would do, once the final test is in. */
function useScaled(key: string): string {
  const learners = useRun((run) => run.learners);
  const latest = useRun((run) => run.latest);
  const scaled = learners.filter((l) => l.key === key).map((l) => latest.get(`${l.id} test`)?.scaled);
  const ece = stat(scaled.map((s) => s?.metrics['ece']));
  const temperature = stat(scaled.map((s) => s?.temperature));
  if (!ece || !temperature) return '';
  return ` Scaled by T = ${temperature.mean.toFixed(2)} its ECE is ${percent(ece.mean)}.`;
}

const tableOf = (bins: readonly Bin[]): string[][] => [
  ['Confidence', 'Images', 'Mean confidence', 'Accuracy'],
  ...bins.map((bin, i) => [
    `${share(i / bins.length)} – ${share((i + 1) / bins.length)}`,
    count(bin.count),
    bin.count ? percent(bin.confidence) : '–',
    bin.count ? percent(bin.accuracy) : '–',
  ]),
];

/** Accuracy by confidence of the selected learner, over the teacher's; bars below count the images per bin. */
export function ReliabilityPanel() {
  const names = useNames();
  const shown = useShownKeys(names);
  const selected = useMeasuredKey();
  const bins = useBins(selected);
  const teacher = useBins('teacher');
  const summary = summaryOf(bins, names.label(selected)) + useScaled(selected);
  const lineOf = (key: string, of: readonly Bin[]) => ({
    bins: of,
    look: names.look(key),
    color: names.color(key),
  });
  const others = useRun((run) => otherClasses(run.learners));
  const ghost = selected === 'teacher' || others ? undefined : lineOf('teacher', teacher);
  const legend = [
    { ...lineOf(selected, bins), label: names.label(selected) },
    ...(ghost ? [{ ...ghost, label: 'Teacher' }] : []),
  ];
  const filled = bins.some((bin) => bin.count > 0);
  const controls = shown.length > 0 && (
    <SelectField
      label="Learner"
      hideLabel
      value={selected}
      options={shown.map(({ key }) => ({ value: key, label: names.label(key) }))}
      onChange={select}
    />
  );
  return (
    <Panel
      title="Reliability"
      note="accuracy by confidence"
      controls={controls}
      table={() => tableOf(bins)}
      legend={legend}
    >
      {filled ? (
        <ReliabilityChart
          label={names.label(selected)}
          summary={summary}
          line={lineOf(selected, bins)}
          ghost={ghost}
        />
      ) : (
        <Empty>Confidence against accuracy of the selected learner, over its teacher’s.</Empty>
      )}
    </Panel>
  );
}
