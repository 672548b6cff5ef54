/** A line chart as text, for pages without scripts: curves of several learners, each the mean over seeds. Pure. */
import { html } from './html';

export interface ReportLine {
  readonly label: string;
  readonly color: string;
  readonly dash: string;
  /** Rows of `[x, mean, least, largest]`, in order. */
  readonly points: readonly (readonly [x: number, mean: number, least: number, largest: number])[];
}

export interface ReportChart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly ReportLine[];
  readonly format: (value: number) => string;
}

const [WIDTH, HEIGHT] = [440, 250];
const FRAME = { left: 52, right: 10, top: 10, bottom: 34 } as const;
const TICKS = 4;

/** Limits at a round step, with about `TICKS` intervals. */
function round(low: number, high: number): { from: number; to: number; step: number } {
  const span = Math.max(high - low, Math.abs(high) * 1e-3, 1e-6);
  const power = 10 ** Math.floor(Math.log10(span / TICKS));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s * TICKS >= span * 0.999) ?? 10 * power;
  return { from: Math.floor(low / step) * step, to: Math.ceil(high / step) * step, step };
}

const steps = ({ from, to, step }: ReturnType<typeof round>): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

const path = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

/** An inline SVG with axes, a band from the least to the largest seed, and the mean. */
export function reportChart({ title, unit, lines, format }: ReportChart): string {
  const all = lines.flatMap(({ points }) => points).filter((p) => p.every(Number.isFinite));
  if (all.length === 0) return '';
  const x = round(0, Math.max(...all.map(([at]) => at)));
  const y = round(Math.min(...all.map((p) => p[2])), Math.max(...all.map((p) => p[3])));
  const px = (v: number) =>
    FRAME.left + ((v - x.from) / (x.to - x.from)) * (WIDTH - FRAME.left - FRAME.right);
  const py = (v: number) =>
    HEIGHT - FRAME.bottom - ((v - y.from) / (y.to - y.from)) * (HEIGHT - FRAME.top - FRAME.bottom);
  const grid = steps(y).map(
    (v) =>
      `<path class="grid" d="M${FRAME.left} ${py(v).toFixed(1)}H${WIDTH - FRAME.right}"/><text x="${FRAME.left - 6}" y="${(py(v) + 4).toFixed(1)}" text-anchor="end">${html(format(v))}</text>`,
  );
  const below = steps(x).map(
    (v) =>
      `<text x="${px(v).toFixed(1)}" y="${HEIGHT - FRAME.bottom + 16}" text-anchor="middle">${html(String(Math.round(v)))}</text>`,
  );
  const drawn = lines.map(({ points, color, dash }) => {
    const kept = points.filter((p) => p.every(Number.isFinite));
    const band = [
      ...kept.map((p) => [px(p[0]), py(p[3])] as const),
      ...kept.map((p) => [px(p[0]), py(p[2])] as const).reverse(),
    ];
    const mean = path(kept.map((p) => [px(p[0]), py(p[1])] as const));
    const style = `fill="none" stroke="${html(color)}" stroke-width="2"${dash ? ` stroke-dasharray="${html(dash)}"` : ''}`;
    return `<path d="${path(band)}Z" fill="${html(color)}" opacity="0.12"/><path d="${mean}" ${style}/>`;
  });
  const label = `<text x="${(WIDTH + FRAME.left) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${html(unit)}</text>`;
  return `<figure><figcaption>${html(title)}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${html(title)} ${html(unit)}">${grid.join('')}${below.join('')}${label}${drawn.join('')}</svg></figure>`;
}
