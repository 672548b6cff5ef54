/** Decodes a list of labelled image files into a collector: several at once, in order, with progress and cancel. */
import type { Collector, RowOptions } from './collect';
import { ImportError } from './dataset';
import { type RgbImage, readImage } from './images';
import type { ImportTools, InputFile } from './kit';
import { shortName } from './names';

const AT_ONCE = 8;

export interface LabelledFile extends RowOptions {
  readonly file: InputFile;
  readonly label: string;
}

/** Throws CANCELLED once the person has cancelled. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new ImportError('CANCELLED', 'The import was cancelled; nothing was changed.');
}

/** Milliseconds of work after which other messages of the worker, and training steps, get a turn. */
const TURN = 20;
let turned = 0;

/** Lets the worker do something else now and then; throws CANCELLED once the person has cancelled. */
export async function takeTurns(signal: AbortSignal): Promise<void> {
  throwIfCancelled(signal);
  if (performance.now() - turned < TURN) return;
  await new Promise((resolve) => setTimeout(resolve));
  turned = performance.now();
}

async function readOne(file: InputFile, tools: ImportTools): Promise<RgbImage | ImportError> {
  try {
    return await readImage(await file.bytes(), file.path, tools.decode);
  } catch (error) {
    if (error instanceof ImportError) return error;
    const name = shortName(file.path);
    return new ImportError('CORRUPT', `${name} could not be read.`);
  }
}

/** Files that cannot be used are listed as skipped; the rest is added in the order given. */
export async function loadImages(
  items: readonly LabelledFile[],
  collector: Collector,
  tools: ImportTools,
): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    throwIfCancelled(tools.signal);
    const group = items.slice(from, from + AT_ONCE);
    const results = await Promise.all(group.map(({ file }) => readOne(file, tools)));
    results.forEach((result, i) => {
      const { file, label, ...rest } = group[i]!;
      if (result instanceof ImportError)
        collector.leaveOut(shortName(file.path), result.code, result.message);
      else collector.add(result.rgb, result.width, result.height, 3, label, { ...rest, path: file.path });
    });
    tools.progress(Math.min(items.length, from + AT_ONCE), items.length);
  }
}
