/** What the plain and the hierarchical vision transformer share. */
import type { Build, Shape, Tensor } from '../../engine/types';
import { integer } from '../kit';

/** Cells along the longer side that the automatic patch size aims for. */
const CELLS = 8;
/** Attention costs tokens squared: a patch size that gives more tokens than this is enlarged. */
const MAX_TOKENS = 256;

export const patchParam = integer('Patch in pixels (0 = automatic)', 0, {
  min: 0,
  max: 16,
  source: 'ours',
  help: 'Automatic aims for 8 patches along the longer side; more than 256 patches are never made.',
});

/** Side of a patch in pixels. Images that it does not divide are padded with zeros. */
export function patchSize([h = 1, w = 1]: Shape, wanted: number): number {
  let patch = wanted || Math.max(2, Math.ceil(Math.max(h, w) / CELLS));
  while (Math.ceil(h / patch) * Math.ceil(w / patch) > MAX_TOKENS) patch++;
  return Math.min(patch, Math.max(h, w));
}

/** Pre-norm transformer block on `[tokens, width]`: x + attention(norm(x)), then x + mlp(norm(x)). */
export function block(
  build: Build,
  name: string,
  shape: Shape,
  { heads, hidden }: { readonly heads: number; readonly hidden: number },
) {
  const width = shape.at(-1) as number;
  const norm1 = build.layerNorm(`${name}/norm1`, shape);
  const mix = build.attention(`${name}/attention`, shape, heads);
  const norm2 = build.layerNorm(`${name}/norm2`, shape);
  const up = build.dense(`${name}/up`, shape, hidden, { activation: 'gelu' });
  const down = build.dense(`${name}/down`, up.out, width);
  return (x: Tensor): Tensor => {
    const mixed = mix(norm1(x), x);
    return down(up(norm2(mixed)), mixed);
  };
}
