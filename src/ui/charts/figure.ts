/** A chart as a picture that stands alone: styles written into it, with title, legend and caption. */

import type { Look } from '../../state/looks';
import { markerPath } from './marker';

export interface LegendEntry {
  readonly label: string;
  readonly look: Look;
  readonly color: string;
}

export interface FigureText {
  readonly title: string;
  /** Set-up and data, so that the picture says what it shows wherever it ends up. */
  readonly caption: string;
  readonly legend: readonly LegendEntry[];
}

export interface Figure {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const SVG = 'http://www.w3.org/2000/svg';
const PADDING = 14;
const TITLE = 26;
const ROW = 18;
const SWATCH = 26;
/** Mean width of a letter of the legend in CSS pixels; generous, so that entries never touch. */
const LETTER = 6.8;

/** What style sheets decide about the elements of a chart. */
const STYLES = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'opacity',
  'visibility',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const;

type Attributes = Readonly<Record<string, string | number>>;

function element(name: string, attributes: Attributes, text = ''): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text) made.textContent = text;
  return made;
}

/** A copy whose elements carry their computed styles; class names and clipping by id stay as they are. */
function withStyles(source: SVGElement): SVGElement {
  const copy = source.cloneNode(true) as SVGElement;
  const from = [source, ...source.querySelectorAll<SVGElement>('*')];
  const to = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  from.forEach((original, i) => {
    const computed = getComputedStyle(original);
    const style = STYLES.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(';');
    const made = to[i];
    if (!made) return;
    // The page's policy forbids style attributes that are written as text.
    made.style.cssText = style;
    made.removeAttribute('class');
  });
  return copy;
}

interface Placed extends LegendEntry {
  readonly x: number;
  readonly row: number;
}

/** Legend entries from left to right, in as many rows as the width asks for. */
export function placeLegend(legend: readonly LegendEntry[], width: number): readonly Placed[] {
  let [x, row] = [0, 0];
  return legend.map((entry) => {
    const room = SWATCH + 8 + entry.label.length * LETTER + 16;
    if (x > 0 && x + room > width) {
      x = 0;
      row++;
    }
    const placed = { ...entry, x, row };
    x += room;
    return placed;
  });
}

function legendGroup(entries: readonly Placed[], ink: string, font: Attributes, top: number): SVGElement {
  const group = element('g', {});
  for (const { label, look, color, x, row } of entries) {
    const y = top + row * ROW;
    const stroke = { stroke: color, 'stroke-width': look.width, 'stroke-dasharray': look.dash || 'none' };
    group.append(
      element('path', { d: `M${PADDING + x} ${y}h${SWATCH}`, fill: 'none', ...stroke }),
      element('path', {
        d: markerPath(look.marker),
        transform: `translate(${PADDING + x + SWATCH / 2} ${y})`,
        fill: color,
        stroke: color,
      }),
      element('text', { x: PADDING + x + SWATCH + 8, y: y + 4, fill: ink, ...font, 'font-size': 12 }, label),
    );
  }
  return group;
}

/** The chart `source` with title, legend and caption around it, in the colours it has on the screen. */
export function figureOf(source: SVGSVGElement, { title, caption, legend }: FigureText): Figure {
  const page = getComputedStyle(document.body);
  const colours = getComputedStyle(source.closest('.panel') ?? document.body);
  const font = { 'font-family': page.fontFamily };
  const [ink, quiet] = [page.color, colours.getPropertyValue('--quiet') || page.color];
  const box = source.getBoundingClientRect();
  const entries = placeLegend(legend, box.width);
  const rows = 1 + Math.max(-1, ...entries.map(({ row }) => row));
  const top = PADDING + TITLE + rows * ROW;
  const [width, height] = [Math.ceil(box.width + 2 * PADDING), Math.ceil(top + box.height + 30)];
  const root = element('svg', { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' });
  const chart = withStyles(source);
  for (const [key, value] of Object.entries({ x: PADDING, y: top, width: box.width, height: box.height }))
    chart.setAttribute(key, String(value));
  root.append(
    element('title', {}, title),
    element('rect', { width, height, fill: colours.backgroundColor }),
    element(
      'text',
      { x: PADDING, y: PADDING + 12, fill: ink, ...font, 'font-size': 14, 'font-weight': 600 },
      title,
    ),
    legendGroup(entries, ink, font, PADDING + TITLE + 4),
    chart,
    element('text', { x: PADDING, y: height - 11, fill: quiet, ...font, 'font-size': 11 }, caption),
  );
  return { svg: new XMLSerializer().serializeToString(root), width, height };
}

/** The figure in pixels, `scale` per CSS pixel. Throws when the browser cannot draw it. */
export async function pngOf({ svg, width, height }: Figure, scale = 2): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width * scale, height * scale];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (!blob) throw new Error('The browser could not draw the picture. Save it as SVG instead.');
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}
