/** The progress line of a run. */
import { duration } from '../core/format';
import type { Progress } from '../worker/protocol';

const WIDTH = 24;

/** One line: a bar, the share done, the phase, the speed and the time left. */
export function progressLine(progress: Progress): string {
  const share = progress.totalSteps > 0 ? Math.min(1, progress.step / progress.totalSteps) : 0;
  const full = Math.round(share * WIDTH);
  const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
  const speed = progress.imagesPerSecond > 0 ? `${Math.round(progress.imagesPerSecond)} images/s` : '';
  const left = progress.secondsLeft && share < 1 ? `${duration(progress.secondsLeft)} left` : '';
  const epoch = Math.min(progress.epochs, progress.epoch + 1);
  const phase =
    progress.note || (share < 1 ? `${progress.phase}, epoch ${epoch} of ${progress.epochs}` : progress.phase);
  return [`${bar} ${(100 * share).toFixed(0).padStart(3)}%`, phase, speed, left].filter(Boolean).join(' · ');
}

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Keeps one line up to date on a terminal; elsewhere writes a line every ten seconds. */
export class ProgressBar {
  private readonly out: Terminal;
  private written = Number.NEGATIVE_INFINITY;

  constructor(out: Terminal) {
    this.out = out;
  }

  show(progress: Progress, now = performance.now()): void {
    if (now - this.written < (this.out.isTTY ? 100 : 10_000)) return;
    this.written = now;
    const line = progressLine(progress);
    this.out.write(this.out.isTTY ? `\r\x1b[2K${line.slice(0, (this.out.columns ?? 100) - 1)}` : `${line}\n`);
  }

  /** Clears the line, so that what follows starts on a clean one. */
  end(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[2K');
  }
}
