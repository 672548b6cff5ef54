import type { Axis } from '../../state/sweep';
import { valueText } from '../../state/sweep';
import type { Better, SweepRow } from '../../state/sweep-results';
import { useSize } from '../charts/useSize';
import { type Scale, scaleOf } from './parallel';

const HEIGHT = 220;
const TOP = 34;
const BOTTOM = 12;
const SIDE = 64;

interface Props {
  readonly axes: readonly Axis[];
  readonly rows: readonly SweepRow[];
  readonly metric: {
    readonly label: string;
    readonly better: Better;
    readonly text: (value: number) => string;
  };
  /** Index of the best point. */
  readonly best: number | undefined;
  readonly chosen: number | undefined;
  readonly choose: (index: number | undefined) => void;
}

interface Column {
  readonly key: string;
  readonly label: string;
  readonly scale: Scale;
  readonly text: (tick: string | number | boolean) => string;
}

interface AxisProps {
  readonly column: Column;
  readonly x: number;
  readonly y: (share: number) => number;
  /** The head of the leftmost axis starts at the edge, that of the rightmost ends there. */
  readonly anchor: 'start' | 'middle' | 'end';
}

function AxisLine({ column, x, y, anchor }: AxisProps) {
  const head = { start: x - 6, middle: x, end: x + SIDE - 4 }[anchor];
  return (
    <g className="parallel-axis">
      <line x1={x} x2={x} y1={y(0)} y2={y(1)} />
      <text x={head} y={14} textAnchor={anchor} className="parallel-head">
        {column.label}
      </text>
      {column.scale.ticks.map((tick) => (
        <g key={String(tick)}>
          <line x1={x - 3} x2={x + 3} y1={y(column.scale.at(tick))} y2={y(column.scale.at(tick))} />
          <text x={x + 7} y={y(column.scale.at(tick))} dy="0.35em">
            {column.text(tick)}
          </text>
        </g>
      ))}
    </g>
  );
}

const classOf = (index: number, { best, chosen }: Pick<Props, 'best' | 'chosen'>): string =>
  `parallel-line${index === best ? ' parallel-best' : ''}${index === chosen ? ' parallel-chosen' : ''}`;

/** One line per finished point, from axis to axis and to its metric. The table below has the same numbers. */
export function Parallel({ axes, rows, metric, best, chosen, choose }: Props) {
  const [box, { width }] = useSize();
  const done = rows.filter((row) => row.validation);
  const columns: Column[] = [
    ...axes.map(({ path, label, values }) => ({
      key: path,
      label,
      scale: scaleOf([...new Set([...values, ...rows.map(({ point }) => point[path]!)])]),
      text: valueText,
    })),
    {
      key: 'metric',
      label: metric.label,
      scale: scaleOf(done.map(({ validation }) => validation!.mean)),
      text: (tick) => metric.text(Number(tick)),
    },
  ];
  const x = (i: number) => 24 + (i * (width - 24 - SIDE)) / Math.max(1, columns.length - 1);
  const y = (share: number) => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  const pathOf = (row: SweepRow) =>
    columns
      .map(({ key, scale }, i) => {
        const value = key === 'metric' ? row.validation!.mean : row.point[key]!;
        return `${i ? 'L' : 'M'}${x(i)} ${y(scale.at(value))}`;
      })
      .join('');
  // The best and the chosen line are drawn last, above the others.
  const weight = (row: SweepRow) => Number(row.index === best) + 2 * Number(row.index === chosen);
  return (
    <section ref={box} className="parallel" aria-label="Points, from axis to axis">
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`Parallel coordinates of ${done.length} points. The table below has the same numbers.`}
        >
          {[...done]
            .sort((a, b) => weight(a) - weight(b))
            .map((row) => (
              <path
                key={row.index}
                d={pathOf(row)}
                className={classOf(row.index, { best, chosen })}
                onPointerEnter={() => choose(row.index)}
                onPointerLeave={() => choose(undefined)}
              />
            ))}
          {columns.map((column, i) => (
            <AxisLine
              key={column.key}
              column={column}
              x={x(i)}
              y={y}
              anchor={i === 0 ? 'start' : i < columns.length - 1 ? 'middle' : 'end'}
            />
          ))}
        </svg>
      )}
    </section>
  );
}
