/** Accuracy by confidence inside a recharts frame, with the number of images per bin as bars below. */
import { CartesianGrid, LineChart, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts';
import { count, percent } from '../../core/format';
import type { Bin } from '../../state/bins';
import type { Look } from '../../state/looks';
import { markerPath } from './marker';
import { useSize } from './useSize';

const MARGIN = { top: 8, right: 20, bottom: 0, left: 0 };
const AXIS = 44;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const share = (value: number): string => percent(value, 0);

/** What both axes have in common. */
const SHARES = { type: 'number', domain: [0, 1], allowDataOverflow: true, tickFormatter: share } as const;

export interface BinLineProps {
  readonly bins: readonly Bin[];
  readonly look: Look;
  readonly color: string;
}

function BinLine({ bins, look, color, ghost = false }: BinLineProps & { ghost?: boolean }) {
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

interface Props {
  readonly label: string;
  readonly summary: string;
  readonly line: BinLineProps;
  /** The teacher behind the line; undefined when the line is the teacher's. */
  readonly ghost: BinLineProps | undefined;
}

export function ReliabilityChart({ label, summary, line, ghost }: Props) {
  const [box, size] = useSize();
  return (
    <>
      <p className="chart-note" title={summary}>
        {summary}
      </p>
      <section
        ref={box}
        className="live-chart"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: focus reads the summary, as in the other charts
        tabIndex={0}
        aria-label={`Reliability of ${label}. ${summary}`}
      >
        {size.width > 0 && (
          <div className="chart-box">
            <LineChart
              width={size.width}
              height={size.height}
              data={[]}
              margin={MARGIN}
              accessibilityLayer={false}
              className="chart-frame"
            >
              <CartesianGrid vertical={false} className="chart-grid" />
              <XAxis {...SHARES} dataKey="x" ticks={TICKS} height={20} tickLine={false} />
              <YAxis
                {...SHARES}
                ticks={size.height < 150 ? [0, 0.5, 1] : TICKS}
                width={AXIS}
                axisLine={false}
                tickLine={false}
              />
              <Diagonal />
              {ghost && <BinLine {...ghost} ghost />}
              <BinLine {...line} />
            </LineChart>
          </div>
        )}
      </section>
      <Counts bins={line.bins} color={line.color} />
    </>
  );
}
