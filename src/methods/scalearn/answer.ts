/** Logits of the target in every stage of ScaLearn. */
import type { Hooks, Ops, Random, Tensor, Tensor2D } from '../../engine/types';
import type { Prediction } from '../kit';
import { fuse } from './fusion';
import { combine, dropped, type Form, type Joined, shares } from './maths';
import { sliders } from './params';
import { alone, type Parts, together } from './parts';

export interface Values {
  readonly transfer: 'scales' | 'fusion' | 'adapter' | 'head' | 'all';
  readonly form: Form;
  readonly joined: Joined;
  readonly dropout: number;
}

/** Scales of a layer as they are used: normalised, then moved by the sliders. */
export function used(
  ops: Ops,
  parts: Parts,
  params: Values,
  tap: string,
  masks?: readonly Tensor[],
): Tensor[] {
  const scales = parts.scales.map((of) => of[tap] as Tensor);
  const times = sliders({ ...params }, scales.length);
  return shares(ops, scales, params.joined, masks).map((scale, t) =>
    times[t] === 1 ? scale : ops.mul(scale, times[t] as number),
  );
}

/** @param random draws which scales are left out; absent: none. */
function mixed(ops: Ops, parts: Parts, params: Values, random?: Random): Hooks {
  if (parts.fusion) return together(ops, parts, (tap, x, ups) => fuse(ops, parts.fusion![tap]!, x, ups));
  const rate = params.form === 'uniform++' ? 0 : params.dropout;
  return together(ops, parts, (tap, _, ups) => {
    const drop = (scale: Tensor, t: number) =>
      dropped(ops, random!.uniform(`scale ${t} at ${tap}`, scale.shape), rate);
    const masks = random && rate > 0 ? parts.scales.map((of, t) => drop(of[tap] as Tensor, t)) : undefined;
    return combine(ops, ups, used(ops, parts, params, tap, masks));
  });
}

/** Logits of the target in every stage. @param random in a training step. */
export function answer(given: Prediction<Values, Parts>, random?: Random): Tensor2D {
  const { ops, params, extras, phase, images, forward } = given;
  const own = extras.tasks.length - 1;
  const plain = phase === 'backbone' || params.transfer === 'head' || params.transfer === 'all';
  const head = phase === 'transfer' ? extras.head : extras.heads[own]!;
  // Statistics of the backbone are for the images that its own stage learns from.
  const mode = phase === 'backbone' ? { training: false } : {};
  if (plain) return head(forward(images, mode).embedding) as Tensor2D;
  const hooks = phase === 'transfer' ? mixed(ops, extras, params, random) : alone(ops, extras, own);
  return head(forward(images, { hooks }).embedding) as Tensor2D;
}
