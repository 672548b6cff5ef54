/** Pictures whose parts are named groups: stacked shares, and curves coloured by their group. */
import { percent, short } from '../../core/format';
import type { Panel } from '../../core/panel';
import { HUES, INK } from '../../state/looks';
import type { Series } from '../../state/series';
import type { Probe } from '../../worker/protocol';
import { useNames } from '../hooks';

type Data = Probe['panels'][number];

interface Props {
  readonly data: Data;
  /** All that was sent so far, where it is a few numbers. */
  readonly history: Series | undefined;
  readonly groups: readonly string[];
  readonly width: number;
  readonly height: number;
}

/** Rows of a tensor whose last axis has `columns` entries. */
function rowsOf(data: Float32Array, columns: number): number[][] {
  return Array.from({ length: Math.floor(data.length / columns) }, (_, i) => [
    ...data.subarray(i * columns, (i + 1) * columns),
  ]);
}

export function useGroupColors(): (group: number) => string {
  const { scheme } = useNames();
  return (group) => HUES[scheme][group] ?? INK[scheme];
}

/** One stacked bar per row; of a single row, one per step so far. */
export function Shares({ data, history, groups, width, height }: Props) {
  const color = useGroupColors();
  const bars = data.shape.length === 1 && history ? history.rows : rowsOf(data.data, groups.length);
  const step = width / Math.max(1, bars.length);
  const gap = bars.length > 1 ? Math.min(1, step / 5) : 0;
  return (
    <>
      {bars.flatMap((shares, bar) => {
        let top = 0;
        return shares.map((share, group) => {
          const y = top;
          top += share * height;
          return (
            <rect
              key={`${groups[group]} ${bar + 1}/${bars.length}`}
              x={bar * step}
              y={y}
              width={step - gap}
              height={Math.max(0, share * height)}
              fill={color(group)}
            />
          );
        });
      })}
    </>
  );
}

/** Every row is its group and then the values of one curve, all on one scale; a thin line marks 0. */
export function Curves({ data, groups, width, height }: Props) {
  const color = useGroupColors();
  const rows = rowsOf(data.data, data.shape.at(-1) ?? 1);
  const values = rows.flatMap(([, ...curve]) => curve).filter(Number.isFinite);
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const y = (value: number) => (height * (high - value)) / (high - low || 1);
  return (
    <>
      <line x1={0} x2={width} y1={y(0)} y2={y(0)} stroke="var(--line-strong)" strokeWidth={1} />
      {rows.map(([group = 0, ...curve], i) => (
        <path
          key={`${groups[group]} ${i + 1}/${rows.length}`}
          d={`M${curve.map((v, at) => `${((at / (curve.length - 1)) * width).toFixed(1)} ${y(v).toFixed(1)}`).join('L')}`}
          fill="none"
          stroke={color(group)}
          strokeWidth={1.5}
        />
      ))}
    </>
  );
}

/** What each group has of the picture: its mean share, its curves or points, its bar; undefined where none are named. */
export function groupSizes(
  kind: Panel['kind'],
  { shape, data }: Data,
  groups: readonly string[],
): string[] | undefined {
  const columns = shape.at(-1) ?? 1;
  const count = (at: number, group: number) =>
    String(data.filter((own, i) => i % columns === at && own === group).length);
  if (kind === 'curves') return groups.map((_, group) => count(0, group));
  if (kind === 'scatter') return groups.map((_, group) => count(2, group));
  if (kind === 'bars') return groups.map((_, group) => short(data[group] ?? Number.NaN));
  if (kind !== 'shares') return undefined;
  const rows = rowsOf(data, groups.length);
  return groups.map((_, group) =>
    percent(rows.reduce((sum, row) => sum + (row[group] ?? 0), 0) / rows.length, 0),
  );
}

export function Legend({ groups, sizes }: { groups: readonly string[]; sizes: readonly string[] }) {
  const color = useGroupColors();
  return (
    <ul className="group-legend">
      {groups.map((name, group) => (
        <li key={name}>
          <span className="group-swatch" style={{ background: color(group) }} />
          {name} <span className="quiet number">{sizes[group]}</span>
        </li>
      ))}
    </ul>
  );
}
