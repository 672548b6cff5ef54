import { Collector } from '../collect';
import { ImportError, type SplitName } from '../dataset';
import { defineImporter, type ImportTools, type InputFile } from '../kit';
import { LIMITS } from '../limits';
import { takeTurns } from '../load-images';
import { baseName, compareNames, shortName } from '../names';

/** Type byte to bytes per value (Y. LeCun's IDX description). */
const TYPES: Readonly<Record<number, number>> = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };

interface Idx {
  readonly name: string;
  readonly dims: readonly number[];
  readonly value: (i: number) => number;
  readonly floats: boolean;
}

const looksLikeIdx = (name: string) => /idx\d+[-.]?u?byte|[-_.]idx\d?$/i.test(baseName(name));

/** 00 00 type rank, as every IDX file begins. */
const isIdxHead = (head: Uint8Array) =>
  head.length >= 8 && head[0] === 0 && head[1] === 0 && head[2]! in TYPES && head[3]! >= 1 && head[3]! <= 4;

function reader(view: DataView, type: number): (i: number) => number {
  if (type === 8) return (i) => view.getUint8(i);
  if (type === 9) return (i) => view.getInt8(i);
  if (type === 11) return (i) => view.getInt16(2 * i);
  if (type === 12) return (i) => view.getInt32(4 * i);
  return type === 13 ? (i) => view.getFloat32(4 * i) : (i) => view.getFloat64(8 * i);
}

const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

/** One IDX file. Throws ImportError naming it when header and length do not agree. */
function parse(bytes: Uint8Array, path: string): Idx {
  const name = shortName(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 ? TYPES[bytes[2]!] : undefined;
  const rank = bytes[3] ?? 0;
  if (!size || rank < 1 || rank > 4)
    throw new ImportError('BAD_MAGIC', `${name} is not an IDX file of a known type.`);
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new ImportError('TRUNCATED', `${name} ends inside its header.`);
  const dims = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const has = bytes.length - start;
  const needs = product(dims) * size;
  if (has < needs) {
    const swapped = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i, true));
    if (product(swapped) * size === has)
      throw new ImportError(
        'WRONG_ENDIAN',
        `${name} has its sizes in little-endian order; IDX wants big-endian.`,
      );
    throw new ImportError(
      'TRUNCATED',
      `${name} promises ${dims.join(' x ')} values and is too short; download it again.`,
    );
  }
  if (has > needs)
    throw new ImportError('COUNT_MISMATCH', `${name} is ${has - needs} bytes longer than its header says.`);
  return {
    name,
    dims,
    value: reader(new DataView(bytes.buffer, bytes.byteOffset + start), bytes[2]!),
    floats: bytes[2]! >= 13,
  };
}

const splitOf = (name: string): SplitName | undefined => {
  const plain = baseName(name).toLowerCase();
  if (/val/.test(plain)) return 'validation';
  if (/test|t10k/.test(plain)) return 'test';
  return /train/.test(plain) ? 'train' : undefined;
};

/** What pairs images with labels: the name without the words that tell them apart. */
const keyOf = (name: string) =>
  name.toLowerCase().replace(/images?|labels?|idx\d|ubyte|imgs?|x|y|[-_. ]/g, '');

function shapeOf(images: Idx): { height: number; width: number; channels: 1 | 3 } {
  const [count = 0, height = 0, width = 0, channels = 1] = images.dims;
  if (count === 0) throw new ImportError('EMPTY', `${images.name} holds no picture.`);
  const odd = height < 1 || width < 1 || Math.max(height, width) > LIMITS.side;
  if (odd || (channels !== 1 && channels !== 3))
    throw new ImportError(
      'BAD_SHAPE',
      `${images.name} is ${images.dims.join(' x ')}; expected count x height x width.`,
    );
  return { height, width, channels };
}

async function addPair(
  images: Idx,
  labels: Idx,
  collector: Collector,
  split: SplitName | undefined,
  tools: ImportTools,
): Promise<void> {
  const count = images.dims[0]!;
  if (count !== labels.dims[0])
    throw new ImportError(
      'COUNT_MISMATCH',
      `${images.name} holds ${count} pictures, ${labels.name} ${labels.dims[0]} labels.`,
    );
  const { height, width, channels } = shapeOf(images);
  const one = height * width * channels;
  let top = 0;
  for (let i = 0; images.floats && i < count * one; i++) top = Math.max(top, images.value(i));
  const scale = images.floats && top <= 1 ? 255 : 1;
  const pixels = new Uint8ClampedArray(one);
  for (let row = 0; row < count; row++) {
    if (row % 100 === 0) await takeTurns(tools.signal);
    const name = `${images.name} picture ${row}`;
    for (let i = 0; i < one; i++) pixels[i] = scale * images.value(row * one + i);
    const label = labels.value(row);
    if (Number.isInteger(label) && label >= 0)
      collector.add(pixels, width, height, channels, String(label), { split });
    else collector.leaveOut(name, 'LABEL_RANGE', `${name} has the label ${label}, which is no class number.`);
  }
}

async function pairs(files: readonly InputFile[]) {
  const parsed: { file: InputFile; idx: Idx }[] = [];
  for (const file of [...files].sort((p, q) => compareNames(p.path, q.path)))
    if (looksLikeIdx(file.path) || isIdxHead(await file.head()))
      parsed.push({ file, idx: parse(await file.bytes(), file.path) });
  const images = parsed.filter(({ idx }) => idx.dims.length >= 3);
  const labels = parsed.filter(({ idx }) => idx.dims.length === 1);
  if (images.length === 0)
    throw new ImportError(
      'NO_IMAGES',
      `${parsed[0]?.idx.name} holds labels only; drop the file of pictures with it.`,
    );
  return images.map((image) => {
    const match =
      labels.find(({ file }) => keyOf(file.path) === keyOf(image.file.path)) ??
      labels.find(({ file }) => splitOf(file.path) === splitOf(image.file.path)) ??
      (labels.length === 1 && images.length === 1 ? labels[0] : undefined);
    if (!match)
      throw new ImportError(
        'NO_LABELS',
        `${image.idx.name} holds pictures only; drop its file of labels with it.`,
      );
    return {
      images: image.idx,
      labels: match.idx,
      split: images.length > 1 ? splitOf(image.file.path) : undefined,
    };
  });
}

/** Pairs of IDX files, as MNIST comes: pictures and labels, plain or gzipped. */
export default defineImporter({
  id: 'idx',
  name: 'IDX pair',
  summary: 'MNIST-style files of pictures and of labels, with or without .gz; two pairs give train and test.',
  extensions: ['-ubyte', '.idx', '.gz'],
  async recognise(files) {
    if (files.length > 200) return 0;
    if (files.some((file) => looksLikeIdx(file.path))) return 80;
    for (const file of files) if (isIdxHead(await file.head())) return 70;
    return 0;
  },
  async read(files, tools) {
    const collector = new Collector(tools.options);
    const found = await pairs(files);
    for (const [i, pair] of found.entries()) {
      await addPair(pair.images, pair.labels, collector, pair.split, tools);
      tools.progress(i + 1, found.length);
    }
    return collector.finish('IDX', collector.labels().sort(compareNames));
  },
});
