/** Image files to RGB pixels: checks first, then the browser's own decoder with all colour conversion off. */
import { ImportError } from './dataset';
import { type ImageHeader, readHeader } from './image-headers';
import type { DecodePicture, Picture } from './kit';
import { shortName } from './names';
import { overWhite } from './resize';

/** Pictures up to this side share one canvas; a new canvas for each costs more than decoding a small picture. */
const SHARED_SIDE = 256;
let shared: OffscreenCanvasRenderingContext2D | undefined;

function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const small = Math.max(width, height) <= SHARED_SIDE;
  if (small && shared) return shared;
  const canvas = small ? new OffscreenCanvas(SHARED_SIDE, SHARED_SIDE) : new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('there is no 2d canvas');
  if (small) shared = context;
  return context;
}

/**
 * Decodes in the worker. Embedded profiles and gamma are ignored, so that stored values come out the same in
 * every browser; the EXIF orientation is applied, as browsers show the picture; of an animation the first frame.
 */
export const decodeInBrowser: DecodePicture = async (bytes, mimeType) => {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: mimeType }), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  try {
    const { width, height } = bitmap;
    const context = contextOf(width, height);
    context.clearRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    return { width, height, rgba: context.getImageData(0, 0, width, height).data };
  } finally {
    bitmap.close();
  }
};

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 3]`. */
  readonly rgb: Uint8Array;
}

/** A decoder gives no reason; a JPEG without its end marker was cut. */
function reasonOf(header: ImageHeader, bytes: Uint8Array, name: string): ImportError {
  const ended =
    header.type !== 'jpeg' || bytes.subarray(-64).some((b, i, end) => b === 0xff && end[i + 1] === 0xd9);
  if (!ended) return new ImportError('TRUNCATED', `${name} ends too early; it was not copied whole.`);
  return new ImportError('CORRUPT', `${name} is damaged and cannot be decoded.`);
}

/** One image file. Throws ImportError naming the file, see `readHeader`. Transparent parts are laid over white. */
export async function readImage(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
  decode: DecodePicture,
): Promise<RgbImage> {
  const name = shortName(path);
  const header = readHeader(bytes, name);
  let picture: Picture;
  try {
    picture = await decode(bytes, `image/${header.type}`);
  } catch {
    throw reasonOf(header, bytes, name);
  }
  return { width: picture.width, height: picture.height, rgb: overWhite(picture.rgba) };
}
