/** Trained networks as files, with everything in them that using the network needs. Pure. */
import { zipSync } from 'fflate';
import type { Config } from '../core/config';
import { writeOnnx } from '../share/graph/onnx';
import { WEIGHTS_FILE, writeGraphModel } from '../share/graph/tfjs';
import { trace } from '../share/graph/trace';
import { linkFragment } from '../share/link';
import { writeSafetensors } from '../share/safetensors';
import { type NetworkFormat, snippet } from '../share/snippets';
import type { Evaluation, NetworkItem } from '../worker/protocol';

/** The oldest date an archive can hold, so that equal content gives equal bytes. */
const EPOCH = new Date(1980, 0, 1);

type Texts = Readonly<Record<string, string>>;
type Files = Record<string, Uint8Array<ArrayBuffer>>;

/** What a file says of the run its network comes from. */
export function aboutRun(
  config: Config,
  latest: ReadonlyMap<string, Pick<Evaluation, 'metrics'>>,
  learner: string,
): Texts {
  const metrics = Object.fromEntries(
    ['validation', 'test'].flatMap((split) => {
      const found = latest.get(`${learner} ${split}`);
      return found ? [[split, found.metrics]] : [];
    }),
  );
  return { setup: linkFragment(config), config: JSON.stringify(config), metrics: JSON.stringify(metrics) };
}

function metadata(item: NetworkItem, about: Texts): Texts {
  const { learner, model, method, image, classNames, mean, std } = item;
  return {
    ...about,
    learner,
    model: JSON.stringify(model),
    method: JSON.stringify({ id: method.id, params: method.params }),
    image: JSON.stringify(image),
    classes: JSON.stringify(classNames),
    mean: JSON.stringify(mean),
    std: JSON.stringify(std),
  };
}

/**
 * The files of one network by their paths. `about` are further texts of the header.
 * Throws a sentence when the format cannot hold the network.
 */
export function networkFiles(item: NetworkItem, name: string, format: NetworkFormat, about: Texts): Files {
  const texts = metadata(item, about);
  if (format === 'safetensors') return { [`${name}.safetensors`]: writeSafetensors(item.tensors, texts) };
  const graph = trace(item);
  const weights = new Map(item.tensors.map((tensor) => [tensor.name, tensor.data]));
  if (format === 'onnx') return { [`${name}.onnx`]: writeOnnx(graph, weights, texts) };
  const { json, bytes } = writeGraphModel(graph, weights, texts);
  return { [`${name}/model.json`]: new TextEncoder().encode(json), [`${name}/${WEIGHTS_FILE}`]: bytes };
}

/** `s1/2` as `labels-only-2`, free of anything a file system minds. */
export const networkName = (learner: string, label: string): string => {
  const seed = learner.split('/')[1];
  const plain = label.normalize('NFKD').toLowerCase();
  return `${plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'network'}${seed ? `-${seed}` : ''}`;
};

const WEIGHTS_ALONE = `
Inputs are [batch, height, width, channels] of about["image"], as (pixel - mean) / std with pixels from 0 to 255 and
one mean and std per channel. Outputs are the logits of about["classes"], in that order.
about["model"] names the architecture and its parameters; about["setup"] is the set-up as the page's link has it.

Dense weights are [in, out], convolution filters [height, width, in, out], depthwise filters [height, width, in, 1];
convolutions pad as TensorFlow's "same". Batch norm has scale, shift and the running mean and variance, with 1e-5
added to the variance. Tensors whose names begin with "extras." belong to the method: heads and projectors that
training used, and that only methods with a prediction of their own use afterwards.
`;

const WHOLE = `
Input "pixels" is float32 [batch, height, width, channels] with pixels from 0 to 255: the standardisation is inside.
Output "logits" is [batch, classes], in the order of the classes in the metadata, by the method's own prediction.
The metadata are texts: classes, image ([height, width, channels]), mean, std, model, method, metrics and config as
JSON, and setup as the page's link has it.
`;

const readMe = (format: NetworkFormat): string =>
  `Networks trained with Condenser, in the format ${format}.

${snippet(format, 'NAME')}${format === 'safetensors' ? WEIGHTS_ALONE : WHOLE}`;

/** All networks of a run in one archive, with a note on how to read them. */
export function networkArchive(
  items: readonly NetworkItem[],
  format: NetworkFormat,
  nameOf: (item: NetworkItem) => string,
  about: (item: NetworkItem) => Texts,
): Uint8Array<ArrayBuffer> {
  const files: Files = { 'README.txt': new TextEncoder().encode(readMe(format)) };
  const taken = new Set<string>();
  for (const item of items) {
    let name = nameOf(item);
    while (taken.has(name)) name = `${name}-x`;
    taken.add(name);
    Object.assign(files, networkFiles(item, name, format, about(item)));
  }
  return zipSync(files, { level: 0, mtime: EPOCH }) as Uint8Array<ArrayBuffer>;
}

/** Texts and bytes by path as one archive, compressed. */
export function zipFiles(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array<ArrayBuffer> {
  const bytes = Object.entries(files).map(
    ([path, content]) =>
      [path, typeof content === 'string' ? new TextEncoder().encode(content) : content] as const,
  );
  return zipSync(Object.fromEntries(bytes), { level: 6, mtime: EPOCH }) as Uint8Array<ArrayBuffer>;
}
