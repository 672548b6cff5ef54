/** A reliability diagram as text, for pages without scripts. Pure. */
import { html } from './html';

/** Answers whose confidence falls into one bin: how many, their mean confidence, the share that is right. */
export interface ReportBin {
  readonly count: number;
  readonly confidence: number;
  readonly accuracy: number;
}

export interface ReliabilityLine {
  readonly label: string;
  readonly color: string;
  readonly dash: string;
  readonly bins: readonly ReportBin[];
}

const [WIDTH, HEIGHT] = [440, 250];
const FRAME = { left: 52, right: 18, top: 10, bottom: 34 } as const;
/** Radius of a bin with all answers, and of one with hardly any. */
const [LARGEST, SMALLEST] = [7, 1.5];

const x = (share: number): number => FRAME.left + share * (WIDTH - FRAME.left - FRAME.right);
const y = (share: number): number => HEIGHT - FRAME.bottom - share * (HEIGHT - FRAME.top - FRAME.bottom);
const at = (px: number, py: number): string => `${px.toFixed(1)} ${py.toFixed(1)}`;

function curve({ label, color, dash, bins }: ReliabilityLine): string {
  const filled = bins.filter(({ count }) => count > 0);
  const total = filled.reduce((sum, { count }) => sum + count, 0);
  const path = filled
    .map(({ confidence, accuracy }, i) => `${i ? 'L' : 'M'}${at(x(confidence), y(accuracy))}`)
    .join('');
  const dots = filled.map(({ count, confidence, accuracy }) => {
    const radius = SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(count / total);
    const words = `${label}: ${count} answers, stated ${(100 * confidence).toFixed(1)}%, right ${(100 * accuracy).toFixed(1)}%`;
    return `<circle cx="${x(confidence).toFixed(1)}" cy="${y(accuracy).toFixed(1)}" r="${radius.toFixed(1)}" fill="${html(color)}"><title>${html(words)}</title></circle>`;
  });
  const style = `fill="none" stroke="${html(color)}" stroke-width="2"${dash ? ` stroke-dasharray="${html(dash)}"` : ''}`;
  return `<path d="${path}" ${style}/>${dots.join('')}`;
}

/** Confidence against accuracy of each line, over the diagonal; empty without lines. */
export function reliabilityChart(lines: readonly ReliabilityLine[]): string {
  if (lines.length === 0) return '';
  const shares = [0, 0.25, 0.5, 0.75, 1];
  const grid = shares.map(
    (share) =>
      `<path class="grid" d="M${at(FRAME.left, y(share))}H${WIDTH - FRAME.right}"/><text x="${FRAME.left - 6}" y="${(y(share) + 4).toFixed(1)}" text-anchor="end">${100 * share}%</text><text x="${x(share).toFixed(1)}" y="${HEIGHT - FRAME.bottom + 16}" text-anchor="middle">${100 * share}%</text>`,
  );
  const diagonal = `<path class="grid" stroke-dasharray="4 3" d="M${at(x(0), y(0))}L${at(x(1), y(1))}"/>`;
  const unit = 'stated confidence; height: share right, dots: number of answers';
  const label = `<text x="${(WIDTH + FRAME.left) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${unit}</text>`;
  const title = 'Reliability, final test images';
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}, ${unit}">${grid.join('')}${diagonal}${label}${lines.map(curve).join('')}</svg></figure>`;
}
