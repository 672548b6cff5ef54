/** Images a method looked at, with a weight below each, boxes in them and lines between boxes. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { short } from '../../core/format';
import type { Panel } from '../../core/panel';
import { HUES } from '../../state/looks';
import type { Probe } from '../../worker/protocol';
import { useNames } from '../hooks';
import { Legend } from './GroupPictures';
import { type Arrangement, arrange, boxesOf, inAll, linksOf, pixelsOf } from './images';

type Data = Probe['panels'][number];

interface Props {
  readonly card: Panel;
  /** `[n, h, w, c]`. */
  readonly data: Data;
  /** What was sent with it, by key. */
  readonly beside: (key: string | undefined) => Data | undefined;
  readonly color: string;
  readonly label: string;
}

/** All images on one canvas, a canvas pixel per pixel. */
function Pixels({ data, arrangement, label }: { data: Data; arrangement: Arrangement; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [, h = 1, w = 1] = data.shape;
  const [width, height] = [Math.round(arrangement.width * w), Math.round(arrangement.height * h)];
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, width, height);
    arrangement.corners.forEach(({ x, y }, i) => {
      context.putImageData(new ImageData(pixelsOf(data, i), w, h), Math.round(x * w), Math.round(y * h));
    });
  }, [data, arrangement, width, height, w, h]);
  return <canvas ref={canvas} width={width} height={height} role="img" aria-label={label} />;
}

export function Images({ card, data, beside, color, label }: Props) {
  const [chosen, choose] = useState<number>();
  const hues = HUES[useNames().scheme];
  const [n = 0, h = 1, w = 1] = data.shape;
  const arrangement = useMemo(() => arrange(n, w, h), [n, w, h]);
  const [weights, boxes, links] = [card.weights, card.boxes, card.links].map(beside);
  const placed = boxes ? boxesOf(boxes, arrangement) : [];
  const lines = links ? linksOf(links, chosen) : [];
  const { groups = [] } = card;
  const centre = (i: number) => {
    const { x = 0, y = 0, width = 0, height = 0 } = placed[i] ?? {};
    return [x + width / 2, y + height / 2] as const;
  };
  const most = Math.max(...(weights?.data ?? []), 0) || 1;
  return (
    <>
      <div className="probe-images">
        <Pixels data={data} arrangement={arrangement} label={label} />
        <svg viewBox={`0 0 ${arrangement.width} ${arrangement.height}`} aria-hidden="true">
          {lines.map(({ group, from, to, strength }) => {
            const [[x1, y1], [x2, y2]] = [centre(from), centre(to)];
            // Lines of two groups between the same boxes lie beside each other.
            const aside = group * 0.025;
            return (
              <line
                key={`${group} ${from} ${to}`}
                {...{ x1: x1 + aside, y1: y1 + aside, x2: x2 + aside, y2: y2 + aside }}
                stroke={hues[group % hues.length]}
                strokeWidth={0.01 + 0.02 * strength}
                strokeDasharray={group % 2 ? '0.06 0.04' : undefined}
              />
            );
          })}
          {placed.map(({ x, y, width, height }, i) => (
            // biome-ignore lint/a11y/noStaticElementInteractions: what it shows is in the table of the numbers too
            <rect
              key={`${i + 1}/${placed.length}`}
              {...{ x, y, width, height }}
              className="probe-box"
              stroke={i === chosen ? 'var(--ink)' : color}
              onMouseEnter={() => choose(i)}
              onMouseLeave={() => choose(undefined)}
            />
          ))}
          {weights &&
            arrangement.corners.map(({ x, y }, i) => (
              <rect
                key={`weight ${i + 1}`}
                {...{ x, y: y + 1.06, height: 0.12, fill: color }}
                width={(weights.data[i] ?? 0) / most}
              />
            ))}
        </svg>
      </div>
      {links && (
        <>
          <Legend
            groups={groups}
            sizes={groups.map((_, group) => String(lines.filter((line) => line.group === group).length))}
          />
          <p className="quiet">
            {inAll(lines, groups.length)} of these links are in {groups.length === 2 ? 'both' : 'all'}.
            {chosen === undefined ? ' Point at a box to see its own.' : ''}
          </p>
        </>
      )}
      {weights && <p className="quiet number">{[...weights.data].map((v) => short(v)).join(', ')}</p>}
    </>
  );
}
