/** Our own lines inside a recharts frame: `d` attributes written by ref, so React never sees a point. */

import { useEffect, useId, useRef } from 'react';
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import { useView } from '../../state/view';
import { drawEnds, EndLabels, type LineEnd } from './EndLabels';
import { onFrame } from './frame';
import { type BandKind, bandOf, type ChartLine, lineValues, memberValues, spine, valueNear } from './line';
import { markerPath } from './marker';
import { bandPath, type Frame, frameX, frameY, linePath, type ValueAt } from './path';

/** Most lines whose raw values are drawn faintly behind the smoothed ones; more is only noise. */
const RAW_LIMIT = 5;

interface Props {
  readonly lines: readonly ChartLine[];
  readonly smoothing: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
  readonly selected: string;
  readonly band: BandKind;
  /** Names at the ends of the lines. */
  readonly named: boolean;
}

function useFrame(end: number, low: number, high: number): Frame | undefined {
  const x = useXAxisScale();
  const y = useYAxisScale();
  const [left, right, bottom, top] = [x?.(0), x?.(end), y?.(low), y?.(high)];
  if (left === undefined || right === undefined || bottom === undefined || top === undefined)
    return undefined;
  const perUnit = (top - bottom) / (high - low);
  return { left, perStep: (right - left) / end, stepMin: 0, zero: bottom - low * perUnit, perUnit };
}

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
  kind: BandKind,
  drawn: Drawn | undefined,
): Drawn {
  const stamp = line.members.reduce((sum, { series }) => sum + series.version, 0);
  if (drawn?.stamp === stamp) return drawn;
  const base = spine(line);
  const values = lineValues(line, smoothing);
  const [area, main, , ...faint] = group.children as unknown as SVGPathElement[];
  if (base) main?.setAttribute('d', linePath(base, values, frame));
  const band = bandOf(line, smoothing, kind);
  area?.setAttribute('d', base && band ? bandPath(base, band.low, band.high, frame) : '');
  // A single run is drawn raw behind its smoothed self; several are drawn as their mean is.
  const thin = line.members.length > 1 ? smoothing : 0;
  faint.forEach((path, i) => {
    const member = line.members[i];
    if (member) path.setAttribute('d', linePath(member.series, memberValues(member, thin), frame));
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
  const point = valueNear(line, cursor ?? spine(line)?.lastStep ?? 0, values);
  const dot = group.children[2];
  dot?.setAttribute('visibility', point ? 'visible' : 'hidden');
  if (point)
    dot?.setAttribute('transform', `translate(${frameX(frame, point.step)} ${frameY(frame, point.value)})`);
}

/** Where the bold line ends, in pixels. */
function endOf(line: ChartLine, frame: Frame, values: ValueAt): LineEnd[] {
  const point = valueNear(line, spine(line)?.lastStep ?? 0, values);
  return point ? [{ key: line.key, x: frameX(frame, point.step), y: frameY(frame, point.value) }] : [];
}

export function PathLayer({ lines, smoothing, end, low, high, selected, band, named }: Props) {
  const frame = useFrame(end, low, high);
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
        const now = drawPaths(group, line, frame, smoothing, band, drawn.get(line.key));
        drawn.set(line.key, now);
        drawDot(group, line, frame, now.values, cursor);
        if (named) ends.push(...endOf(line, frame, now.values));
      }
      if (named && plot) {
        const area = { right: plot.x + plot.width, top: plot.y + 2, bottom: plot.y + plot.height };
        drawEnds(names.current, ends, area, selected);
      }
      const x = cursor === undefined ? Number.NaN : frameX(frame, Math.min(cursor, end));
      hair.current?.setAttribute('visibility', Number.isFinite(x) ? 'visible' : 'hidden');
      if (Number.isFinite(x)) hair.current?.setAttribute('transform', `translate(${x} 0)`);
    };
    return onFrame(draw);
  });
  const members = lines.reduce((sum, line) => sum + line.members.length, 0);
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
            {(line.members.length > 1 || (smoothing > 0 && members <= RAW_LIMIT)) &&
              line.members.map((member, i) => <path key={`${i}:${member.column}`} className="chart-faint" />)}
          </g>
        ))}
      </g>
      {named && <EndLabels lines={lines} selected={selected} groups={names} />}
    </g>
  );
}
