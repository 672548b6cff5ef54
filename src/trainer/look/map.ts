/** Where images lie for the last layer of each learner: its features in two dimensions. */
import { argmax } from '../../core/logits';
import { components, turned } from '../../core/pca';
import { Rng } from '../../core/rng';
import { settle } from '../../engine/sync';
import type { Look, Looked, MapItem } from '../../worker/protocol';
import type { LookTools, Subject } from './index';

type MapLook = Extract<Look, { readonly kind: 'map' }>;

/** McInnes, Healy, Melville, "UMAP", 2018: the defaults of its authors' own library. */
const NEIGHBOURS = 15;
const MIN_DISTANCE = 0.1;

/** At most `most` rows, the same for every learner and every time, in order. */
export function sampleRows(count: number, most: number): Int32Array<ArrayBuffer> {
  const picked = new Rng(1, 'map').permutation(count).subarray(0, Math.min(count, most));
  return Int32Array.from(picked).sort();
}

async function umap(data: Float32Array, rows: number, columns: number): Promise<Float64Array> {
  const { UMAP } = await import('umap-js');
  const rng = new Rng(1, 'umap');
  const plan = new UMAP({
    nComponents: 2,
    nNeighbors: Math.max(2, Math.min(NEIGHBOURS, rows - 1)),
    minDist: MIN_DISTANCE,
    random: () => rng.uniform(),
  });
  const list = Array.from({ length: rows }, (_, r) =>
    Array.from(data.subarray(r * columns, (r + 1) * columns)),
  );
  const epochs = plan.initializeFit(list);
  for (let epoch = 0; epoch < epochs; epoch++) {
    plan.step();
    // The worker answers other messages meanwhile.
    await settle(0);
  }
  return Float64Array.from(plan.getEmbedding().flat());
}

/** The features `[count, width]` that the head of the network reads. */
async function featuresOf(
  { id: learner, network }: Subject,
  { evaluator }: LookTools,
  { split }: MapLook,
): Promise<Float32Array> {
  const id = `${learner} features`;
  const values = await evaluator.logits(
    { id, predict: (images) => network.forward(images, false).embedding },
    split,
  );
  evaluator.forget(id);
  return values;
}

/** What it answers, unless it knows other classes. */
async function answersOf(
  subject: Subject,
  index: Int32Array<ArrayBuffer>,
  { evaluator, dataset }: LookTools,
  { split }: MapLook,
): Promise<Pick<MapItem, 'answers'>> {
  if (subject.own && subject.own.classNames !== dataset.classNames) return {};
  const logits = await evaluator.logits(subject, split);
  return { answers: Int32Array.from(index, (row) => argmax(logits, row, dataset.classNames.length)) };
}

async function itemOf(
  subject: Subject,
  index: Int32Array<ArrayBuffer>,
  tools: LookTools,
  look: MapLook,
): Promise<MapItem & { readonly points: Float32Array<ArrayBuffer> }> {
  const { dataset } = tools;
  const all = await featuresOf(subject, tools, look);
  const width = all.length / dataset.splits[look.split].count;
  const features = new Float32Array(index.length * width);
  index.forEach((row, i) => {
    features.set(all.subarray(row * width, (row + 1) * width), i * width);
  });
  const rows = index.length;
  const shared = { learner: subject.id, ...(await answersOf(subject, index, tools, look)), width };
  if (look.way === 'umap') return { ...shared, points: Float32Array.from(await umap(features, rows, width)) };
  const { points, explained } = components(features, rows, width);
  return { ...shared, points: Float32Array.from(points), explained };
}

export async function mapOf(look: MapLook, tools: LookTools): Promise<Looked> {
  const split = tools.dataset.splits[look.split];
  const index = sampleRows(split.count, look.rows);
  const items: MapItem[] = [];
  for (const subject of tools.subjects) {
    const item = await itemOf(subject, index, tools, look);
    const first = items[0];
    const points = Float32Array.from(turned(item.points, (first ?? item).points));
    items.push({ ...item, points: first ? points : item.points });
  }
  const labels = Int32Array.from(index, (row) => split.labels[row]!);
  const { origin } = tools.dataset;
  const images = origin ? Int32Array.from(index, (row) => origin[look.split][row]!) : index;
  return { kind: 'map', index: images, labels, items };
}
