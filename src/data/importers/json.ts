import { Collector } from '../collect';
import { ImportError } from '../dataset';
import { IMAGE_ENDINGS } from '../image-headers';
import { defineImporter, type InputFile } from '../kit';
import { LIMITS } from '../limits';
import { loadImages, takeTurns } from '../load-images';
import { columnsOf, finder, itemsOf } from '../manifest';
import { parseJsonTable } from '../manifest-json';
import { compareNames, extension, shortName } from '../names';
import { decodeText } from '../table';

const ENDINGS = new Set(['json', 'jsonl', 'ndjson']);
const isList = (file: InputFile) => ENDINGS.has(extension(file.path));
const isImage = (file: InputFile) => IMAGE_ENDINGS.has(extension(file.path));

/** Texts that name a picture, and what says that a label stands beside it. */
const PATHS = /"((?:[^"\\]|\\.){1,1000}\.(?:png|apng|jpe?g|jpe|jfif|gif|bmp|webp|avif))"/gi;
const LABELLED =
  /"[^"]*(?:label|class|category|target)[^"]*"\s*:|\.\w{3,4}"\s*[:,]\s*["\d]|:\s*\[\s*"[^"]*\.\w{3,4}"/i;

/** Whether the beginning of a list names one of the pictures beside it, with a label. */
async function names(list: InputFile, images: readonly InputFile[]): Promise<boolean> {
  const head = new TextDecoder().decode(await list.head());
  if (!LABELLED.test(head)) return false;
  const find = finder(images, list);
  for (const [, path] of head.matchAll(PATHS)) if (find(path!.replace(/^\.\//, ''))) return true;
  return false;
}

/** JSON or JSON lines that give the class of every picture by its path. */
export default defineImporter({
  id: 'json',
  name: 'JSON list of labels',
  summary: 'A .json or .jsonl beside the pictures: { "a.png": "cat" }, or entries with a file and a label.',
  extensions: ['.json', '.jsonl', '.ndjson'],
  async recognise(files) {
    const lists = files.filter(isList);
    if (lists.length === 0) return 0;
    const images = files.filter(isImage);
    if (images.length === 0) return lists.length === files.length ? 30 : 0;
    for (const list of lists) if (await names(list, images)) return 48;
    // Pictures without folders have no other way to their classes.
    return images.every(({ path }) => !path.includes('/')) ? 25 : 0;
  },
  async read(files, tools) {
    const lists = files.filter(isList).sort((p, q) => compareNames(p.path, q.path));
    const images = files.filter(isImage);
    const collector = new Collector(tools.options);
    const found: InputFile[] = [];
    for (const list of lists) if (await names(list, images)) found.push(list);
    for (const list of found.length ? found : lists.slice(0, 1)) {
      await takeTurns(tools.signal);
      const name = shortName(list.path);
      const rows = parseJsonTable(decodeText(await list.bytes(), list.path), list.path);
      const columns = columnsOf(rows[0] ?? []);
      if (rows.length < 2 || columns.file < 0)
        throw new ImportError('NOT_A_DATASET', `${name} holds no list of pictures and their labels.`);
      if (columns.label < 0)
        throw new ImportError('NO_LABELS', `${name} gives no labels; every entry needs a file and a label.`);
      if (images.length === 0)
        throw new ImportError(
          'NO_IMAGES',
          `${name} is a list only; drop its pictures with it, or a zip of both.`,
        );
      collector.labelName = rows[0]![columns.label]!;
      await loadImages(
        itemsOf(rows, list, images, collector, (i) => `Entry ${i + 1} of ${name}`),
        collector,
        tools,
      );
    }
    const classNames = collector.labels().sort(compareNames);
    if (classNames.length > LIMITS.classes)
      throw new ImportError(
        'TOO_MANY',
        `There are ${classNames.length} different labels; at most ${LIMITS.classes} classes are read.`,
      );
    return collector.finish('list', classNames);
  },
});
