/** Draws what a method and its network show of their own numbers. */
import { useEffect, useRef } from 'react';
import type { Config } from '../../core/config';
import { short } from '../../core/format';
import type { Panel as PanelCard } from '../../core/panel';
import { methods } from '../../methods/index';
import { models } from '../../models/index';
import { useRun } from '../../state/run';
import type { Series } from '../../state/series';
import { useView } from '../../state/view';
import type { Probe } from '../../worker/protocol';
import { useNames, useShownConfig } from '../hooks';
import { Curves, groupSizes, Legend, Shares, useGroupColors } from './GroupPictures';
import { Images } from './ImagesPicture';
import { NumberTable } from './NumberTable';
import { Empty } from './Panel';
import { rangeOf, rangeText } from './range';
import { Scatter } from './ScatterPicture';

type Data = Probe['panels'][number];
const WIDTH = 280;
const HEIGHT = 120;

const DASHES = [undefined, '6 4', '2 3', '8 3 2 3'];
const DASH_WORDS = ['solid', 'dashed', 'dotted', 'dash-dotted'];

/** What was sent at every step so far; every entry of the tensor is one line. */
function Lines({ history, color }: { history: Series; color: string }) {
  const { rows } = history;
  const [low, high] = rangeOf(rows.flat());
  const first = history.step(0);
  const span = Math.max(1, history.lastStep - first);
  const x = (step: number) => ((step - first) / span) * WIDTH;
  const y = (value: number) => HEIGHT - ((value - low) / (high - low)) * HEIGHT;
  return (
    <>
      {Array.from({ length: history.columns }, (_, line) => {
        const points = rows.flatMap((values, row) =>
          Number.isFinite(values[line])
            ? [`${x(history.step(row)).toFixed(1)} ${y(values[line]!).toFixed(1)}`]
            : [],
        );
        const [alone] = points;
        const path = points.length === 1 ? `M${alone}h4` : `M${points.join('L')}`;
        return points.length ? (
          <path
            key={DASH_WORDS[line] ?? line}
            d={path}
            fill="none"
            stroke={color}
            strokeWidth={2}
            strokeDasharray={DASHES[line % DASHES.length]}
          />
        ) : null;
      })}
    </>
  );
}

/** `solid 1.313, dashed 1.688`: the newest value of every line. */
function lastValues(history: Series): string {
  const values = history.values(history.length - 1);
  if (values.length === 1) return short(values[0]!);
  return values.map((value, i) => `${DASH_WORDS[i % DASH_WORDS.length]} ${short(value)}`).join(', ');
}

/** One bar per number; where they have names, each in its own colour. */
function Bars({ data, color, groups }: { data: Data; color: string; groups: readonly string[] }) {
  const own = useGroupColors();
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
          fill={groups.length ? own(i) : color}
        />
      ))}
    </>
  );
}

/** One pixel per cell, stretched; a square matrix stays square. */
function Heatmap({ data, color, label }: { data: Data; color: string; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const columns = Math.max(1, data.shape.at(-1) ?? 1);
  const rows = Math.max(1, Math.floor(data.data.length / columns));
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const [low, high] = rangeOf(data.data);
    context.clearRect(0, 0, columns, rows);
    context.fillStyle = color;
    data.data.forEach((value, i) => {
      context.globalAlpha = Number.isFinite(value) ? (value - low) / (high - low) : 0;
      context.fillRect(i % columns, Math.floor(i / columns), 1, 1);
    });
  }, [data, color, columns, rows]);
  const aspectRatio = Math.min(4, Math.max(1, columns / rows));
  return (
    <canvas
      ref={canvas}
      width={columns}
      height={rows}
      style={{ aspectRatio }}
      role="img"
      aria-label={label}
    />
  );
}

interface PictureProps {
  readonly card: PanelCard;
  readonly data: Data;
  readonly history: Series | undefined;
  readonly step: number;
  readonly color: string;
  readonly beside: (key: string | undefined) => Data | undefined;
}

/** One panel: title, drawing, axes and range. */
function Picture({ card, data, history, step, color, beside }: PictureProps) {
  const lines = card.kind === 'lines' ? history : undefined;
  const all = lines ? lines.rows.flat() : data.data;
  const [low, high] = rangeOf(all);
  const label = `${card.title}: ${short(low)} to ${short(high)}`;
  const { groups = [] } = card;
  const sizes = groups.length ? groupSizes(card.kind, data, groups) : undefined;
  const parts = { data, history, groups, width: WIDTH, height: HEIGHT };
  const note = lines
    ? [lastValues(lines), `steps ${lines.step(0)} to ${step}`]
    : [...rangeText(card, data), `step ${step}`];
  return (
    <figure className="probe">
      <figcaption>{card.title}</figcaption>
      {card.kind === 'heatmap' ? (
        <Heatmap data={data} color={color} label={label} />
      ) : card.kind === 'table' ? (
        <NumberTable card={card} data={data} />
      ) : card.kind === 'images' ? (
        <Images {...{ card, data, beside, color }} label={card.title} />
      ) : (
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
          {lines && <Lines history={lines} color={color} />}
          {card.kind === 'bars' && <Bars data={data} color={color} groups={groups} />}
          {card.kind === 'scatter' && <Scatter data={data} color={color} width={WIDTH} height={HEIGHT} />}
          {card.kind === 'shares' && <Shares {...parts} />}
          {card.kind === 'curves' && <Curves {...parts} />}
        </svg>
      )}
      {sizes && <Legend groups={groups} sizes={sizes} />}
      <p className="quiet number">{note.filter(Boolean).join(' · ')}</p>
    </figure>
  );
}

/** The pictures of a learner by the keys they are sent under: its method's, then its network's. */
function cardsOf(config: Config, key: string): Readonly<Record<string, PanelCard>> | undefined {
  const student = config.students.find((s) => s.key === key);
  const model = key === 'teacher' ? config.teacher.model : student?.model;
  if (!model) return undefined;
  const method = student && methods.has(student.method.id) ? methods.get(student.method.id) : undefined;
  const network = models.has(model.id) ? (models.get(model.id).panels ?? {}) : {};
  return {
    ...method?.panels,
    ...Object.fromEntries(Object.entries(network).map(([id, card]) => [`network/${id}`, card])),
  };
}

/** What the selected learner shows of its own numbers, for its first seed. */
export function ProbePanels() {
  const names = useNames();
  const selected = useView((view) => view.selected);
  const cards = cardsOf(useShownConfig(), selected);
  const learners = useRun((run) => run.learners);
  const probes = useRun((run) => run.probes);
  const finished = useRun((run) => run.status === 'finished');
  const histories = useRun((run) => run.probeLines);
  const learner = learners.find((l) => l.key === selected);
  const probe = learner && probes.get(learner.id);
  if (!cards) return <Empty>Choose a learner to see what it computes inside.</Empty>;
  const drawn = probe?.panels.filter((p) => Object.hasOwn(cards, p.key)) ?? [];
  if (Object.keys(cards).length === 0)
    return (
      <Empty>
        {selected === 'teacher'
          ? 'This teacher shows none of its inner numbers. Choose a student to see what its method computes.'
          : 'This method and its network show none of their inner numbers.'}
      </Empty>
    );
  if (!probe || drawn.length === 0)
    return (
      <Empty>
        {finished
          ? 'The run was too short for a look inside.'
          : 'What is computed inside, once an epoch has run.'}
      </Empty>
    );
  return (
    <div className="stack">
      <h3>{names.label(selected)}</h3>
      {drawn.map((data) => (
        <Picture
          key={data.key}
          card={cards[data.key]!}
          data={data}
          history={histories.get(`${probe.learner} ${data.key}`)}
          step={probe.step}
          color={names.color(selected)}
          beside={(key) => probe.panels.find((panel) => panel.key === key)}
        />
      ))}
    </div>
  );
}
