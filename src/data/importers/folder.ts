import { Collector } from '../collect';
import { ImportError, type SplitName } from '../dataset';
import { IMAGE_ENDINGS } from '../image-headers';
import { defineImporter, type InputFile } from '../kit';
import { LIMITS } from '../limits';
import { type LabelledFile, loadImages } from '../load-images';
import { baseName, compareNames, extension, shortName, splitWord } from '../names';

/** Endings of notes and lists that lie beside pictures; left out without a word. */
const NOTES = new Set(
  [
    '',
    'txt',
    'md',
    'rst',
    'csv',
    'tsv',
    'json',
    'xml',
    'yaml',
    'yml',
    'toml',
    'ini',
    'cfg',
    'html',
    'htm',
    'log',
  ].concat([
    'py',
    'ipynb',
    'js',
    'ts',
    'sh',
    'bat',
    'r',
    'm',
    'license',
    'licence',
    'names',
    'mat',
    'npy',
    'lock',
    'rtf',
  ]),
);
const OTHER_PICTURES = new Set([
  'svg',
  'tif',
  'tiff',
  'heic',
  'heif',
  'psd',
  'ico',
  'jp2',
  'jxl',
  'tga',
  'dcm',
  'raw',
]);
const ARCHIVES = new Set(['zip', 'tar', 'gz', 'tgz', '7z', 'rar', 'bz2', 'xz', 'zst']);

const isImage = (file: InputFile): boolean => {
  const ending = extension(file.path);
  return IMAGE_ENDINGS.has(ending) || OTHER_PICTURES.has(ending);
};

function skipOthers(files: readonly InputFile[], collector: Collector): void {
  for (const { path } of files) {
    const name = shortName(path);
    const ending = extension(path);
    if (ARCHIVES.has(ending))
      collector.leaveOut(name, 'NESTED_ARCHIVE', `${name} is an archive; unpack it and drop what is inside.`);
    else if (!NOTES.has(ending))
      collector.leaveOut(name, 'UNSUPPORTED_TYPE', `${name} is no picture and was left out.`);
  }
}

interface Place {
  readonly file: InputFile;
  /** Folder names from the top, without the file. */
  readonly folders: readonly string[];
}

/** @param anywhere pictures in no folder are those of one more folder. */
function placeOf(file: InputFile, anywhere: boolean): Place {
  const folders = file.path.split('/').slice(0, -1);
  return { file, folders: folders.length || !anywhere ? folders : ['unlabelled'] };
}

/** Drops top folders that all files share, as long as every file keeps one folder. */
function withoutCommonTop(places: readonly Place[]): readonly Place[] {
  let list = places;
  const deep = () => list.every(({ folders }) => folders.length > 1 && folders[0] === list[0]?.folders[0]);
  while (list.length && deep()) list = list.map(({ file, folders }) => ({ file, folders: folders.slice(1) }));
  return list;
}

/** The folder levels above the class, as further label columns. */
function levels(folders: readonly string[]): Record<string, string> {
  const above = folders.slice(0, -1).map((_, i) =>
    folders
      .slice(0, i + 1)
      .join('/')
      .normalize('NFC'),
  );
  return Object.fromEntries(above.map((path, i) => [i === 0 ? 'top folder' : `top ${i + 1} folders`, path]));
}

/**
 * Class and split of every file. The top level is a split when all its folders are called train, val, valid,
 * validation, dev or test and hold folders. If then all files lie equally deep, the whole folder path is the
 * class (alphabet/letter); otherwise the top folder is, with whatever lies below.
 */
function label(places: readonly Place[]): LabelledFile[] {
  const isSplit = places.every(({ folders }) => folders.length > 1 && splitWord(folders[0]!));
  const rest = isSplit ? places.map(({ file, folders }) => ({ file, folders: folders.slice(1) })) : places;
  const depth = rest[0]?.folders.length;
  const even = rest.every(({ folders }) => folders.length === depth);
  return rest.map(({ file, folders }, i) => {
    const split: SplitName | undefined = isSplit ? splitWord(places[i]!.folders[0]!) : undefined;
    const text = (even ? folders.join('/') : folders[0]!).normalize('NFC');
    return { file, label: text, split, extra: even ? levels(folders) : undefined };
  });
}

/** Folder names that say that there are no labels. A class may be called pool, so that counts beside splits only. */
const UNLABELLED = /^(unlabel{1,2}ed|unsup|unsupervised)$/i;
const POOL = /^(unlabelled[ _-]?)?pool$/i;

interface Sorted {
  readonly labelled: readonly Place[];
  readonly pool: readonly Place[];
}

/** Takes the pictures of an unlabelled folder, beside the classes or beside train and test, out of the classes. */
function withoutPool(places: readonly Place[], notes: string[]): Sorted {
  const top = ({ folders }: Place) => folders[0] ?? '';
  const beside = places.some(({ folders }) => folders.length > 1 && splitWord(folders[0]!));
  const inPool = (place: Place) => UNLABELLED.test(top(place)) || (beside && POOL.test(top(place)));
  const labelled = places.filter((place) => !inPool(place));
  const named = labelled.find((place) => POOL.test(top(place)));
  if (named)
    notes.push(
      `The folder '${top(named)}' was taken as a class; call it 'unlabelled' if its pictures have no labels.`,
    );
  return labelled.length === 0 ? { labelled: places, pool: [] } : { labelled, pool: places.filter(inPool) };
}

function refuseFlat(images: readonly InputFile[], name: string): never {
  if (images.length === 0)
    throw new ImportError(
      'NO_IMAGES',
      `${name} holds no picture; drop a folder with one folder of pictures per class.`,
    );
  throw new ImportError(
    'NO_LABELS',
    `The ${images.length} pictures in ${name} lie in no folders, so nothing says their classes. Put those of each class in a folder of its name, or add a CSV or JSON list of labels. If they have no labels, add a pool under Data and choose them there.`,
  );
}

/** Folders of image files, one per class, with an optional train / val / test level above. */
export default defineImporter({
  id: 'folder',
  name: 'Folder per class',
  summary:
    'Pictures in one folder per class, with train, val and test folders above if there are any, and pictures without labels in a folder called unlabelled.',
  extensions: [...IMAGE_ENDINGS].map((ending) => `.${ending}`),
  recognise: async (files) => (files.some(isImage) ? 20 : 1),
  async read(files, tools) {
    const collector = new Collector(tools.options);
    collector.labelName = 'folder';
    const images = files.filter(isImage).sort((p, q) => compareNames(p.path, q.path));
    skipOthers(
      files.filter((file) => !isImage(file)),
      collector,
    );
    const name = files[0]?.path.includes('/') ? files[0].path.split('/')[0]! : 'the drop';
    const places = images.map((file) => placeOf(file, tools.options.unlabelled === true));
    const placed = places.filter(({ folders }) => folders.length > 0);
    if (placed.length === 0) {
      const nested = collector.skipped.find((item) => item.code === 'NESTED_ARCHIVE');
      if (images.length === 0 && nested) throw new ImportError('NESTED_ARCHIVE', nested.message);
      refuseFlat(images, name);
    }
    for (const { file, folders } of places)
      if (folders.length === 0)
        collector.leaveOut(
          shortName(file.path),
          'LABEL_MISSING',
          `${shortName(baseName(file.path))} lies in no class folder.`,
        );
    const notes: string[] = [];
    const { labelled, pool } = withoutPool(withoutCommonTop(placed), notes);
    const items = label(labelled);
    const classNames = [...new Set(items.map((item) => item.label))].sort(compareNames);
    if (classNames.length > LIMITS.classes)
      throw new ImportError(
        'TOO_MANY',
        `${name} has ${classNames.length} classes; at most ${LIMITS.classes} are read.`,
      );
    collector.poolName = pool[0]?.folders[0] ?? '';
    const unlabelled = pool.map(({ file }) => ({ file, label: '', pool: true }));
    await loadImages([...items, ...unlabelled], collector, tools);
    return collector.finish(name, classNames, notes);
  },
});
