/** Points of two numbers each, coloured by a third where there is one. */
import { HUES } from '../../state/looks';
import type { Probe } from '../../worker/protocol';
import { useNames } from '../hooks';
import { rangeOf } from './range';

const MOST = 1000;

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
  return (
    <>
      {points.map(([x = 0, y = 0, group], i) => (
        <circle
          key={`${i}/${points.length}`}
          cx={((x - left) / (right - left)) * width}
          cy={height - ((y - low) / (high - low)) * height}
          r={2}
          fill={group === undefined ? color : (hues[group % hues.length] ?? color)}
          opacity={0.6}
        />
      ))}
    </>
  );
}
