import { hash, Rng } from '../../core/rng';
import { byte, grain, rotation, wave } from '../drawing';
import { choice, defineBuiltin, integer, number } from '../kit';

/** Signed distance of (x, y) to the outline of a shape of radius about 1: negative inside. */
type Outline = (x: number, y: number) => number;

const length = (x: number, y: number) => Math.sqrt(x * x + y * y);
const box = (x: number, y: number, w: number, h: number) => Math.max(Math.abs(x) - w, Math.abs(y) - h);

const SHAPES: Readonly<Record<string, Outline>> = {
  circle: (x, y) => length(x, y) - 0.9,
  square: (x, y) => box(x, y, 0.8, 0.8),
  triangle: (x, y) => Math.max(y - 0.65, 0.866 * Math.abs(x) - 0.5 * y - 0.5),
  diamond: (x, y) => 0.83 * (Math.abs(x) * 1.35 + Math.abs(y) * 0.95) - 0.83,
  cross: (x, y) => Math.min(box(x, y, 0.95, 0.33), box(x, y, 0.33, 0.95)),
  ring: (x, y) => Math.abs(length(x, y) - 0.68) - 0.25,
  moon: (x, y) => Math.max(length(x, y) - 0.92, 0.72 - length(x - 0.42, y)),
  frame: (x, y) => Math.max(box(x, y, 0.85, 0.85), -box(x, y, 0.42, 0.42)),
};

const COLOURS: Readonly<Record<string, readonly [number, number, number]>> = {
  red: [0.86, 0.2, 0.18],
  orange: [0.93, 0.57, 0.15],
  yellow: [0.9, 0.85, 0.22],
  green: [0.2, 0.68, 0.3],
  cyan: [0.2, 0.72, 0.78],
  blue: [0.2, 0.32, 0.85],
  violet: [0.56, 0.28, 0.78],
  white: [0.92, 0.92, 0.92],
};

/** Brightness 0..1 of a filling at a point of the unit square. */
const TEXTURES: Readonly<Record<string, (x: number, y: number) => number>> = {
  plain: () => 1,
  striped: (x) => (wave(4 * x) > 0 ? 1 : 0.45),
  checked: (x, y) => (wave(3 * x) * wave(3 * y) > 0 ? 1 : 0.45),
  shaded: (_, y) => 0.4 + 0.6 * Math.min(1, Math.max(0, y)),
};

const POSITIONS = ['top left', 'top right', 'bottom left', 'bottom right'] as const;
const shapeNames = Object.keys(SHAPES);
const colourNames = Object.keys(COLOURS);
const textureNames = Object.keys(TEXTURES);
const bothNames = colourNames.flatMap((colour) => shapeNames.map((shape) => `${colour} ${shape}`));

const params = {
  count: integer('Number of images', 4000, { min: 200, max: 20000, source: 'ours' }),
  label: choice('What has to be told apart', 'shape', {
    shape: 'Shape',
    colour: 'Colour',
    texture: 'Texture',
    position: 'Position',
    both: 'Colour and shape: 64 classes, in groups by colour',
  }),
  difficulty: number('Difficulty', 0.5, {
    min: 0,
    max: 1,
    step: 0.05,
    source: 'ours',
    help: 'More turning, smaller shapes, closer colours, clutter and noise.',
  }),
  labelNoise: number('Wrong training labels', 0, {
    min: 0,
    max: 0.5,
    step: 0.01,
    source: 'ours',
    help: 'Share of training labels replaced by another class; validation and test stay clean.',
  }),
};

interface Scene {
  readonly shape: number;
  readonly colour: number;
  readonly texture: number;
  readonly position: number;
}

/** One thing on the canvas: how covered a point is (0..1) and how bright it is there. */
interface Thing {
  readonly colour: readonly number[];
  cover(x: number, y: number): number;
  light(x: number, y: number): number;
}

function thing(scene: Scene, rng: Rng, size: number, d: number, small: number): Thing {
  const radius = small * rng.between(0.36 - 0.12 * d, 0.38);
  const spread = 0.09 + 0.1 * d;
  const cx = 0.5 + (scene.position % 2 ? 1 : -1) * rng.between(0.06, spread);
  const cy = 0.5 + (scene.position > 1 ? 1 : -1) * rng.between(0.06, spread);
  const [cos, sin] = rotation(rng.between(-0.9, 0.9) * d);
  const outline = SHAPES[shapeNames[scene.shape]!]!;
  const light = TEXTURES[textureNames[scene.texture]!]!;
  const colour = COLOURS[colourNames[scene.colour]!]!.map((v) => v + rng.between(-0.18, 0.18) * d);
  const along = (x: number, y: number) => (cos * (x - cx) + sin * (y - cy)) / radius;
  const across = (x: number, y: number) => (cos * (y - cy) - sin * (x - cx)) / radius;
  return {
    colour,
    cover: (x, y) => Math.min(1, Math.max(0, 0.5 - outline(along(x, y), across(x, y)) * radius * size)),
    light: (x, y) => light(along(x, y) * 0.5 + 0.5, across(x, y) * 0.5 + 0.5),
  };
}

/** Lays a thing over an RGB canvas of 0..1. */
function paint(canvas: Float64Array, size: number, item: Thing, opacity: number): void {
  for (let py = 0; py < size; py++)
    for (let px = 0; px < size; px++) {
      const x = (px + 0.5) / size;
      const y = (py + 0.5) / size;
      const cover = opacity * item.cover(x, y);
      if (cover <= 0) continue;
      const light = item.light(x, y);
      const at = 3 * (py * size + px);
      for (let c = 0; c < 3; c++)
        canvas[at + c] = canvas[at + c]! * (1 - cover) + cover * light * item.colour[c]!;
    }
}

const anyScene = (rng: Rng): Scene => ({
  shape: rng.below(shapeNames.length),
  colour: rng.below(colourNames.length),
  texture: rng.below(textureNames.length),
  position: rng.below(POSITIONS.length),
});

function render(scene: Scene, rng: Rng, size: number, d: number): Uint8Array {
  const canvas = new Float64Array(3 * size * size);
  const ground = [0, 1, 2].map(() => rng.between(0.08, 0.1 + 0.45 * d));
  for (let i = 0; i < canvas.length; i++) canvas[i] = ground[i % 3]!;
  const clutter = rng.below(1 + Math.round(3 * d));
  for (let i = 0; i < clutter; i++) paint(canvas, size, thing(anyScene(rng), rng, size, d, 0.4), 0.6);
  paint(canvas, size, thing(scene, rng, size, d, 1), 1 - 0.25 * d * rng.uniform());
  const noise = 0.01 + 0.08 * d;
  return Uint8Array.from(canvas, (v) => byte(v + noise * grain(rng)));
}

/** What a scene of this class has. */
const wanted = (label: keyof Scene | 'both', value: number): Partial<Scene> =>
  label === 'both'
    ? { colour: Math.floor(value / shapeNames.length), shape: value % shapeNames.length }
    : { [label]: value };

/** Coloured, textured shapes; every property is kept as an attribute. */
export default defineBuiltin({
  id: 'shapes',
  name: 'Shapes',
  summary: 'Coloured and textured shapes at different places; shape, colour, texture or place is the class.',
  params,
  generate({ count, label, difficulty, labelNoise }, seed, size = 16) {
    const one = 3 * size * size;
    const pixels = new Uint8Array(count * one);
    const names = { shape: shapeNames, colour: colourNames, texture: textureNames, position: [...POSITIONS] };
    const classNames = label === 'both' ? bothNames : names[label];
    const labels = new Int32Array(count);
    const attributes = {
      shape: new Int32Array(count),
      colour: new Int32Array(count),
      texture: new Int32Array(count),
      position: new Int32Array(count),
    };
    for (let row = 0; row < count; row++) {
      const rng = new Rng(hash(seed, row), 'shapes');
      const value = row % classNames.length;
      const scene = { ...anyScene(rng), ...wanted(label, value) };
      labels[row] = value;
      pixels.set(render(scene, rng, size, 0.6 * difficulty), row * one);
      for (const key of ['shape', 'colour', 'texture', 'position'] as const)
        attributes[key][row] = scene[key];
    }
    return {
      name: 'Shapes',
      shape: { height: size, width: size, channels: 3 },
      pixels,
      labels,
      classNames,
      attributes,
      attributeNames: names,
      labelNoise,
    };
  },
});
