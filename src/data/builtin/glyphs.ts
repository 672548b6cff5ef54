import { hash, Rng } from '../../core/rng';
import { affineAround, byte, draw, grain, mapStroke, rounded, type Stroke } from '../drawing';
import { defineBuiltin, integer, number } from '../kit';

/** Ways to write each digit: lists of strokes in the unit square, drawn for this project. */
const SKELETONS: readonly (readonly (readonly Stroke[])[])[] = [
  [
    [[0.5, 0.12, 0.26, 0.24, 0.24, 0.74, 0.5, 0.88, 0.76, 0.74, 0.74, 0.24, 0.5, 0.12]],
    [[0.3, 0.14, 0.7, 0.14, 0.7, 0.86, 0.3, 0.86, 0.3, 0.14]],
    [[0.56, 0.1, 0.28, 0.3, 0.3, 0.8, 0.58, 0.86, 0.74, 0.56, 0.66, 0.2, 0.44, 0.16]],
  ],
  [
    [[0.5, 0.1, 0.5, 0.9]],
    [[0.34, 0.28, 0.54, 0.1, 0.54, 0.9]],
    [
      [0.34, 0.26, 0.52, 0.12, 0.52, 0.88],
      [0.34, 0.88, 0.7, 0.88],
    ],
  ],
  [
    [[0.26, 0.28, 0.36, 0.12, 0.66, 0.12, 0.74, 0.34, 0.3, 0.86, 0.76, 0.86]],
    [[0.26, 0.14, 0.72, 0.14, 0.72, 0.5, 0.28, 0.5, 0.28, 0.86, 0.74, 0.86]],
    [[0.26, 0.24, 0.5, 0.1, 0.72, 0.28, 0.56, 0.6, 0.28, 0.88, 0.36, 0.74, 0.52, 0.84, 0.78, 0.86]],
  ],
  [
    [[0.28, 0.18, 0.52, 0.1, 0.74, 0.28, 0.46, 0.48, 0.76, 0.68, 0.54, 0.9, 0.26, 0.82]],
    [[0.28, 0.14, 0.72, 0.14, 0.44, 0.44, 0.74, 0.6, 0.66, 0.86, 0.28, 0.86]],
    [
      [0.28, 0.14, 0.72, 0.14, 0.72, 0.86, 0.28, 0.86],
      [0.36, 0.5, 0.72, 0.5],
    ],
  ],
  [
    [[0.62, 0.9, 0.62, 0.1, 0.24, 0.64, 0.78, 0.64]],
    [
      [0.32, 0.1, 0.28, 0.5, 0.72, 0.5],
      [0.68, 0.12, 0.68, 0.9],
    ],
    [
      [0.4, 0.12, 0.24, 0.58, 0.76, 0.58],
      [0.62, 0.34, 0.56, 0.9],
    ],
  ],
  [
    [[0.72, 0.12, 0.32, 0.12, 0.3, 0.44, 0.58, 0.4, 0.76, 0.62, 0.6, 0.88, 0.26, 0.84]],
    [[0.72, 0.14, 0.28, 0.14, 0.28, 0.5, 0.72, 0.5, 0.72, 0.86, 0.28, 0.86]],
    [
      [0.34, 0.14, 0.3, 0.46, 0.66, 0.46, 0.72, 0.76, 0.44, 0.9, 0.26, 0.8],
      [0.34, 0.14, 0.74, 0.12],
    ],
  ],
  [
    [[0.66, 0.1, 0.36, 0.34, 0.26, 0.7, 0.5, 0.9, 0.74, 0.72, 0.56, 0.5, 0.28, 0.64]],
    [[0.7, 0.14, 0.3, 0.14, 0.3, 0.86, 0.72, 0.86, 0.72, 0.5, 0.3, 0.5]],
    [[0.46, 0.08, 0.3, 0.5, 0.34, 0.86, 0.66, 0.88, 0.7, 0.6, 0.48, 0.54, 0.34, 0.7]],
  ],
  [
    [[0.24, 0.14, 0.76, 0.14, 0.44, 0.9]],
    [
      [0.26, 0.14, 0.72, 0.14, 0.5, 0.5, 0.48, 0.9],
      [0.36, 0.52, 0.66, 0.5],
    ],
    [[0.26, 0.26, 0.28, 0.14, 0.74, 0.14, 0.56, 0.5, 0.42, 0.9]],
  ],
  [
    [
      [0.5, 0.48, 0.3, 0.38, 0.32, 0.16, 0.5, 0.1, 0.68, 0.16, 0.7, 0.38, 0.5, 0.48],
      [0.5, 0.48, 0.26, 0.58, 0.26, 0.82, 0.5, 0.9, 0.74, 0.82, 0.74, 0.58, 0.5, 0.48],
    ],
    [
      [0.3, 0.14, 0.7, 0.14, 0.7, 0.86, 0.3, 0.86, 0.3, 0.14],
      [0.3, 0.5, 0.7, 0.5],
    ],
    [[0.68, 0.2, 0.48, 0.1, 0.3, 0.26, 0.7, 0.66, 0.56, 0.9, 0.32, 0.82, 0.34, 0.62, 0.68, 0.2]],
  ],
  [
    [[0.72, 0.36, 0.5, 0.5, 0.28, 0.36, 0.38, 0.12, 0.64, 0.12, 0.72, 0.36, 0.66, 0.66, 0.4, 0.9]],
    [[0.7, 0.5, 0.28, 0.5, 0.28, 0.14, 0.7, 0.14, 0.7, 0.86, 0.3, 0.86]],
    [[0.66, 0.38, 0.42, 0.5, 0.3, 0.28, 0.5, 0.1, 0.68, 0.24, 0.64, 0.9]],
  ],
];

const params = {
  count: integer('Number of images', 4000, { min: 200, max: 20000, source: 'ours' }),
  difficulty: number('Difficulty', 0.5, {
    min: 0,
    max: 1,
    step: 0.05,
    source: 'ours',
    help: 'More turning, bending, thin lines, stray strokes and noise.',
  }),
  labelNoise: number('Wrong training labels', 0, {
    min: 0,
    max: 0.5,
    step: 0.01,
    source: 'ours',
    help: 'Share of training labels replaced by another class; validation and test stay clean.',
  }),
};

/** Moves every point a little on its own, so that no two drawings share a shape. */
const shaken = (stroke: Stroke, rng: Rng, by: number): number[] =>
  stroke.map((v) => v + rng.between(-by, by));

/** One digit as grey bytes, light on dark. */
function render(digit: number, rng: Rng, size: number, difficulty: number): Uint8Array {
  const canvas = new Float64Array(size * size);
  const skeleton = rng.pick(SKELETONS[digit]!);
  const curvy = rng.uniform() < 0.6;
  const d = difficulty;
  const stretch = () => 0.95 + rng.between(-0.32, 0.12) * d;
  const shift = () => rng.between(-0.14, 0.14) * d;
  const turn = rng.between(-0.55, 0.55) * d;
  const map = affineAround(turn, rng.between(-0.45, 0.45) * d, stretch(), stretch(), shift(), shift());
  const width = rng.between(0.13 - 0.07 * d, 0.13 + 0.05 * d);
  const ink = rng.between(1 - 0.55 * d, 1);
  for (const stroke of skeleton) {
    const moved = shaken(stroke, rng, 0.02 + 0.06 * d);
    draw(canvas, size, mapStroke(curvy ? rounded(rounded(moved)) : moved, map), width, ink);
  }
  const strays = rng.below(1 + Math.round(3 * d));
  for (let i = 0; i < strays; i++) {
    const x = rng.uniform();
    const y = rng.uniform();
    const stray = [x, y, x + rng.between(-0.35, 0.35), y + rng.between(-0.35, 0.35)];
    draw(canvas, size, stray, width, ink * rng.between(0.5, 1));
  }
  const ground = rng.between(0, 0.25 * d);
  const noise = 0.02 + 0.2 * d;
  return Uint8Array.from(canvas, (v) => byte(ground + v * (1 - ground) + noise * grain(rng)));
}

/** Digits written with strokes: the easiest to look at, and hard for a small network at full difficulty. */
export default defineBuiltin({
  id: 'glyphs',
  name: 'Glyphs',
  summary: 'Ten digits drawn with pen strokes in several hands, turned, bent and noisy.',
  params,
  generate({ count, difficulty, labelNoise }, seed, size = 16) {
    const pixels = new Uint8Array(count * size * size);
    const labels = Int32Array.from({ length: count }, (_, row) => row % 10);
    for (let row = 0; row < count; row++)
      pixels.set(
        render(labels[row]!, new Rng(hash(seed, row), 'glyphs'), size, difficulty),
        row * size * size,
      );
    return {
      name: 'Glyphs',
      shape: { height: size, width: size, channels: 1 },
      pixels,
      labels,
      classNames: Array.from({ length: 10 }, (_, digit) => String(digit)),
      labelNoise,
    };
  },
});
