/** What one learner has shown of its numbers: the newest look whole, of earlier ones the panels that are lines. */
import { LINE_LIMIT } from '../../core/panel';
import type { Probe } from '../../worker/protocol';

type Panel = Probe['panels'][number];

/** One panel over all earlier looks that had it. A small typed array for each would take ten times the memory. */
interface Line {
  readonly shape: readonly number[];
  /** Which looks had it, counted from 0. */
  readonly looks: number[];
  readonly values: number[];
}

export class Looks {
  private readonly steps: number[] = [];
  /** By key and shape. */
  private readonly lines = new Map<string, Line>();
  private newest: Probe | undefined;

  /** Copies what it keeps. */
  add(probe: Probe): void {
    if (this.newest) this.shorten(this.newest);
    this.newest = { ...probe, panels: probe.panels.map((panel) => ({ ...panel, data: panel.data.slice() })) };
  }

  private shorten({ step, panels }: Probe): void {
    const look = this.steps.push(step) - 1;
    for (const { key, shape, data } of panels) {
      if (data.length > LINE_LIMIT) continue;
      const id = `${key} ${shape.join()}`;
      const line = this.lines.get(id) ?? { shape, looks: [], values: [] };
      this.lines.set(id, line);
      line.looks.push(look);
      line.values.push(...data);
    }
  }

  /** Every look so far, in order. */
  get all(): Probe[] {
    const { newest } = this;
    if (!newest) return [];
    const panels: Panel[][] = this.steps.map(() => []);
    for (const [id, { shape, looks, values }] of this.lines) {
      const key = id.slice(0, id.lastIndexOf(' '));
      const size = values.length / looks.length;
      looks.forEach((look, i) => {
        panels[look]?.push({ key, shape, data: Float32Array.from(values.slice(i * size, (i + 1) * size)) });
      });
    }
    const before = this.steps.map((step, i) => ({ learner: newest.learner, step, panels: panels[i] ?? [] }));
    return [
      ...before,
      { ...newest, panels: newest.panels.map((panel) => ({ ...panel, data: panel.data.slice() })) },
    ];
  }
}
