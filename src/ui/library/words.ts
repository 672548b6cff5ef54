/** What the page says of a kept network, and how it becomes the teacher. */
import { count, percent } from '../../core/format';
import type { DatasetSummary } from '../../data/dataset';
import { models } from '../../models/index';
import { edit } from '../../state/setup';
import type { NetworkCard } from '../../worker/protocol';

/** Name and accuracy, as a list of choices has room for. */
export function shortText({ name, metrics }: NetworkCard): string {
  const { accuracy } = metrics;
  return accuracy === undefined ? name : `${name} (${percent(accuracy)})`;
}

/** Model, size and images, in one line. */
export function factsText({ model, parameters, classNames, image, dataset }: NetworkCard): string {
  const kind = models.has(model.id) ? models.get(model.id).name : model.id;
  const images = `${image.join('×')}${dataset.name ? ` of ${dataset.name}` : ''}`;
  return `${kind}, ${count(parameters)} parameters, ${classNames.length} classes, ${images}`;
}

/** Why a network may teach less than it knows on these images; undefined when they are what it was trained on. */
export function mismatch(
  network: Pick<NetworkCard, 'classNames' | 'image' | 'dataset'>,
  { classNames, shape, fingerprint }: Pick<DatasetSummary, 'classNames' | 'shape' | 'fingerprint'>,
): string | undefined {
  const known = network.classNames.length;
  if (known !== classNames.length)
    return `It knows ${known} classes, the data has ${classNames.length}. It can teach methods that read features only.`;
  const other = classNames.findIndex((name, i) => name !== network.classNames[i]);
  if (other >= 0)
    return `Its class ${other + 1} is “${network.classNames[other]}”, that of the data “${classNames[other]}”. Its answers are read in order.`;
  const { height, width, channels } = shape;
  const image = `${height}×${width}×${channels}`;
  if (network.image.join('×') !== image)
    return `It was trained on images of ${network.image.join('×')}, the data has ${image}. Not every model can be used at another size.`;
  return network.dataset.fingerprint === fingerprint ? undefined : 'It was trained on other images.';
}

/** Makes it the teacher of the set-up. */
export function teachWith({ key, model }: NetworkCard): void {
  edit((config) => ({ ...config, teacher: { ...config.teacher, mode: 'saved', saved: key, model } }));
}
