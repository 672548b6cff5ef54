/** IDX files and NumPy arrays made in code. */

/** An IDX file of bytes. */
export function idx(dims: readonly number[], values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const out = Buffer.alloc(4 + 4 * dims.length + values.length);
  out.set([0, 0, 8, dims.length]);
  dims.forEach((size, i) => {
    out.writeUInt32BE(size, 4 + 4 * i);
  });
  out.set(Uint8Array.from(values), 4 + 4 * dims.length);
  return new Uint8Array(out);
}

/** A .npy file with any header and body. */
export function npy(
  descr: string,
  shape: readonly number[],
  body: Uint8Array,
  fortran = false,
): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  return npyText(
    `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`,
    body,
  );
}

export function npyText(header: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(`${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`);
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
  return new Uint8Array(Buffer.concat([start, text, body]));
}
