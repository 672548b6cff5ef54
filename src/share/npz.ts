/** Writes NumPy's .npy and .npz (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
import { strToU8, zipSync } from 'fflate';

export interface NumpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** One array in format version 1.0: little endian, row-major, header padded to a multiple of 64 bytes. */
export function npy({ shape, data }: NumpyArray): Uint8Array {
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== data.length) throw new Error(`Shape ${shape.join('x')} does not fit ${data.length} numbers.`);
  const type = data instanceof Float32Array ? '<f4' : data instanceof Int32Array ? '<i4' : '|u1';
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const out = new Uint8Array(length + data.BYTES_PER_ELEMENT * data.length);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, (length - 10) & 255, (length - 10) >> 8]);
  out.set(strToU8(`${text.padEnd(length - 11)}\n`), 10);
  if (data instanceof Uint8Array) {
    out.set(data, length);
    return out;
  }
  const view = new DataView(out.buffer, length);
  data.forEach((value, i) => {
    if (type === '<f4') view.setFloat32(4 * i, value, true);
    else view.setInt32(4 * i, value, true);
  });
  return out;
}

/** Named arrays in one archive, compressed; the same input gives the same bytes. */
export function npz(arrays: Readonly<Record<string, NumpyArray>>): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npy(array)] as const);
  return zipSync(Object.fromEntries(files), { level: 6, mtime: new Date(1980, 0, 1) });
}
