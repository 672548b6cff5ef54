/** Images that the zoo never saw: queries are made of them. */
import type { Midway } from '../kit';
import { inEveryDomain } from './boxes';
import { type Extras, type Memory, QUERIES } from './memory';
import { DOMAINS, type Task, upTo } from './tasks';

/** What was held out, in every domain: `[domains, rows]` with images, and where each class stands in a domain. */
export interface HeldOut {
  readonly images: Float32Array;
  /** Images in all domains. */
  readonly count: number;
  /** Rows of a class in a domain. */
  readonly at: (domain: number, c: number) => readonly number[];
}

export async function heldOut(pass: Midway<Extras>, { rows }: Memory): Promise<HeldOut> {
  const all = rows.held.flat();
  const starts = rows.held.map((_, c) => rows.held.slice(0, c).reduce((n, held) => n + held.length, 0));
  return {
    images: await inEveryDomain(pass, pass.imagesOf(all)),
    count: DOMAINS * all.length,
    at: (domain, c) => rows.held[c]!.map((_, i) => domain * all.length + starts[c]! + i),
  };
}

/** Class means of queries of `shots` images per class: the first of the user's images, the others by lot. */
export function meansOfQueries(
  tasks: readonly Task[],
  encoded: Float32Array,
  { at, count }: HeldOut,
  shots: number,
  uniform: (name: string, n: number) => Float32Array,
): Float32Array {
  const perTask = tasks[0]!.classes.length;
  const most = tasks.length * QUERIES * perTask;
  const size = encoded.length / count;
  const lot = uniform('queries', most * shots);
  const out = new Float32Array(most * size);
  for (let k = 0; k < most; k++) {
    const task = tasks[Math.floor(k / perTask / QUERIES)]!;
    const own = at(task.domain, task.classes[k % perTask]!);
    const first = Math.floor(k / perTask) % QUERIES === 0;
    const few = first
      ? own.slice(0, shots)
      : upTo(shots).map((i) => own[Math.floor(lot[k * shots + i]! * own.length)]!);
    for (const row of few)
      for (const d of upTo(size)) out[k * size + d]! += encoded[row * size + d]! / few.length;
  }
  return out;
}
