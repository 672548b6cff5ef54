/** Points of two numbers each, coloured by a third where there is one. */
import { HUES } from '../../state/looks';
import type { Probe } from '../../worker/protocol';
import { useNames } from '../hooks';
import { rangeOf } from './range';

const MOST = 1000;
/** A few points may be larger. */
const FEW = 60;
/** Nothing is cut off at the edge, where the smallest and the largest lie. */
const INSET = 5;

interface Props {
  /** Rows of `[x, y]`, or `[x, y, group]` with groups counted from 0. */
  readonly data: Probe['panels'][number];
  readonly color: string;
  readonly width: number;
  readonly height: number;
}

export function Scatter({ data, color, width, height }: Props) {
  const { scheme } = useNames();
  const columns = data.shape.at(-1) ?? 2;
  const points = Array.from({ length: Math.min(MOST, Math.floor(data.data.length / columns)) }, (_, i) => [
    ...data.data.subarray(i * columns, i * columns + 3 - Number(columns < 3)),
  ]);
  const [left, right] = rangeOf(Float32Array.from(points, (p) => p[0] ?? 0));
  const [low, high] = rangeOf(Float32Array.from(points, (p) => p[1] ?? 0));
  const hues = HUES[scheme];
  const radius = points.length > FEW ? 2 : 4;
  return (
    <>
      {points.map(([x = 0, y = 0, group], i) => (
        <circle
          key={`${i}/${points.length}`}
          cx={INSET + ((x - left) / (right - left)) * (width - 2 * INSET)}
          cy={height - INSET - ((y - low) / (high - low)) * (height - 2 * INSET)}
          r={radius}
          fill={group === undefined ? color : (hues[group % hues.length] ?? color)}
          opacity={0.6}
        />
      ))}
    </>
  );
}
