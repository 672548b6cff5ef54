/** Functions on [-1, 1] or its square that small nets are asked to learn, and points of them. */
import { Rng } from '../core/rng';

export interface Target {
  readonly id: string;
  readonly name: string;
  readonly inputs: 1 | 2;
  readonly formula: string;
  readonly at: (x: readonly number[]) => number;
}

const bump = (x: number, centre: number, width: number): number => Math.exp(-(((x - centre) / width) ** 2));

export const TARGETS: readonly Target[] = [
  {
    id: 'sine',
    name: 'Sine',
    inputs: 1,
    formula: 'sin(2πx)',
    at: ([x = 0]) => Math.sin(2 * Math.PI * x),
  },
  {
    id: 'step',
    name: 'Step',
    inputs: 1,
    formula: '1 for x > 0.1, else −1',
    at: ([x = 0]) => (x > 0.1 ? 1 : -1),
  },
  {
    id: 'bumps',
    name: 'Bump mix',
    inputs: 1,
    formula: 'exp(−((x+0.5)/0.15)²) + 0.7 exp(−((x−0.3)/0.3)²)',
    at: ([x = 0]) => bump(x, -0.5, 0.15) + 0.7 * bump(x, 0.3, 0.3),
  },
  {
    id: 'chirp',
    name: 'Chirp',
    inputs: 1,
    formula: 'sin(3(x+1)²)',
    at: ([x = 0]) => Math.sin(3 * (x + 1) ** 2),
  },
  { id: 'product', name: 'Product', inputs: 2, formula: 'x₁x₂', at: ([x = 0, y = 0]) => x * y },
];

/** Rows of inputs, row-major, and the values there. */
export interface Points {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly count: number;
}

function pointsOf(target: Target, rows: readonly (readonly number[])[]): Points {
  return { x: Float32Array.from(rows.flat()), y: Float32Array.from(rows, target.at), count: rows.length };
}

/** Drawn evenly at random, without noise. */
export function trainingPoints(target: Target, count: number, seed: number): Points {
  const rng = new Rng(seed, `lab/${target.id}`);
  const row = () => Array.from({ length: target.inputs }, () => rng.between(-1, 1));
  return pointsOf(target, Array.from({ length: count }, row));
}

/** An even grid: 401 points, or 21 by 21. */
export function testPoints(target: Target): Points {
  const side = target.inputs === 1 ? 401 : 21;
  const axis = Array.from({ length: side }, (_, i) => -1 + (2 * i) / (side - 1));
  return pointsOf(
    target,
    target.inputs === 1 ? axis.map((x) => [x]) : axis.flatMap((x) => axis.map((y) => [x, y])),
  );
}
