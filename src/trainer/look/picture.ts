/** What every learner says to a picture that is not of the data: drawn, or from a camera. */
import { toRgba } from '../../data/pictures';
import { overWhite, resizeImage, toGrey } from '../../data/resize';
import { pictureTensor, valuesOf } from '../../engine/taps';
import type { Look, Looked } from '../../worker/protocol';
import type { LookTools } from './index';

type PictureLook = Extract<Look, { readonly kind: 'picture' }>;

/** Throws when the bytes are not those of such a picture. */
export async function pictureAnswers(
  { rgba, width, height }: PictureLook,
  tools: LookTools,
): Promise<Looked> {
  const { subjects, dataset } = tools;
  if (width < 1 || height < 1 || rgba.length !== width * height * 4)
    throw new Error(`A picture of ${width}x${height} has ${width * height * 4} bytes, not ${rgba.length}.`);
  const { shape, statistics } = dataset;
  const rgb = overWhite(rgba);
  const [source, channels] = shape.channels === 1 ? [toGrey(rgb), 1] : [rgb, 3];
  const pixels = resizeImage(source, width, height, channels, shape.width, shape.height);
  const images = pictureTensor(pixels, [shape.height, shape.width, channels], statistics);
  const items: { learner: string; logits: Float32Array<ArrayBuffer> }[] = [];
  try {
    for (const subject of subjects)
      items.push({ learner: subject.id, logits: await valuesOf(() => subject.predict(images)) });
  } finally {
    images.dispose();
  }
  return { kind: 'picture', seen: toRgba(pixels, channels), items };
}
