/** A recharts frame with live lines, a crosshair shared by all charts, and a readout. */

import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { CartesianGrid, LineChart, XAxis, YAxis } from 'recharts';
import { curves } from '../../state/curves';
import { type AxesChoice, type BandKind, setAxes, useView } from '../../state/view';
import { Swatch } from '../Swatch';
import { fromAxis, isPlain, linearTicks, logTicks, X_WORDS } from './axes';
import { type Domains, type Measured, measure, sameDomains } from './domains';
import { measureLabel } from './EndLabels';
import { labelRoom } from './labels';
import { type ChartLine, sentenceOf } from './line';
import { PathLayer } from './PathLayer';
import { Readout } from './Readout';
import { niceDomain, stepTicks } from './scale';
import { useCrosshair } from './useCrosshair';
import { useSize } from './useSize';
import { useSlow } from './useSlow';

const MARGIN = { top: 10, right: 14, bottom: 2, left: 0 };
const AXIS_WIDTH = 44;
const AXIS_HEIGHT = 24;
/** The sentence of a focused chart is read again when it changes, so it changes rarely. */
const SUMMARY_SECONDS = 5;

export interface LiveChartProps extends Measured {
  readonly label: string;
  readonly format: (value: number) => string;
  /** Values under the crosshair, where they are printed finer than on the axis. */
  readonly detail?: (value: number) => string;
}

/** Axis limits, looked at no more than twice a second. */
function useDomains(props: LiveChartProps, axes: AxesChoice, band: BandKind): Domains {
  const [domains, setDomains] = useState(() => measure(props, axes, band));
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let empty = true;
    const look = () => {
      timer = undefined;
      const next = measure(latest.current, axes, band);
      empty = next.empty;
      setDomains((old) => (sameDomains(old, next) ? old : next));
    };
    look();
    const stop = curves.subscribe(() => {
      timer ??= setTimeout(look, empty ? 0 : 500);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [props.lines, props.smoothing, props.planned, axes, band]);
  return domains;
}

interface FrameProps extends Pick<Domains, 'from' | 'end' | 'low' | 'high'> {
  readonly size: { readonly width: number; readonly height: number };
  readonly lines: readonly ChartLine[];
  readonly smoothing: number;
  readonly format: (value: number) => string;
  readonly band: BandKind;
  readonly axes: AxesChoice;
  /** Right margin with the names in it; undefined where the legend names the lines. */
  readonly room: number | undefined;
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
const thousands = (value: number): string => (value >= 1e4 ? `${short(value / 1e3)}k` : short(value));

function xTicksOf({ from, end, axes, size }: FrameProps): readonly number[] {
  const most = size.width < 320 ? 3 : 5;
  if (axes.logX) return logTicks(from, end, most + 1);
  return isPlain({ ...axes, logY: false }) && !axes.zoom
    ? stepTicks(end, most)
    : linearTicks(from, end, most);
}

function yTicksOf({ low, high, axes, size }: FrameProps): readonly number[] {
  const most = size.height < 160 ? 3 : 4;
  if (axes.logY) return logTicks(low, high, most + 2);
  return niceDomain(low, high, most).ticks.filter((tick) => tick >= low && tick <= high);
}

/** Axes and grid by recharts; drawn anew only when the limits, the size or the set of lines change. */
function ChartFrame(props: FrameProps) {
  const { size, lines, smoothing, format, from, end, low, high, band, axes, room } = props;
  const selected = useView((view) => view.selected);
  return (
    <LineChart
      width={size.width}
      height={size.height}
      data={[]}
      margin={{ ...MARGIN, right: room ?? MARGIN.right }}
      accessibilityLayer={false}
      className="chart-frame"
    >
      <CartesianGrid vertical={false} className="chart-grid" />
      <XAxis
        type="number"
        dataKey="step"
        domain={[from, end]}
        allowDataOverflow
        ticks={[...xTicksOf(props)]}
        tickFormatter={(place: number) => thousands(fromAxis(place, axes.logX))}
        height={AXIS_HEIGHT}
        tickLine={false}
        interval="preserveStartEnd"
      />
      <YAxis
        type="number"
        domain={[low, high]}
        allowDataOverflow
        ticks={[...yTicksOf(props)]}
        tickFormatter={(place: number) => format(fromAxis(place, axes.logY))}
        width={AXIS_WIDTH}
        axisLine={false}
        tickLine={false}
      />
      <PathLayer
        {...{ lines, smoothing, from, end, low, high, selected, band, axes }}
        named={room !== undefined}
      />
    </LineChart>
  );
}

/** Whose line is whose, where the lines have no room for names. Screen readers have the summary. */
function Legend({ lines }: { lines: readonly ChartLine[] }) {
  return (
    <ul className="chart-legend" aria-hidden="true">
      {lines.map((line) => (
        <li key={line.key}>
          <Swatch look={line.look} width={20} /> {line.label}
        </li>
      ))}
    </ul>
  );
}

/** The part of the x axis that is being dragged over. */
function DragBand({ drag: [a, b] }: { drag: readonly [number, number] }) {
  return <div className="drag-band" style={{ left: AXIS_WIDTH + Math.min(a, b), width: Math.abs(b - a) }} />;
}

/** Re-drawn by React only when its lines or settings change; points arrive through the curves. */
export const LiveChart = memo(function LiveChart(props: LiveChartProps) {
  const { lines, label, format, detail = format, smoothing = 0 } = props;
  const summary = useSlow(
    useCallback(() => sentenceOf(lines, detail), [lines, detail]),
    SUMMARY_SECONDS,
  );
  const [box, size] = useSize();
  const band = useView((view) => view.band);
  const axes = useView((view) => view.axes);
  const domains = useDomains(props, axes, band);
  const labels = lines.map((line) => line.label);
  const room = labelRoom(labels, size.width, measureLabel);
  const plotWidth = size.width - AXIS_WIDTH - (room ?? MARGIN.right);
  const { active, drag, handlers } = useCrosshair(domains, axes, AXIS_WIDTH, plotWidth);
  return (
    <>
      {size.width > 0 && room === undefined && <Legend lines={lines} />}
      <section
        ref={box}
        className="live-chart"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the crosshair, so the chart takes focus
        tabIndex={0}
        aria-label={`${label} by ${X_WORDS[axes.x]}. ${summary} Arrow keys move the crosshair, plus and minus zoom.`}
        {...handlers}
      >
        {domains.empty && <p className="chart-waiting">Waiting for the first numbers</p>}
        {size.width > 0 && !domains.empty && (
          <div className="chart-box">
            <ChartFrame {...domains} {...{ size, lines, smoothing, format, band, axes, room }} />
          </div>
        )}
        {drag && <DragBand drag={drag} />}
        {axes.zoom && !domains.empty && (
          <button type="button" className="zoom-out" onClick={() => setAxes({ zoom: undefined })}>
            Show all
          </button>
        )}
        {active && (
          <Readout
            lines={lines}
            smoothing={smoothing}
            domains={domains}
            axes={axes}
            left={AXIS_WIDTH}
            width={plotWidth}
            format={detail}
          />
        )}
      </section>
    </>
  );
});
