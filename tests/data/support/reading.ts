/** The importer, as the worker calls it. */
import { importFiles } from '../../../src/data/import';
import type { ImportOptions, RawImages, SourceFile } from '../../../src/data/kit';
import { decodeInNode } from './png';

/** With the decoder of this folder. */
export const importThese = (
  files: readonly SourceFile[],
  options: ImportOptions = { size: 16, channels: 0 },
  signal = new AbortController().signal,
): Promise<RawImages> => importFiles(files, options, () => undefined, signal, decodeInNode);
