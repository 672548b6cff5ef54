/** Our own lines inside a recharts frame: `d` attributes written by ref, so React never sees a point. */

import { useEffect, useId, useRef } from 'react';
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import { type AxesChoice, type BandKind, useView } from '../../state/view';
import { fromAxis, onAxis, toAxis } from './axes';
import { drawEnds, EndLabels, type LineEnd } from './EndLabels';
import { onFrame } from './frame';
import { bandOf, type ChartLine, lineValues, memberValues, placeOf, spine, valueNear } from './line';
import { markerPath } from './marker';
import { bandPath, type Frame, frameX, frameY, linePath, type ValueAt } from './path';

interface Props {
  readonly lines: readonly ChartLine[];
  readonly smoothing: number;
  /** Ends of the axes, in their coordinates. */
  readonly from: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
  readonly selected: string;
  readonly band: BandKind;
  readonly axes: AxesChoice;
  /** Names at the ends of the lines. */
  readonly named: boolean;
}

function useFrame(from: number, end: number, low: number, high: number): Frame | undefined {
  const x = useXAxisScale();
  const y = useYAxisScale();
  const [left, right, bottom, top] = [x?.(from), x?.(end), y?.(low), y?.(high)];
  if (left === undefined || right === undefined || bottom === undefined || top === undefined)
    return undefined;
  const perUnit = (top - bottom) / (high - low);
  return {
    left,
    perStep: (right - left) / (end - from),
    stepMin: from,
    zero: bottom - low * perUnit,
    perUnit,
  };
}

/** The frame as the steps of one line see it. */
const frameOf = (frame: Frame, line: ChartLine, { logX }: AxesChoice): Frame =>
  line.x || logX ? { ...frame, place: (step) => toAxis(placeOf(line, step), logX) } : frame;

interface Drawn {
  readonly stamp: number;
  readonly values: ValueAt;
}

/** Writes the paths of one line, unless its numbers are those of `drawn`. */
function drawPaths(
  group: SVGGElement,
  line: ChartLine,
  frame: Frame,
  smoothing: number,
  { band: kind, axes }: { readonly band: BandKind; readonly axes: AxesChoice },
  drawn: Drawn | undefined,
): Drawn {
  const stamp = line.members.reduce((sum, { series }) => sum + series.version, 0);
  if (drawn?.stamp === stamp) return drawn;
  const base = spine(line);
  const values = onAxis(lineValues(line, smoothing), axes.logY);
  const [area, main, , ...faint] = group.children as unknown as SVGPathElement[];
  if (base) main?.setAttribute('d', linePath(base, values, frame));
  const band = bandOf(line, smoothing, kind);
  area?.setAttribute(
    'd',
    base && band ? bandPath(base, onAxis(band.low, axes.logY), onAxis(band.high, axes.logY), frame) : '',
  );
  // Single runs are drawn raw, so that smoothing hides nothing.
  faint.forEach((path, i) => {
    const member = line.members[i];
    if (member)
      path.setAttribute('d', linePath(member.series, onAxis(memberValues(member, 0), axes.logY), frame));
  });
  return { stamp, values };
}

/** Puts the marker on the crosshair, or on the last value. */
function drawDot(
  group: SVGGElement,
  line: ChartLine,
  frame: Frame,
  values: ValueAt,
  cursor: number | undefined,
) {
  const point = valueNear(line, cursor ?? placeOf(line, spine(line)?.lastStep ?? 0), values);
  const dot = group.children[2];
  dot?.setAttribute('visibility', point ? 'visible' : 'hidden');
  if (point)
    dot?.setAttribute('transform', `translate(${frameX(frame, point.step)} ${frameY(frame, point.value)})`);
}

/** Where the bold line ends or leaves the plot, in pixels; `last`: the right end of the x axis, in its unit. */
function endOf(line: ChartLine, frame: Frame, values: ValueAt, last: number): LineEnd[] {
  const place = placeOf(line, spine(line)?.lastStep ?? 0);
  const point = valueNear(line, Math.min(place, last), values);
  return point ? [{ key: line.key, x: frameX(frame, point.step), y: frameY(frame, point.value) }] : [];
}

export function PathLayer({ lines, smoothing, from, end, low, high, selected, band, axes, named }: Props) {
  const frame = useFrame(from, end, low, high);
  const plot = usePlotArea();
  const groups = useRef(new Map<string, SVGGElement>());
  const names = useRef(new Map<string, SVGGElement>());
  const hair = useRef<SVGLineElement>(null);
  const clip = useId();
  useEffect(() => {
    if (!frame) return;
    const drawn = new Map<string, Drawn>();
    const draw = () => {
      const { cursor } = useView.getState();
      const ends: LineEnd[] = [];
      for (const line of lines) {
        const group = groups.current.get(line.key);
        if (!group) continue;
        const own = frameOf(frame, line, axes);
        const now = drawPaths(group, line, own, smoothing, { band, axes }, drawn.get(line.key));
        drawn.set(line.key, now);
        drawDot(group, line, own, now.values, cursor);
        if (named) ends.push(...endOf(line, own, now.values, fromAxis(end, axes.logX)));
      }
      if (named && plot) {
        const area = { right: plot.x + plot.width, top: plot.y + 2, bottom: plot.y + plot.height };
        drawEnds(names.current, ends, area, selected);
      }
      const place = cursor === undefined ? Number.NaN : toAxis(cursor, axes.logX);
      const x = place >= from && place <= end ? frameX(frame, place) : Number.NaN;
      hair.current?.setAttribute('visibility', Number.isFinite(x) ? 'visible' : 'hidden');
      if (Number.isFinite(x)) hair.current?.setAttribute('transform', `translate(${x} 0)`);
    };
    return onFrame(draw);
  });
  if (!plot) return null;
  return (
    <g>
      <clipPath id={clip}>
        <rect x={plot.x - 1} y={plot.y - 6} width={plot.width + 8} height={plot.height + 12} />
      </clipPath>
      <line ref={hair} className="chart-hair" y1={plot.y} y2={plot.y + plot.height} visibility="hidden" />
      <g clipPath={`url(#${clip})`}>
        {lines.map((line) => (
          <g
            key={line.key}
            ref={(element) => {
              if (element) groups.current.set(line.key, element);
              else groups.current.delete(line.key);
            }}
            className={line.key === selected ? 'chart-line chart-line-selected' : 'chart-line'}
            style={{ color: line.color }}
          >
            <path className="chart-band" />
            <path className="chart-main" strokeDasharray={line.look.dash} strokeWidth={line.look.width} />
            <path className="chart-dot" d={markerPath(line.look.marker)} visibility="hidden" />
            {(line.members.length > 1 || smoothing > 0) &&
              line.members.map((member, i) => <path key={`${i}:${member.column}`} className="chart-faint" />)}
          </g>
        ))}
      </g>
      {named && <EndLabels lines={lines} selected={selected} groups={names} />}
    </g>
  );
}
