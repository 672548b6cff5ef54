/** Reads and writes what a run keeps on the device, many pieces at a time. */
import { gpu, type Region } from './gpu';
import { readBackAll } from './staging';
import type { Variable } from './types';
import { writeTensor } from './weights';

/** A piece of memory that lasts from step to step: a variable, or a part of a buffer that no tensor names. */
export interface Cell {
  /** Floats. */
  readonly size: number;
  readonly at: Variable | Region;
}

/** Bytes copied from the device at once. */
const BATCH = 64 * 2 ** 20;

type Values = Float32Array<ArrayBuffer>;

const regionOf = ({ at }: Cell): Region => ('dataId' in at ? gpu()!.region(at) : at);

/** Groups of neighbours of at most `BATCH` bytes, or of one. */
function batches(cells: readonly Cell[]): Cell[][] {
  const found: Cell[][] = [];
  let bytes = BATCH;
  for (const cell of cells) {
    if (bytes + cell.size * 4 > BATCH) {
      found.push([]);
      bytes = 0;
    }
    found.at(-1)!.push(cell);
    bytes += cell.size * 4;
  }
  return found;
}

/** All of them in one copy, so that the device is waited for once. */
async function readTogether(cells: readonly Cell[]): Promise<Values[]> {
  const regions = cells.map((cell) => {
    const { buffer, offset } = regionOf(cell);
    return { buffer, offset, size: cell.size * 4 };
  });
  const all = new Float32Array(await readBackAll(gpu()!.device, regions));
  let at = 0;
  return cells.map(({ size }) => {
    at += size;
    return all.slice(at - size, at);
  });
}

/** Values of every cell after all work issued so far, in order; never from a cache. Rejects on a lost device. */
export async function readCells(cells: readonly Cell[]): Promise<Values[]> {
  const device = gpu();
  if (!device)
    return Promise.all(cells.map(async ({ at }) => Float32Array.from(await (at as Variable).data())));
  device.settle();
  const read: Values[] = [];
  for (const batch of batches(cells)) read.push(...(await readTogether(batch)));
  return read;
}

/** Replaces the values of a cell. Throws when their number is another. */
export function writeCell({ at, size }: Cell, values: Float32Array): void {
  if (values.length !== size) throw new Error(`${values.length} values do not fill ${size} places.`);
  if ('dataId' in at) writeTensor(at, values);
  else gpu()!.write(at.buffer, at.offset, Float32Array.from(values));
}
