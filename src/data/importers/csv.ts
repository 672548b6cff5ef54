import { Collector } from '../collect';
import { ImportError } from '../dataset';
import { IMAGE_ENDINGS } from '../image-headers';
import { defineImporter, type ImportTools, type InputFile } from '../kit';
import { LIMITS } from '../limits';
import { loadImages, takeTurns } from '../load-images';
import { columnsOf, itemsOf } from '../manifest';
import { compareNames, extension, shortName } from '../names';
import { decodeText, parseTable } from '../table';

const isTable = (file: InputFile) => ['csv', 'tsv'].includes(extension(file.path));

/** A table of pixels: a label column, every other column one pixel of a square grey picture. */
async function addPixels(
  rows: readonly string[][],
  label: number,
  name: string,
  collector: Collector,
  tools: ImportTools,
): Promise<void> {
  const width = (rows[0]?.length ?? 0) - 1;
  const side = Math.round(Math.sqrt(width));
  if (side * side !== width || side < 4)
    throw new ImportError(
      'NO_IMAGES',
      `${name} names no image files and has no square number of pixel columns.`,
    );
  for (const [i, row] of rows.slice(1).entries()) {
    if (i % 100 === 0) await takeTurns(tools.signal);
    const values = row.filter((_, k) => k !== label).map((v) => (v.trim() ? Number(v) : Number.NaN));
    const sound = values.length === width && values.every((v) => v >= 0 && v <= 255);
    const text = (row[label] ?? '').trim();
    if (!text) collector.leaveOut(`row ${i + 2}`, 'LABEL_MISSING', `Row ${i + 2} of ${name} has no label.`);
    else if (sound) collector.add(Uint8ClampedArray.from(values), side, side, 1, text);
    else
      collector.leaveOut(
        `row ${i + 2}`,
        'BAD_SHAPE',
        `Row ${i + 2} of ${name} is no list of ${width} pixels from 0 to 255.`,
      );
  }
}

async function readTable(table: InputFile) {
  return parseTable(decodeText(await table.bytes(), table.path), table.path);
}

/** A table that names image files and their classes, or holds the pixels itself. */
export default defineImporter({
  id: 'csv',
  name: 'Table of labels',
  summary: 'A CSV with a column of file names and one of labels beside the pictures, or with pixel columns.',
  extensions: ['.csv', '.tsv'],
  async recognise(files) {
    const tables = files.filter(isTable);
    if (tables.length === 0) return 0;
    const images = files.filter((file) => IMAGE_ENDINGS.has(extension(file.path)));
    for (const table of tables) {
      const first = new TextDecoder().decode(await table.head()).replace(/[\0\ufffd\ufeff]/g, '');
      const columns = columnsOf(
        (first.split(/\r?\n/)[0] ?? '').split(/[,;\t]/).map((name) => name.replaceAll('"', '')),
      );
      if (columns.file >= 0 && columns.label >= 0) return 50;
    }
    const folder = tables[0]!.path.lastIndexOf('/') + 1;
    return images.every((file) => !file.path.slice(folder).includes('/')) ? 45 : 0;
  },
  async read(files, tools) {
    const tables = files.filter(isTable).sort((p, q) => compareNames(p.path, q.path));
    const collector = new Collector(tools.options);
    const images = files.filter((file) => !isTable(file));
    for (const table of tables) {
      const rows = await readTable(table);
      const name = shortName(table.path);
      const columns = columnsOf(rows[0] ?? []);
      if (rows.length < 2)
        throw new ImportError(
          'NOT_A_DATASET',
          `${name} has no rows; it needs a header and one row per picture.`,
        );
      if (columns.label < 0)
        throw new ImportError(
          'NO_LABELS',
          `${name} has no column called label or class; its columns are ${rows[0]!.slice(0, 8).map(shortName).join(', ')}.`,
        );
      collector.labelName = rows[0]![columns.label]!.trim();
      if (columns.file < 0) await addPixels(rows, columns.label, name, collector, tools);
      else {
        const entry = (i: number) => `Row ${i + 2} of ${name}`;
        await loadImages(itemsOf(rows, table, images, collector, entry), collector, tools);
      }
    }
    const classNames = collector.labels().sort(compareNames);
    if (classNames.length > LIMITS.classes)
      throw new ImportError(
        'TOO_MANY',
        `There are ${classNames.length} different labels; at most ${LIMITS.classes} classes are read.`,
      );
    return collector.finish('table', classNames);
  },
});
