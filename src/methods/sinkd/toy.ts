/**
 * A problem in one dimension, apart from any run: a student with one hump is fitted to a teacher with two by each loss.
 * Host arithmetic in float64.
 */

/** Weight, centre and width of the teacher's humps. */
export const TEACHER = [
  [0.6, -0.4, 0.1],
  [0.4, 0.4, 0.1],
] as const;
/** Where the student's hump starts: beside the smaller one of the teacher's, which it hardly overlaps. */
const START = { centre: 0.75, width: 0.1 };
/** Steps of a fit, and the length of the first one by centre and logarithm of width; it falls evenly to 0. */
export const STEPS = 120;
const LENGTH = 0.06;
/** Half of the distance over which a slope is taken. */
const NEAR = 1e-4;
/** Cells of the axis from -1 to 1, and answers that are moved: quantiles of the densities. */
export const CELLS = 64;
const ANSWERS = 16;
/** Keeps logarithms finite where a density is nothing. */
const LEAST = 1e-9;

type Numbers = readonly number[];

const sum = (values: Numbers): number => values.reduce((a, b) => a + b, 0);
const shares = (values: Numbers): number[] => {
  const all = sum(values);
  return values.map((v) => v / all);
};

/** Shares of the cells, of humps by weight, centre and width. */
export function density(
  humps: readonly (readonly [weight: number, centre: number, width: number])[],
): number[] {
  const cells = Array.from({ length: CELLS }, (_, i) => (2 * i + 1) / CELLS - 1);
  const parts = humps.map(([weight, centre, width]) =>
    shares(cells.map((x) => Math.exp(-(((x - centre) / width) ** 2) / 2))).map((p) => weight * p),
  );
  return shares(cells.map((_, i) => sum(parts.map((part) => part[i] as number)) + LEAST));
}

/** Places that cut a density into parts of equal weight, in the middle of each. */
export function quantiles(p: Numbers): number[] {
  let [cell, below] = [0, 0];
  return Array.from({ length: ANSWERS }, (_, i) => {
    const wanted = (i + 0.5) / ANSWERS;
    while (below + (p[cell] as number) < wanted) below += p[cell++] as number;
    return (2 * (cell + (wanted - below) / (p[cell] as number))) / CELLS - 1;
  });
}

function dot(a: Numbers, b: Numbers): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

/** Mean cost of the plan that the method's term makes of these distances: `sweeps` times rows, then columns. */
export function moved(from: Numbers, to: Numbers, epsilon: number, sweeps: number): number {
  const cost = from.map((a) => to.map((b) => Math.abs(a - b)));
  const kernel = cost.map((row) => row.map((d) => Math.exp(-d / epsilon)));
  const turned = to.map((_, j) => kernel.map((row) => row[j] as number));
  let [rows, columns] = [from.map(() => 1), to.map(() => 1)];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    rows = kernel.map((row) => 1 / dot(row, columns));
    columns = turned.map((column) => 1 / dot(column, rows));
  }
  const plan = (i: number) => columns.map((v, j) => v * (rows[i] as number) * (kernel[i]?.[j] as number));
  return sum(cost.map((row, i) => dot(row, plan(i)))) / from.length;
}

const kl = (p: Numbers, q: Numbers): number => sum(p.map((v, i) => v * Math.log(v / (q[i] as number))));

/** Losses of a student's density in the order of the panels' groups after the teacher. */
function lossesOf(teacher: Numbers, epsilon: number, sweeps: number): readonly ((p: Numbers) => number)[] {
  const places = quantiles(teacher);
  const between = (p: Numbers) => p.map((v, i) => (v + (teacher[i] as number)) / 2);
  return [
    (p) => kl(teacher, p),
    (p) => kl(p, teacher),
    (p) => (kl(p, between(p)) + kl(teacher, between(p))) / 2,
    (p) => moved(quantiles(p), places, epsilon, sweeps),
  ];
}

export interface Hump {
  readonly centre: number;
  readonly width: number;
}

/** The student's hump before and after every step against the slope of a loss, `STEPS + 1` of them. */
function fit(loss: (p: Numbers) => number): Hump[] {
  let [centre, size] = [START.centre, Math.log(START.width)];
  const at = (c: number, s: number) => loss(density([[1, c, Math.exp(s)]]));
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const before = { centre, width: Math.exp(size) };
    const [x, y] = [
      at(centre + NEAR, size) - at(centre - NEAR, size),
      at(centre, size + NEAR) - at(centre, size - NEAR),
    ];
    const length = (LENGTH * (1 - step / STEPS)) / Math.max(Math.hypot(x, y), Number.MIN_VALUE);
    [centre, size] = [centre - length * x, size - length * y];
    return before;
  });
}

/** Fits by blur and sweeps: a run asks for the same ones at every look. */
const known = new Map<string, Hump[][]>();

/** The way of each loss: forward KL, reverse KL, Jensen-Shannon, transport with this blur and number of sweeps. */
export function fits(epsilon: number, sweeps: number): Hump[][] {
  const key = `${epsilon} ${sweeps}`;
  const ways = known.get(key) ?? lossesOf(density(TEACHER), epsilon, sweeps).map(fit);
  known.set(key, ways);
  return ways;
}
