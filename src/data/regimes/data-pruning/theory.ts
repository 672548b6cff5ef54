/**
 * Self-distillation of ridge regression on part of the rows: how far the student's mean is from the truth when its
 * teacher saw more rows. Float64, row-major `[rows, d]`. The model of the paper's theory, without its proofs.
 */

type Matrix = readonly (readonly number[])[];

/** X'X */
export const gram = (x: Matrix): number[][] => {
  const d = x[0]?.length ?? 0;
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => x.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
};

/** Solves (A + lam I) w = b for symmetric positive definite A + lam I, by elimination without pivots. */
export function solve(a: Matrix, lam: number, b: readonly number[]): number[] {
  const n = b.length;
  const m = a.map((row, i) => [...row.map((v, j) => v + (i === j ? lam : 0)), b[i]!]);
  for (let i = 0; i < n; i++)
    for (let r = i + 1; r < n; r++) {
      const factor = m[r]![i]! / m[i]![i]!;
      for (let c = i; c <= n; c++) m[r]![c]! -= factor * m[i]![c]!;
    }
  const w = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const known = w.reduce((sum, v, j) => (j > i ? sum + m[i]![j]! * v : sum), 0);
    w[i] = (m[i]![n]! - known) / m[i]![i]!;
  }
  return w;
}

const times = (a: Matrix, v: readonly number[]): number[] =>
  a.map((row) => row.reduce((sum, value, i) => sum + value * v[i]!, 0));

/** (X'X + lam I)^-1 X't */
export function ridge(x: Matrix, targets: readonly number[], lam: number): number[] {
  const xt = (x[0] ?? []).map((_, j) => x.reduce((sum, row, i) => sum + row[j]! * targets[i]!, 0));
  return solve(gram(x), lam, xt);
}

/** The student on the kept rows, taught with weight `alpha` by `teacher`. */
export const distilled = (
  kept: Matrix,
  targets: readonly number[],
  teacher: readonly number[],
  alpha: number,
  lam: number,
): number[] => {
  const taught = times(kept, teacher);
  const mixed = targets.map((y, i) => (1 - alpha) * y + alpha * taught[i]!);
  return ridge(kept, mixed, lam);
};

/**
 * || E[student] - truth || over the noise of the targets: M((1-alpha) I + alpha A_t) truth - truth with
 * M = (Xf'Xf + lam I)^-1 Xf'Xf and A_t the same of the teacher's rows.
 */
export function biasNorm(
  kept: Matrix,
  seen: Matrix,
  truth: readonly number[],
  alpha: number,
  lam: number,
): number {
  const shrink = (x: Matrix, v: readonly number[]) => {
    const g = gram(x);
    return solve(g, lam, times(g, v));
  };
  const taught = shrink(seen, truth);
  const mixed = truth.map((value, i) => (1 - alpha) * value + alpha * taught[i]!);
  return Math.hypot(...shrink(kept, mixed).map((value, i) => value - truth[i]!));
}
