/** Which training images serve what. Plain numbers. */
import { permuted, upTo } from './tasks';

export interface Rows {
  /** 1 where the zoo learns from the image, `[samples]`. */
  readonly zoo: Float32Array;
  /** Shown to the black boxes; nobody says what they show. */
  readonly probes: readonly number[];
  /** By class: what queries are made of, and accuracy is measured on. The first `shots` are the user's. */
  readonly held: readonly (readonly number[])[];
}

/** Most rows of probes, and of what is held out over all classes. */
const PROBES = 96;
const HELD = 240;
const SHARE = 0.2;

/** A fifth of each class is held out and a fifth is shown, up to a limit; the zoo learns from the rest. */
export function divide(
  labels: Int32Array,
  classes: number,
  shots: number,
  uniform: (name: string, n: number) => Float32Array,
): Rows {
  const order = permuted(uniform('rows', labels.length));
  const byClass = upTo(classes).map((c) => order.filter((row) => labels[row] === c));
  const most = (all: number) => Math.max(1, Math.floor(all / classes));
  const held = byClass.map((rows) => {
    const share = Math.min(most(HELD), Math.round(rows.length * SHARE));
    return rows.slice(0, Math.max(1, share, Math.min(shots, Math.floor(rows.length / 2))));
  });
  const probes = byClass.flatMap((rows, c) => {
    const { length } = held[c]!;
    return rows.slice(length, length + Math.min(most(PROBES), Math.round(rows.length * SHARE)));
  });
  const zoo = new Float32Array(labels.length).fill(1);
  for (const row of [...probes, ...held.flat()]) zoo[row] = 0;
  return { zoo, probes: probes.length > 0 ? probes : order.slice(0, 1), held };
}
