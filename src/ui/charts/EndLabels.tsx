/** The name of every line where it ends, joined to it by a thin leader in its colour. */
import type { RefObject } from 'react';
import { LEADER, type Measure, placeLabels, shortened } from './labels';
import type { ChartLine } from './line';

let context: CanvasRenderingContext2D | null | undefined;
/** Asking for the font makes the browser work out all styles, so each name is measured once. */
const widths = new Map<string, number>();
/** Most names kept; a person who renames for hours must not fill the memory. */
const MOST_NAMES = 500;

function measured(text: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return 6 * text.length;
  context.font = `600 11px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}

/** Width of a name as the charts write it. */
export const measureLabel: Measure = (text) => {
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (widths.size >= MOST_NAMES) widths.clear();
  const width = measured(text);
  widths.set(text, width);
  return width;
};

export interface LineEnd {
  readonly key: string;
  readonly x: number;
  readonly y: number;
}

export interface Area {
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Moves names to the ends of their lines; a line without an end, or one too many, has none. */
export function drawEnds(
  groups: ReadonlyMap<string, SVGGElement>,
  ends: readonly LineEnd[],
  area: Area,
  selected: string,
): void {
  const byWeight = [...ends].sort((a, b) => Number(b.key === selected) - Number(a.key === selected));
  const places = placeLabels(byWeight, area.top, area.bottom);
  const found = new Map(ends.map((end) => [end.key, end]));
  for (const [key, group] of groups) {
    const [end, y] = [found.get(key), places.get(key)];
    group.setAttribute('visibility', end && y !== undefined ? 'visible' : 'hidden');
    if (!end || y === undefined) continue;
    const [leader, text] = group.children;
    const to = area.right + LEADER - 3;
    leader?.setAttribute(
      'd',
      `M${end.x + 5} ${end.y}L${Math.max(end.x + 5, area.right + 3)} ${end.y}L${to} ${y}`,
    );
    text?.setAttribute('x', String(area.right + LEADER));
    text?.setAttribute('y', String(y));
  }
}

interface Props {
  readonly lines: readonly ChartLine[];
  readonly selected: string;
  readonly groups: RefObject<Map<string, SVGGElement>>;
}

export function EndLabels({ lines, selected, groups }: Props) {
  return (
    <g>
      {lines.map((line) => (
        <g
          key={line.key}
          ref={(element) => {
            if (element) groups.current.set(line.key, element);
            else groups.current.delete(line.key);
          }}
          className={line.key === selected ? 'chart-end chart-end-selected' : 'chart-end'}
          style={{ color: line.color }}
          visibility="hidden"
        >
          <path className="chart-leader" />
          <text dy="0.35em">{shortened(line.label, measureLabel)}</text>
        </g>
      ))}
    </g>
  );
}
