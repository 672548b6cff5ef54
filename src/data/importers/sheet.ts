import { Collector } from '../collect';
import { ImportError } from '../dataset';
import { IMAGE_ENDINGS } from '../image-headers';
import { type RgbImage, readImage } from '../images';
import { defineImporter, type InputFile } from '../kit';
import { LIMITS } from '../limits';
import { takeTurns } from '../load-images';
import { columnsOf } from '../manifest';
import { baseName, compareNames, extension, shortName } from '../names';
import { gridOf, labelsOf, readSheetName, tileLabels } from '../sheet';
import { decodeText, parseTable } from '../table';

const isImage = (file: InputFile) => IMAGE_ENDINGS.has(extension(file.path));
const isTable = (file: InputFile) => ['csv', 'tsv', 'txt'].includes(extension(file.path));
const stem = (path: string) =>
  baseName(path)
    .replace(/\.\w+$/, '')
    .toLowerCase();

/** The table of labels: one of the sheet's own name or called labels, or the only CSV. */
function tableOf(files: readonly InputFile[], sheet: InputFile): InputFile | undefined {
  const tables = files.filter(isTable);
  const own = tables.find(
    ({ path }) => stem(path) === stem(sheet.path) || /^(labels?|classes)$/.test(stem(path)),
  );
  const plain = tables.filter(({ path }) => extension(path) !== 'txt');
  return own ?? (plain.length === 1 ? plain[0] : undefined);
}

function crop({ rgb, width }: RgbImage, left: number, top: number, w: number, h: number): Uint8Array {
  const tile = new Uint8Array(3 * w * h);
  for (let y = 0; y < h; y++) {
    const from = 3 * ((top + y) * width + left);
    tile.set(rgb.subarray(from, from + 3 * w), 3 * w * y);
  }
  return tile;
}

/** One picture with a grid of pictures in it. */
export default defineImporter({
  id: 'sheet',
  name: 'Sprite sheet',
  summary:
    'One picture with a grid of tiles, called like digits-28x28-rows.png, or with a table of labels beside it.',
  extensions: ['.png', '.jpg', '.webp'],
  async recognise(files) {
    const images = files.filter(isImage);
    const [sheet] = images;
    if (!sheet || images.length > 1 || files.length > 20) return 0;
    const said = readSheetName(sheet.path);
    const table = tableOf(files, sheet);
    if (table) {
      const first = new TextDecoder().decode(await table.head()).split(/\r?\n/)[0] ?? '';
      const { file } = columnsOf(first.split(/[,;\t]/).map((name) => name.replace(/["\ufeff]/g, '')));
      return file >= 0 ? 0 : 65;
    }
    if ((said.tile || said.grid) && said.by) return 65;
    // A lone picture in no folder can be nothing else; the answer says how to call it.
    return sheet.path.includes('/') ? 0 : 22;
  },
  async read(files, tools) {
    const sheet = files.find(isImage)!;
    const name = shortName(sheet.path);
    const said = readSheetName(sheet.path);
    const table = tableOf(files, sheet);
    const given = table && labelsOf(parseTable(decodeText(await table.bytes(), table.path), table.path));
    const image = await readImage(await sheet.bytes(), sheet.path, tools.decode);
    const grid = gridOf(said, image.width, image.height, given?.list.length ?? 0, name);
    const labels = tileLabels(said, grid, given, name);
    const classNames = [...new Set(labels)].filter(Boolean).sort(compareNames);
    if (classNames.length > LIMITS.classes)
      throw new ImportError(
        'TOO_MANY',
        `${name} has ${classNames.length} classes; at most ${LIMITS.classes} are read.`,
      );
    const collector = new Collector(tools.options);
    for (const [i, label] of labels.entries()) {
      await takeTurns(tools.signal);
      const [column, row] = [i % grid.columns, Math.floor(i / grid.columns)];
      const where = `tile ${column + 1} of row ${row + 1}`;
      if (label)
        collector.add(
          crop(image, column * grid.width, row * grid.height, grid.width, grid.height),
          grid.width,
          grid.height,
          3,
          label,
        );
      else collector.leaveOut(where, 'LABEL_MISSING', `${where} in ${name} has no label.`);
      if (i % 500 === 499 || i === labels.length - 1) tools.progress(i + 1, labels.length);
    }
    return collector.finish('sheet', classNames);
  },
});
