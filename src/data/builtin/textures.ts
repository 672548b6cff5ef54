import { hash, pcg, Rng } from '../../core/rng';
import { byte, grain, rotation, wave } from '../drawing';
import { defineBuiltin, integer, number } from '../kit';

/** -1..1 at (u, v), in periods of the pattern; `key` picks random cells. */
type Pattern = (u: number, v: number, key: number) => number;

const cell = (x: number, y: number, key: number): number =>
  (pcg((pcg((Math.floor(x) ^ key) >>> 0) ^ Math.floor(y)) >>> 0) >>> 8) / 8388608 - 1;
const ease = (t: number) => t * t * (3 - 2 * t);
const blend = (a: number, b: number, t: number) => a + (b - a) * t;

/** Smooth noise between random values on whole coordinates. */
function clouds(u: number, v: number, key: number): number {
  const s = ease(u - Math.floor(u));
  const t = ease(v - Math.floor(v));
  const top = blend(cell(u, v, key), cell(u + 1, v, key), s);
  return blend(top, blend(cell(u, v + 1, key), cell(u + 1, v + 1, key), s), t);
}

const PATTERNS: Readonly<Record<string, Pattern>> = {
  stripes: (u) => wave(u),
  checks: (u, v) => (wave(u * 0.8) * wave(v * 0.8) > 0 ? 0.9 : -0.9),
  dots: (u, v) => wave(u + 0.25) * 0.5 + wave(v + 0.25) * 0.5,
  waves: (u, v) => wave(u + 0.32 * wave(v * 0.6)),
  zigzag: (u, v) => wave(u + 1.1 * Math.abs(v * 0.7 - Math.floor(v * 0.7) - 0.5)),
  rings: (u, v) => wave(Math.sqrt(u * u + v * v)),
  bricks: (u, v) => {
    const row = Math.floor(v);
    const along = u * 0.6 + (row & 1) * 0.5;
    const joint = v - row < 0.22 || along - Math.floor(along) < 0.16;
    return joint ? -0.9 : 0.7;
  },
  clouds: (u, v, key) => 1.3 * clouds(u * 1.3, v * 1.3, key),
};
const names = Object.keys(PATTERNS);

const params = {
  count: integer('Number of images', 4000, { min: 200, max: 20000, source: 'ours' }),
  difficulty: number('Difficulty', 0.5, {
    min: 0,
    max: 1,
    step: 0.05,
    source: 'ours',
    help: 'More directions, scales and bending, less contrast, more noise.',
  }),
  labelNoise: number('Wrong training labels', 0, {
    min: 0,
    max: 0.5,
    step: 0.01,
    source: 'ours',
    help: 'Share of training labels replaced by another class; validation and test stay clean.',
  }),
};

function render(pattern: Pattern, rng: Rng, size: number, d: number): Uint8Array {
  const out = new Uint8Array(3 * size * size);
  const key = rng.word();
  const scale = rng.between(2.6 - 0.5 * d, 2.6 + 1.2 * d);
  const [cos, sin] = rotation(rng.between(-2, 2) * Math.min(1, 0.15 + d));
  const centre = [rng.uniform(), rng.uniform()] as const;
  const phase = [rng.uniform() * 4, rng.uniform() * 4] as const;
  const bend = 0.15 * d * rng.uniform();
  const first = [rng.uniform(), rng.uniform(), rng.uniform()];
  const contrast = rng.between(0.5 - 0.32 * d, 0.6);
  const side = rng.uniform() < 0.5 ? -1 : 1;
  const second = first.map(
    (v) => v + side * contrast * rng.between(0.6, 1) * (v * side > 0.5 * side ? -1 : 1),
  );
  const noise = 0.02 + 0.13 * d;
  const ringed = pattern === PATTERNS['rings'];
  for (let py = 0; py < size; py++)
    for (let px = 0; px < size; px++) {
      const x = (px + 0.5) / size - centre[0];
      const y = (py + 0.5) / size - centre[1];
      const u = scale * (cos * x - sin * y + bend * wave(y)) + (ringed ? 0 : phase[0]);
      const v = scale * (sin * x + cos * y + bend * wave(x)) + (ringed ? 0 : phase[1]);
      const mix = 0.5 + 0.5 * pattern(u, v, key);
      const at = 3 * (py * size + px);
      for (let c = 0; c < 3; c++) out[at + c] = byte(blend(first[c]!, second[c]!, mix) + noise * grain(rng));
    }
  return out;
}

/** Surfaces without a place or an outline: what counts is a local pattern, not a position. */
export default defineBuiltin({
  id: 'textures',
  name: 'Textures',
  summary: 'Eight patterned surfaces in random colours, directions and scales.',
  params,
  generate({ count, difficulty, labelNoise }, seed, size = 16) {
    const one = 3 * size * size;
    const pixels = new Uint8Array(count * one);
    const labels = Int32Array.from({ length: count }, (_, row) => row % names.length);
    for (let row = 0; row < count; row++) {
      const pattern = PATTERNS[names[labels[row]!]!]!;
      pixels.set(render(pattern, new Rng(hash(seed, row), 'textures'), size, 0.3 * difficulty), row * one);
    }
    return {
      name: 'Textures',
      shape: { height: size, width: size, channels: 3 },
      pixels,
      labels,
      classNames: names,
      labelNoise,
    };
  },
});
