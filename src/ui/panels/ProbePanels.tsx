/** Draws what a method shows of its own numbers: lines, bars, a heat map or points. */
import { short } from '../../core/format';
import { methods } from '../../methods/index';
import { useRun } from '../../state/run';
import { useView } from '../../state/view';
import type { Probe } from '../../worker/protocol';
import { useNames, useShownConfig } from '../hooks';
import { Empty } from './Panel';

type Data = Probe['panels'][number];
const WIDTH = 280;
const HEIGHT = 120;

function rangeOf(data: Float32Array): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of data) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}

/** Last axis is drawn along x; every row before it is one line. */
function Lines({ data, color }: { data: Data; color: string }) {
  const columns = data.shape.at(-1) ?? data.data.length;
  const rows = Math.min(12, Math.floor(data.data.length / Math.max(1, columns)));
  const [low, high] = rangeOf(data.data);
  const path = (row: number) =>
    Array.from({ length: columns }, (_, i) => {
      const x = (i / Math.max(1, columns - 1)) * WIDTH;
      const y = HEIGHT - (((data.data[row * columns + i] ?? 0) - low) / (high - low)) * HEIGHT;
      return `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }).join('');
  return (
    <>
      {Array.from({ length: rows }, (_, row) => (
        <path
          key={path(row)}
          d={path(row)}
          fill="none"
          stroke={color}
          strokeWidth={1.5}
          opacity={row === 0 ? 1 : 0.5}
        />
      ))}
    </>
  );
}

function Bars({ data, color }: { data: Data; color: string }) {
  const values = [...data.data.slice(0, 128)];
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  const unit = HEIGHT / (high - low || 1);
  const width = WIDTH / Math.max(1, values.length);
  return (
    <>
      {values.map((v, i) => (
        <rect
          key={`${i}/${values.length}`}
          x={i * width}
          width={Math.max(1, width - 1)}
          y={(high - Math.max(0, v)) * unit}
          height={Math.abs(v) * unit}
          fill={color}
        />
      ))}
    </>
  );
}

function Heatmap({ data, color }: { data: Data; color: string }) {
  const columns = data.shape.at(-1) ?? 1;
  const rows = Math.floor(data.data.length / Math.max(1, columns));
  const [low, high] = rangeOf(data.data);
  const cells = [...data.data.slice(0, 4096)];
  return (
    <>
      {cells.map((v, i) => (
        <rect
          key={`${i}/${cells.length}`}
          x={((i % columns) * WIDTH) / columns}
          y={(Math.floor(i / columns) * HEIGHT) / rows}
          width={WIDTH / columns}
          height={HEIGHT / rows}
          fill={color}
          opacity={(v - low) / (high - low)}
        />
      ))}
    </>
  );
}

/** Rows of `[x, y]`. */
function Scatter({ data, color }: { data: Data; color: string }) {
  const width = data.shape.at(-1) ?? 2;
  const points = Array.from({ length: Math.min(1000, Math.floor(data.data.length / width)) }, (_, i) => [
    data.data[i * width] ?? 0,
    data.data[i * width + 1] ?? 0,
  ]);
  const [left, right] = rangeOf(Float32Array.from(points, (p) => p[0] ?? 0));
  const [low, high] = rangeOf(Float32Array.from(points, (p) => p[1] ?? 0));
  return (
    <>
      {points.map(([x = 0, y = 0], i) => (
        <circle
          key={`${i}/${points.length}`}
          cx={((x - left) / (right - left)) * WIDTH}
          cy={HEIGHT - ((y - low) / (high - low)) * HEIGHT}
          r={2}
          fill={color}
          opacity={0.6}
        />
      ))}
    </>
  );
}

const KINDS = { lines: Lines, bars: Bars, heatmap: Heatmap, scatter: Scatter } as const;

export function ProbePanels() {
  const names = useNames();
  const selected = useView((view) => view.selected);
  const student = useShownConfig().students.find((s) => s.key === selected);
  const learners = useRun((run) => run.learners);
  const probes = useRun((run) => run.probes);
  const learner = learners.find((l) => l.key === selected);
  const probe = learner && probes.get(learner.id);
  const cards =
    student && methods.has(student.method.id) ? (methods.get(student.method.id).panels ?? {}) : {};
  const drawn = probe?.panels.filter((p) => Object.hasOwn(cards, p.key)) ?? [];
  if (Object.keys(cards).length === 0) return <Empty>This method shows none of its inner numbers.</Empty>;
  if (drawn.length === 0) return <Empty>What the method computes inside, once it runs.</Empty>;
  return (
    <div className="stack">
      <h3>{names.label(selected)}</h3>
      {drawn.map((data) => {
        const card = cards[data.key]!;
        const Drawing = KINDS[card.kind];
        const [low, high] = rangeOf(data.data);
        return (
          <figure key={data.key} className="probe">
            <figcaption>{card.title}</figcaption>
            <svg
              viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
              role="img"
              aria-label={`${card.title}: ${short(low)} to ${short(high)}`}
            >
              <Drawing data={data} color={names.color(selected)} />
            </svg>
            <p className="quiet number">
              {[card.x, card.y].filter(Boolean).join(' · ')} {short(low)} to {short(high)}, step {probe?.step}
            </p>
          </figure>
        );
      })}
    </div>
  );
}
