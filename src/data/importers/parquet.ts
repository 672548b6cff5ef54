import { Collector } from '../collect';
import { ImportError } from '../dataset';
import { fromBytes } from '../inputs';
import { defineImporter, type ImportTools, type InputFile } from '../kit';
import { LIMITS } from '../limits';
import { type LabelledFile, loadImages, takeTurns } from '../load-images';
import { baseName, compareNames, extension, shortName, splitWord } from '../names';
import type { ParquetFile, ParquetRow } from '../parquet/file';

const isParquet = (head: Uint8Array) => new TextDecoder('latin1').decode(head.subarray(0, 4)) === 'PAR1';

/** A part of its own: the first training step does not wait for it. */
async function open(file: InputFile, name: string): Promise<ParquetFile> {
  const blob = await file.blob();
  const { openParquet } = await import('../parquet/file').catch(() => {
    throw new ImportError(
      'UNSUPPORTED_TYPE',
      `${name} needs the reader of Parquet files, which could not be loaded; reload the page while online.`,
    );
  });
  return openParquet(blob, name);
}

/** train-00000-of-00002.parquet and the like. */
const splitOf = (path: string) => splitWord(/^[a-z]+/i.exec(baseName(path))?.[0] ?? '');

function itemOf(
  row: ParquetRow,
  index: number,
  file: InputFile,
  collector: Collector,
): LabelledFile | undefined {
  const name = `row ${index + 1} of ${shortName(file.path)}`;
  if (!row.bytes?.length)
    collector.leaveOut(name, 'FILE_MISSING', `${name} was left out: its picture is not inside the file.`);
  else if (!row.label.trim())
    collector.leaveOut(name, 'LABEL_MISSING', `${name} was left out: it has no label.`);
  else
    return {
      file: fromBytes(row.path || name, row.bytes),
      label: row.label.trim().normalize('NFC'),
      split: splitWord(row.split) ?? splitOf(file.path),
      extra: row.extra,
    };
  return undefined;
}

async function readFile(file: InputFile, collector: Collector, tools: ImportTools): Promise<void> {
  const name = shortName(file.path);
  const table = await open(file, name);
  collector.labelName = table.labelName;
  let done = 0;
  for await (const rows of table.read()) {
    await takeTurns(tools.signal);
    const before = done;
    const items = rows
      .map((row) => itemOf(row, done++, file, collector))
      .filter((item) => item !== undefined);
    const progress = (n: number) => tools.progress(before + n, table.rows);
    await loadImages(items, collector, { ...tools, progress });
  }
}

/** Parquet files with a column of picture files and one of labels, as Hugging Face writes them. */
export default defineImporter({
  id: 'parquet',
  name: 'Parquet',
  summary: 'A .parquet file with pictures and labels, in the layout of Hugging Face data sets.',
  extensions: ['.parquet'],
  async recognise(files) {
    const [file] = files;
    if (!file || files.length > 64) return 0;
    if (files.every(({ path }) => extension(path) === 'parquet')) return 85;
    return files.length === 1 && isParquet(await file.head()) ? 85 : 0;
  },
  async read(files, tools) {
    const collector = new Collector(tools.options);
    for (const file of [...files].sort((p, q) => compareNames(p.path, q.path))) {
      const name = shortName(file.path);
      try {
        await readFile(file, collector, tools);
      } catch (error) {
        if (!(error instanceof ImportError))
          throw new ImportError('CORRUPT', `${name} is a damaged Parquet file; copy or download it again.`);
        // Reasons from inside a column do not know the file.
        throw error.message.startsWith(name) || error.code === 'CANCELLED'
          ? error
          : new ImportError(error.code, `${name} cannot be read: ${error.message}.`);
      }
    }
    const classNames = collector.labels().sort(compareNames);
    if (classNames.length > LIMITS.classes)
      throw new ImportError(
        'TOO_MANY',
        `There are ${classNames.length} different labels; at most ${LIMITS.classes} classes are read.`,
      );
    return collector.finish('Parquet', classNames);
  },
});
