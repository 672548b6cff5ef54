import { useMemo } from 'react';
import { CartesianGrid, LineChart, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts';
import { count, percent } from '../../core/format';
import type { Look } from '../../state/looks';
import { shownEvaluations, useRun } from '../../state/run';
import { select, useView } from '../../state/view';
import { type Bin, mergeBins, overconfidence } from '../charts/bins';
import { markerPath } from '../charts/marker';
import { useSize } from '../charts/useSize';
import { type Names, useNames, useShownKeys } from '../hooks';
import { SelectField } from '../kit';
import { Empty, Panel } from './Panel';

const MARGIN = { top: 8, right: 14, bottom: 0, left: 0 };
const AXIS = 44;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
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

function BinLine({
  bins,
  look,
  color,
  ghost,
}: {
  bins: readonly Bin[];
  look: Look;
  color: string;
  ghost: boolean;
}) {
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (!x || !y) return null;
  const points = bins
    .filter((bin) => bin.count > 0)
    .map((bin) => [x(bin.confidence) ?? 0, y(bin.accuracy) ?? 0]);
  return (
    <g className={ghost ? 'chart-ghost' : 'chart-line'} style={{ color }}>
      <path
        className="chart-main"
        d={points.map(([px, py], i) => `${i ? 'L' : 'M'}${px} ${py}`).join('')}
        strokeWidth={look.width}
        strokeDasharray={look.dash}
      />
      {!ghost &&
        points.map(([px, py], i) => (
          <path
            key={`${i}/${points.length}`}
            className="chart-dot"
            d={markerPath(look.marker, 3.5)}
            transform={`translate(${px} ${py})`}
          />
        ))}
    </g>
  );
}

function Diagonal() {
  const x = useXAxisScale();
  const y = useYAxisScale();
  return <line className="chart-diagonal" x1={x?.(0)} x2={x?.(1)} y1={y?.(0)} y2={y?.(1)} />;
}

function Counts({ bins, color }: { bins: readonly Bin[]; color: string }) {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  return (
    <div className="bin-counts" style={{ paddingLeft: AXIS, paddingRight: MARGIN.right, color }}>
      {bins.map((bin, i) => (
        <div
          key={`${i}/${bins.length}`}
          title={`${share(i / bins.length)} to ${share((i + 1) / bins.length)}: ${count(bin.count)} images`}
          style={{ height: `${bin.count ? Math.max(6, (100 * bin.count) / most) : 0}%` }}
        />
      ))}
    </div>
  );
}

function summaryOf(bins: readonly Bin[], label: string): string {
  const gap = overconfidence(bins);
  const size = percent(Math.abs(gap));
  if (Math.abs(gap) < 0.005) return `${label} is as sure as it is right.`;
  return `${label} is ${size} ${gap > 0 ? 'more sure than right' : 'less sure than right'}.`;
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

function Chart({ selected, bins, names }: { selected: string; bins: readonly Bin[]; names: Names }) {
  const [box, size] = useSize();
  const teacher = useBins('teacher');
  const label = names.label(selected);
  const summary = summaryOf(bins, label);
  return (
    <>
      <section
        ref={box}
        className="live-chart"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: focus reads the summary, as in the other charts
        tabIndex={0}
        aria-label={`Reliability of ${label}. ${summary}`}
      >
        {size.width > 0 && (
          <LineChart
            width={size.width}
            height={size.height}
            data={[]}
            margin={MARGIN}
            accessibilityLayer={false}
            className="chart-frame"
          >
            <CartesianGrid vertical={false} className="chart-grid" />
            <XAxis
              type="number"
              dataKey="x"
              domain={[0, 1]}
              allowDataOverflow
              ticks={TICKS}
              tickFormatter={share}
              height={20}
              tickLine={false}
            />
            <YAxis
              type="number"
              domain={[0, 1]}
              allowDataOverflow
              ticks={size.height < 150 ? [0, 0.5, 1] : TICKS}
              tickFormatter={share}
              width={AXIS}
              axisLine={false}
              tickLine={false}
            />
            <Diagonal />
            {selected !== 'teacher' && (
              <BinLine bins={teacher} look={names.look('teacher')} color={names.color('teacher')} ghost />
            )}
            <BinLine bins={bins} look={names.look(selected)} color={names.color(selected)} ghost={false} />
          </LineChart>
        )}
        <p className="chart-note">{summary}</p>
      </section>
      <Counts bins={bins} color={names.color(selected)} />
    </>
  );
}

/** Accuracy by confidence of the selected learner, over the teacher's; bars below count the images per bin. */
export function ReliabilityPanel() {
  const names = useNames();
  const shown = useShownKeys(names);
  const selected = useView((view) => view.selected);
  const bins = useBins(selected);
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
    <Panel title="Reliability" controls={controls} table={() => tableOf(bins)}>
      {filled ? (
        <Chart selected={selected} bins={bins} names={names} />
      ) : (
        <Empty>Confidence against accuracy of the selected learner, over its teacher’s.</Empty>
      )}
    </Panel>
  );
}
