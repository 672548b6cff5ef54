/** Which places of one image speak for a class: Grad-CAM of feature maps, attention rollout of tokens. */
import { argmax } from '../../core/logits';
import { imageOf } from '../../data/pictures';
import { labelOf } from '../../data/spaces';
import { ops } from '../../engine/ops/index';
import { LAYER_NORM_EPSILON } from '../../engine/ops/network';
import { pictureTensor, readTaps, type TapReading, valuesOf } from '../../engine/taps';
import type { Scalar, Tensor4D } from '../../engine/types';
import { readTensor } from '../../engine/weights';
import { models } from '../../models/index';
import type { Look, Looked, PlaceMap, PlacesItem } from '../../worker/protocol';
import type { Network } from '../network';
import type { LookTools, Subject } from './index';
import { aboveLeast, gradCam, meanAttention, queriesOf, rollout, toOne } from './saliency';

type PlacesLook = Extract<Look, { readonly kind: 'places' }>;

/** Maps of one cell say nothing about places. */
const isMap = (shape: readonly number[]): boolean => shape.length === 3 && shape[0]! * shape[1]! > 1;

function camOf(tap: string, { shape, values, gradient }: TapReading): PlaceMap[] {
  const [height = 1, width = 1, channels = 1] = shape;
  if (!isMap(shape) || !gradient) return [];
  return [{ tap, way: 'grad-cam', height, width, values: toOne(gradCam(values, gradient, channels)) }];
}

/** Attention of every block whose input is among the taps, in order; empty for networks without tokens. */
async function attentions(network: Network, taps: Readonly<Record<string, TapReading>>) {
  const { weights } = network.build;
  const names = Object.keys(taps);
  const found: { readonly tap: string; readonly attention: Float64Array }[] = [];
  for (const [i, tap] of names.slice(1).entries()) {
    const parts = ['norm1/scale', 'norm1/shift', 'attention/qkv/weight', 'attention/qkv/bias'];
    const variables = parts.flatMap((part) => weights.get(`${tap}/${part}`) ?? []);
    const before = taps[names[i]!]!;
    if (variables.length < parts.length || before.shape.length !== 2) continue;
    const [scale, shift, qkv, bias] = await Promise.all(variables.map(readTensor));
    const block = { scale: scale!, shift: shift!, qkv: qkv!, bias: bias! };
    const mixed = queriesOf(before.values, block, LAYER_NORM_EPSILON);
    const heads = Number(network.choice.params['heads'] ?? 1);
    found.push({ tap, attention: meanAttention(mixed, block.scale.length, heads) });
  }
  return found;
}

async function rolloutsOf(network: Network, taps: Readonly<Record<string, TapReading>>): Promise<PlaceMap[]> {
  const found = await attentions(network, taps);
  const filter = network.build.weights.get('stem/patches/filter');
  if (found.length === 0 || !filter) return [];
  const [h = 1, w = 1] = network.input.image;
  const [height, width] = [Math.ceil(h / filter.shape[0]!), Math.ceil(w / filter.shape[1]!)];
  const reached = rollout(
    found.map(({ attention }) => attention),
    height * width,
  );
  return found.map(({ tap }, i) => ({ tap, way: 'rollout', height, width, values: aboveLeast(reached[i]!) }));
}

async function itemOf(
  { id: learner, network }: Subject,
  images: Tensor4D,
  truth: number | undefined,
): Promise<PlacesItem> {
  const logits = await valuesOf(() => network.forward(images, false).logits);
  const target = truth ?? argmax(logits, 0, logits.length);
  const taps = await readTaps(() => {
    const answer = network.forward(images, false);
    const score = ops.sum(ops.slice(answer.logits, [0, target], [1, 1])) as Scalar;
    return { score, taps: answer.taps };
  });
  const tokens = await rolloutsOf(network, taps);
  const maps = tokens.length > 0 ? tokens : Object.entries(taps).flatMap(([tap, each]) => camOf(tap, each));
  const { name } = models.get(network.choice.id);
  const reason = `${name} has no map of places: its layers see the image as one list of numbers.`;
  return { learner, target, maps, reason: maps.length > 0 ? '' : reason };
}

export async function placesOf(look: PlacesLook, tools: LookTools): Promise<Looked> {
  const { subjects, dataset, whole = dataset } = tools;
  const split = whole.splits[look.split];
  if (!(look.row >= 0 && look.row < split.count))
    throw new Error(`There is no image ${look.row} among the ${split.count} of this split.`);
  const { height, width, channels } = dataset.shape;
  const images = pictureTensor(imageOf(split, look.row), [height, width, channels], dataset.statistics);
  const truth = ({ own = dataset }: Subject) =>
    look.target === 'truth' ? labelOf(own, look.split, look.row) : undefined;
  const items: PlacesItem[] = [];
  try {
    for (const subject of subjects) items.push(await itemOf(subject, images, truth(subject)));
  } finally {
    images.dispose();
  }
  return { kind: 'places', items };
}
