/** A recharts frame with live lines, a crosshair shared by all charts, and a readout. */

import { type KeyboardEvent, memo, type PointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import { CartesianGrid, LineChart, XAxis, YAxis } from 'recharts';
import { curves } from '../../state/curves';
import { useView } from '../../state/view';
import { Swatch } from '../Swatch';
import { measureLabel } from './EndLabels';
import { invalidate } from './frame';
import { labelRoom } from './labels';
import { type BandKind, bandOf, type ChartLine, lineValues, memberValues, sentenceOf, spine } from './line';
import { PathLayer } from './PathLayer';
import { extent } from './path';
import { Readout } from './Readout';
import { growingEnd, niceDomain, stepTicks } from './scale';
import { useSize } from './useSize';
import { useSlow } from './useSlow';

const MARGIN = { top: 10, right: 14, bottom: 2, left: 0 };
const AXIS_WIDTH = 44;
const AXIS_HEIGHT = 24;
/** The sentence of a focused chart is read again when it changes, so it changes rarely. */
const SUMMARY_SECONDS = 5;

export interface LiveChartProps {
  readonly lines: readonly ChartLine[];
  readonly label: string;
  /** Planned last step. */
  readonly planned: number;
  readonly smoothing?: number;
  readonly format: (value: number) => string;
  /** Values under the crosshair, where they are printed finer than on the axis. */
  readonly detail?: (value: number) => string;
  /** Hard limits of the values, where the quantity has them. */
  readonly limits?: readonly [number, number];
  readonly fromZero?: boolean;
}

interface Domains {
  /** No number has come in yet. */
  readonly empty: boolean;
  readonly end: number;
  readonly low: number;
  readonly high: number;
}

/** Limits around every line, single runs and bands included; the first twentieth, where losses start high, does not count once there is more. */
function measure(props: LiveChartProps, kind: BandKind): Domains {
  let [low, high, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const line of props.lines) {
    const base = spine(line);
    if (!base) continue;
    last = Math.max(last, base.lastStep);
    const from = base.length > 40 ? Math.ceil(base.length / 20) : 0;
    const range = extent(base.length, lineValues(line, props.smoothing ?? 0), from);
    if (!range) continue;
    low = Math.min(low, range[0]);
    high = Math.max(high, range[1]);
    const band = bandOf(line, props.smoothing ?? 0, kind);
    if (!band) continue;
    const runs = line.members.map((member) => memberValues(member, props.smoothing ?? 0));
    for (const values of [band.low, band.high, ...runs]) {
      const own = extent(base.length, values, from);
      low = Math.min(low, own?.[0] ?? low);
      high = Math.max(high, own?.[1] ?? high);
    }
  }
  if (props.fromZero && low > 0) low = 0;
  const nice = niceDomain(low, high);
  const [floor, ceiling] = props.limits ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return {
    empty: last === 0,
    end: growingEnd(last, props.planned),
    low: Math.max(nice.min, floor),
    high: Math.min(nice.max, ceiling),
  };
}

/** Axis limits, looked at no more than twice a second. */
function useDomains(props: LiveChartProps, band: BandKind): Domains {
  const [domains, setDomains] = useState(() => measure(props, band));
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let empty = true;
    const look = () => {
      timer = undefined;
      const next = measure(latest.current, band);
      empty = next.empty;
      setDomains((old) =>
        old.empty === next.empty && old.end === next.end && old.low === next.low && old.high === next.high
          ? old
          : next,
      );
    };
    look();
    const stop = curves.subscribe(() => {
      timer ??= setTimeout(look, empty ? 0 : 500);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [props.lines, props.smoothing, props.planned, band]);
  return domains;
}

function moveCursor(step: number | undefined, end: number): void {
  useView.setState({ cursor: step === undefined ? undefined : Math.round(Math.min(end, Math.max(0, step))) });
  invalidate();
}

function keyStep(event: KeyboardEvent, end: number): number | undefined | 'other' {
  const cursor = useView.getState().cursor ?? end;
  const jump = Math.max(1, Math.round(end / (event.shiftKey ? 10 : 100)));
  if (event.key === 'ArrowLeft') return cursor - jump;
  if (event.key === 'ArrowRight') return cursor + jump;
  if (event.key === 'Home') return 0;
  if (event.key === 'End') return end;
  return event.key === 'Escape' ? undefined : 'other';
}

/** Pointer and key handlers that move the shared crosshair, and whether this chart is the one being read. */
function useCrosshair(end: number, plotWidth: number) {
  const [active, setActive] = useState(false);
  const leave = () => {
    setActive(false);
    moveCursor(undefined, end);
  };
  const handlers = {
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const x = event.clientX - event.currentTarget.getBoundingClientRect().left - AXIS_WIDTH;
      setActive(true);
      moveCursor(x < -8 ? undefined : (x / plotWidth) * end, end);
    },
    onPointerLeave: leave,
    onBlur: leave,
    onKeyDown: (event: KeyboardEvent) => {
      const step = keyStep(event, end);
      if (step === 'other') return;
      event.preventDefault();
      setActive(step !== undefined);
      moveCursor(step, end);
    },
  };
  return { active, handlers };
}

interface FrameProps extends Omit<Domains, 'empty'> {
  readonly size: { readonly width: number; readonly height: number };
  readonly lines: readonly ChartLine[];
  readonly smoothing: number;
  readonly format: (value: number) => string;
  readonly band: BandKind;
  /** Right margin with the names in it; undefined where the legend names the lines. */
  readonly room: number | undefined;
}

/** Axes and grid by recharts; drawn anew only when the limits, the size or the set of lines change. */
function ChartFrame({ size, lines, smoothing, format, end, low, high, band, room }: FrameProps) {
  const selected = useView((view) => view.selected);
  const yTicks = niceDomain(low, high, size.height < 160 ? 3 : 4).ticks;
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
        domain={[0, end]}
        allowDataOverflow
        ticks={[...stepTicks(end, size.width < 320 ? 3 : 5)]}
        height={AXIS_HEIGHT}
        tickLine={false}
        interval="preserveStartEnd"
      />
      <YAxis
        type="number"
        domain={[low, high]}
        allowDataOverflow
        ticks={yTicks.filter((t) => t >= low && t <= high)}
        tickFormatter={format}
        width={AXIS_WIDTH}
        axisLine={false}
        tickLine={false}
      />
      <PathLayer {...{ lines, smoothing, end, low, high, selected, band }} named={room !== undefined} />
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

/** Re-drawn by React only when its lines or settings change; points arrive through the curves. */
export const LiveChart = memo(function LiveChart(props: LiveChartProps) {
  const { lines, label, format, detail = format, smoothing = 0 } = props;
  const summary = useSlow(
    useCallback(() => sentenceOf(lines, detail), [lines, detail]),
    SUMMARY_SECONDS,
  );
  const [box, size] = useSize();
  const band = useView((view) => view.band);
  const domains = useDomains(props, band);
  const labels = lines.map((line) => line.label);
  const room = labelRoom(labels, size.width, measureLabel);
  const plotWidth = size.width - AXIS_WIDTH - (room ?? MARGIN.right);
  const { active, handlers } = useCrosshair(domains.end, plotWidth);
  return (
    <>
      {size.width > 0 && room === undefined && <Legend lines={lines} />}
      <section
        ref={box}
        className="live-chart"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the crosshair, so the chart takes focus
        tabIndex={0}
        aria-label={`${label}. ${summary} Arrow keys move the crosshair.`}
        {...handlers}
      >
        {domains.empty && <p className="chart-waiting">Waiting for the first numbers</p>}
        {size.width > 0 && !domains.empty && (
          <div className="chart-box">
            <ChartFrame {...domains} {...{ size, lines, smoothing, format, band, room }} />
          </div>
        )}
        {active && (
          <Readout
            lines={lines}
            smoothing={smoothing}
            end={domains.end}
            left={AXIS_WIDTH}
            width={plotWidth}
            format={detail}
          />
        )}
      </section>
    </>
  );
});
