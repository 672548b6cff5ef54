import { Collector } from '../collect';
import { ImportError, type SplitName } from '../dataset';
import { defineImporter, type ImportTools, type InputFile } from '../kit';
import { takeTurns } from '../load-images';
import { baseName, compareNames, shortName } from '../names';

const SIDE = 32;
const PLANE = SIDE * SIDE;

/** A binary batch, or the pickle of the same name without an ending. */
const BATCH = /^(data_batch|test_batch|train|test)(_\w+)?\.bin$/i;
const PICKLE = /^(data_batch_\d|test_batch|batches\.meta|train|test|meta)$/i;

const splitOf = (name: string): SplitName => (/^test/i.test(name) ? 'test' : 'train');

async function namesIn(files: readonly InputFile[], wanted: RegExp): Promise<string[] | undefined> {
  const file = files.find(({ path }) => wanted.test(baseName(path)));
  if (!file) return undefined;
  const lines = new TextDecoder().decode(await file.bytes()).split(/\r?\n/);
  return lines.map((line) => line.trim()).filter(Boolean);
}

/** Three planes of a record as `[32, 32, 3]`. */
function picture(bytes: Uint8Array, at: number): Uint8Array {
  const rgb = new Uint8Array(3 * PLANE);
  for (let i = 0; i < PLANE; i++) for (let c = 0; c < 3; c++) rgb[3 * i + c] = bytes[at + c * PLANE + i]!;
  return rgb;
}

interface Layout {
  /** Label bytes before the pixels; the last one counts. */
  readonly labels: 1 | 2;
  readonly classNames: readonly string[];
  /** Names of the first of two label bytes. */
  readonly coarse?: readonly string[] | undefined;
}

async function addBatch(
  bytes: Uint8Array,
  path: string,
  layout: Layout,
  split: SplitName | undefined,
  collector: Collector,
  tools: ImportTools,
): Promise<void> {
  const name = shortName(path);
  const record = layout.labels + 3 * PLANE;
  if (bytes.length === 0 || bytes.length % record !== 0)
    throw new ImportError(
      'TRUNCATED',
      `${name} is no whole number of ${record} byte records; download it again.`,
    );
  for (let at = 0, row = 0; at < bytes.length; at += record, row++) {
    if (row % 100 === 0) await takeTurns(tools.signal);
    const label = bytes[at + layout.labels - 1]!;
    const text = layout.classNames[label];
    if (text === undefined)
      collector.leaveOut(
        `${name} record ${row}`,
        'LABEL_RANGE',
        `Record ${row} of ${name} has the label ${label}; there are ${layout.classNames.length} classes.`,
      );
    else {
      const extra = layout.coarse && { coarse: layout.coarse[bytes[at]!] ?? '' };
      collector.add(picture(bytes, at + layout.labels), SIDE, SIDE, 3, text, { split, extra });
    }
  }
}

async function layoutOf(files: readonly InputFile[], batches: readonly InputFile[]): Promise<Layout> {
  const fine = await namesIn(files, /^fine_label_names\.txt$/i);
  const plain = await namesIn(files, /^batches\.meta(\.txt)?$/i);
  const hundred =
    fine !== undefined ||
    (!plain && batches.every(({ path }) => /^(train|test)\.bin$/i.test(baseName(path))));
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => String(i));
  const coarse = await namesIn(files, /^coarse_label_names\.txt$/i);
  return hundred
    ? { labels: 2, classNames: fine ?? numbers(100), coarse: coarse ?? numbers(20) }
    : { labels: 1, classNames: plain ?? numbers(10) };
}

/** CIFAR-10 and CIFAR-100 in the binary version: records of label bytes and three colour planes. */
export default defineImporter({
  id: 'cifar',
  name: 'CIFAR binary',
  summary: 'CIFAR-10 or CIFAR-100 in the binary version, as .bin files or the whole .tar.gz.',
  extensions: ['.bin', '.bin.gz', '.tar.gz'],
  recognise: async (files) => {
    if (files.some(({ path }) => BATCH.test(baseName(path)))) return 75;
    for (const file of files)
      if (PICKLE.test(baseName(file.path)) && (await file.head())[0] === 0x80) return 75;
    return 0;
  },
  async read(files, tools) {
    const batches = files
      .filter(({ path }) => BATCH.test(baseName(path)))
      .sort((p, q) => compareNames(p.path, q.path));
    if (batches.length === 0)
      throw new ImportError(
        'UNSUPPORTED_TYPE',
        `${shortName(files[0]?.path ?? '')} is the Python version of CIFAR, which could run code; get the binary version.`,
      );
    const layout = await layoutOf(files, batches);
    const both = new Set(batches.map(({ path }) => splitOf(baseName(path)))).size > 1;
    const collector = new Collector(tools.options);
    for (const [i, file] of batches.entries()) {
      await addBatch(
        await file.bytes(),
        file.path,
        layout,
        both ? splitOf(baseName(file.path)) : undefined,
        collector,
        tools,
      );
      tools.progress(i + 1, batches.length);
    }
    return collector.finish('CIFAR', layout.classNames);
  },
});
