/** Our own lines inside a recharts frame: `d` attributes written by ref, so React never sees a point. */

import { useEffect, useId, useRef } from 'react';
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import { useView } from '../../state/view';
import { onFrame } from './frame';
import { type ChartLine, lineValues, spine, valueNear } from './line';
import { markerPath } from './marker';
import { type Frame, frameX, frameY, linePath } from './path';

/** Most lines whose raw values are drawn faintly behind the smoothed ones; more is only noise. */
const RAW_LIMIT = 5;

interface Props {
  readonly lines: readonly ChartLine[];
  readonly smoothing: number;
  readonly end: number;
  readonly low: number;
  readonly high: number;
  readonly selected: string;
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

function drawLine(
  group: SVGGElement,
  line: ChartLine,
  frame: Frame,
  smoothing: number,
  cursor: number | undefined,
) {
  const base = spine(line);
  const [main, dot, ...faint] = group.children as unknown as SVGPathElement[];
  if (!base || !main || !dot) return;
  const values = lineValues(line, smoothing);
  main.setAttribute('d', linePath(base, values, frame));
  faint.forEach((path, i) => {
    const member = line.members[i];
    if (member)
      path.setAttribute(
        'd',
        linePath(member.series, (row) => member.series.value(row, member.column), frame),
      );
  });
  const point = valueNear(line, cursor ?? base.lastStep, values);
  dot.setAttribute('visibility', point ? 'visible' : 'hidden');
  if (point)
    dot.setAttribute('transform', `translate(${frameX(frame, point.step)} ${frameY(frame, point.value)})`);
}

export function PathLayer({ lines, smoothing, end, low, high, selected }: Props) {
  const frame = useFrame(end, low, high);
  const plot = usePlotArea();
  const groups = useRef(new Map<string, SVGGElement>());
  const hair = useRef<SVGLineElement>(null);
  const clip = useId();
  useEffect(() => {
    if (!frame) return;
    const draw = () => {
      const { cursor } = useView.getState();
      for (const line of lines) {
        const group = groups.current.get(line.key);
        if (group) drawLine(group, line, frame, smoothing, cursor);
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
            <path className="chart-main" strokeDasharray={line.look.dash} strokeWidth={line.look.width} />
            <path className="chart-dot" d={markerPath(line.look.marker)} visibility="hidden" />
            {(smoothing > 0 ? members <= RAW_LIMIT : line.members.length > 1) &&
              line.members.map((member, i) => <path key={`${i}:${member.column}`} className="chart-faint" />)}
          </g>
        ))}
      </g>
    </g>
  );
}
