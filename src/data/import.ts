/** The one entry for dropped files: finds the importer that knows them and returns labelled images. */
import { ImportError, type Skipped } from './dataset';
import { holdsNumbers, withNumbers } from './image-numbers';
import { decodeInBrowser } from './images';
import { importers } from './index';
import { openInput, stemOf } from './inputs';
import type {
  DecodePicture,
  Importer,
  ImportOptions,
  ImportTools,
  InputFile,
  RawImages,
  SourceFile,
} from './kit';
import { LIMITS } from './limits';
import { isJunk, shortName } from './names';

/** Archives are opened once; what lies in an archive inside an archive is not. */
const CONTAINERS = new Set(['zip', 'tar']);

async function bestImporter(all: readonly InputFile[], inside: boolean): Promise<Importer | undefined> {
  const images = all.filter((file) => !holdsNumbers(file));
  const files = images.length > 0 ? images : all;
  let best: { importer: Importer; score: number } | undefined;
  for (const importer of importers.all) {
    if (inside && CONTAINERS.has(importer.id)) continue;
    const score = await importer.recognise(files);
    if (score > (best?.score ?? 0)) best = { importer, score };
  }
  return best?.importer;
}

/** Refuses what no run can use, with the most telling reason. */
function checked(raw: RawImages): RawImages {
  const skipped = raw.skipped ?? [];
  if (raw.labels.length === 0) {
    const codes = new Set(skipped.map((item) => item.code));
    const first = skipped[0];
    if (codes.size === 1 && first)
      throw new ImportError(first.code, `Nothing in ${raw.name} can be used: ${first.message}`);
    throw new ImportError(
      'EMPTY',
      `Nothing in ${raw.name} can be used; ${skipped.length} files were left out.`,
    );
  }
  if (raw.classNames.length < 2 && !raw.unlabelled)
    throw new ImportError(
      'ONE_CLASS',
      `${raw.name} has one class only${raw.classNames[0] ? ` ('${shortName(raw.classNames[0])}')` : ''}; at least two are needed. If its pictures have no labels, add a pool under Data and choose them there.`,
    );
  return raw;
}

/** Reads files with the importer that knows them; numbers about the images may lie beside them. */
async function readWith(
  importer: Importer,
  files: readonly InputFile[],
  tools: ImportTools,
): Promise<RawImages> {
  const beside = files.length > 1 ? files.filter(holdsNumbers) : [];
  const images = files.filter((file) => !beside.includes(file));
  const raw = await importer.read(images, tools);
  if (beside.length > 1)
    throw new ImportError(
      'COUNT_MISMATCH',
      'Only one file of numbers can lie beside the images. Take one out.',
    );
  return beside[0] ? withNumbers(raw, beside[0]) : raw;
}

async function readInner(
  files: readonly InputFile[],
  skipped: readonly Skipped[],
  tools: ImportTools,
): Promise<RawImages> {
  const importer = await bestImporter(files, true);
  if (files.length === 0 || !importer) {
    const first = skipped[0];
    throw new ImportError(first?.code ?? 'EMPTY', first?.message ?? 'The archive holds no file.');
  }
  const raw = await readWith(importer, files, tools);
  return { ...raw, skipped: [...skipped, ...(raw.skipped ?? [])] };
}

/** What the set is called: the dropped file's name, or the top folder all files share. */
function nameOf(files: readonly SourceFile[]): string {
  const first = files[0]?.path.replaceAll('\\', '/').replace(/^\/+/, '') ?? '';
  if (files.length === 1) return shortName(stemOf(first));
  const top = first.split('/')[0] ?? '';
  const shared =
    first.includes('/') && files.every(({ path }) => path.replace(/^\/+/, '').startsWith(`${top}/`));
  return shared ? shortName(top) : 'own images';
}

/**
 * Reads dropped files into labelled images of one size. Nothing is kept when it throws.
 *
 * Throws ImportError whose message names the file and what to do. Files and rows that cannot be used are listed
 * in `skipped`; the rest is used. `decode` is the picture decoder, the browser's own by default.
 */
export async function importFiles(
  files: readonly SourceFile[],
  options: ImportOptions,
  progress: (done: number, total: number) => void,
  signal: AbortSignal,
  decode: DecodePicture = decodeInBrowser,
): Promise<RawImages> {
  const wanted = files.filter(({ path }) => !isJunk(path.replaceAll('\\', '/')));
  if (wanted.length === 0) throw new ImportError('EMPTY', 'There is no file in what was dropped.');
  if (wanted.length > LIMITS.files)
    throw new ImportError(
      'TOO_MANY',
      `${wanted.length} files were dropped; at most ${LIMITS.files} are read.`,
    );
  if (wanted.every(({ blob }) => blob.size === 0))
    throw new ImportError('EMPTY', `${shortName(wanted[0]!.path)} is an empty file.`);
  const inputs = await Promise.all(wanted.map(openInput));
  const importer = await bestImporter(inputs, false);
  if (!importer)
    throw new ImportError('NOT_A_DATASET', `${shortName(wanted[0]!.path)} is no data set this page reads.`);
  const tools: ImportTools = {
    options,
    progress,
    signal,
    decode,
    inner: (inner, skipped) => readInner(inner, skipped, tools),
  };
  const raw = await readWith(importer, inputs, tools);
  return checked({ ...raw, name: nameOf(wanted), ...(options.unlabelled ? { unlabelled: true } : {}) });
}
