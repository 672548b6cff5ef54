/** Trained networks as files: safetensors with everything in them that using the network needs. Pure. */
import { zipSync } from 'fflate';
import { writeSafetensors } from '../share/safetensors';
import type { NetworkItem } from '../worker/protocol';

/** One network. `about` are further texts of the header, such as the link of the set-up. */
export function networkFile(
  item: NetworkItem,
  about: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const { learner, model, image, classNames, mean, std, tensors } = item;
  return writeSafetensors(tensors, {
    ...about,
    learner,
    model: JSON.stringify(model),
    image: JSON.stringify(image),
    classes: JSON.stringify(classNames),
    mean: JSON.stringify(mean),
    std: JSON.stringify(std),
  });
}

/** `s1/2` as `labels-only-2`, free of anything a file system minds. */
export const networkName = (learner: string, label: string): string => {
  const seed = learner.split('/')[1];
  const plain = label.normalize('NFKD').toLowerCase();
  return `${plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'network'}${seed ? `-${seed}` : ''}`;
};

const READ_ME = `Networks trained with Condenser, one file each, in the safetensors format.

    from safetensors import safe_open
    with safe_open("NAME.safetensors", "np") as file:
        about = file.metadata()        # texts; lists are JSON
        weights = {name: file.get_tensor(name) for name in file.keys()}

Inputs are [batch, height, width, channels] of about["image"], as (pixel - mean) / std with pixels from 0 to 255 and
one mean and std per channel. Outputs are the logits of about["classes"], in that order.
about["model"] names the architecture and its parameters; about["setup"] is the set-up as the page's link has it.

Dense weights are [in, out], convolution filters [height, width, in, out], depthwise filters [height, width, in, 1];
convolutions pad as TensorFlow's "same". Batch norm has scale, shift and the running mean and variance, with 1e-5
added to the variance. Tensors whose names begin with "extras." belong to the method: heads and projectors that
training used, and that only methods with a prediction of their own use afterwards.
`;

/** All networks of a run in one archive, with a note on how to read them. */
export function networkArchive(
  items: readonly NetworkItem[],
  nameOf: (item: NetworkItem) => string,
  about: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const files: Record<string, Uint8Array> = { 'README.txt': new TextEncoder().encode(READ_ME) };
  for (const item of items) {
    let name = nameOf(item);
    while (`${name}.safetensors` in files) name = `${name}-x`;
    files[`${name}.safetensors`] = networkFile(item, about);
  }
  return zipSync(files, { level: 0, mtime: new Date(1980, 0, 1) }) as Uint8Array<ArrayBuffer>;
}
