/** CRC-32 of ISO 3309 as zip and PNG use it (reflected polynomial 0xEDB88320), four bytes per turn. */
const TABLES = Array.from({ length: 4 }, () => new Uint32Array(256));
for (let n = 0; n < 256; n++) {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  TABLES[0]![n] = c >>> 0;
}
for (let t = 1; t < 4; t++)
  for (let n = 0; n < 256; n++) {
    const before = TABLES[t - 1]![n]!;
    TABLES[t]![n] = (TABLES[0]![before & 255]! ^ (before >>> 8)) >>> 0;
  }

/** Checksum of a piece of data as an unsigned number. `before`: of what came before it. */
export function crc32(data: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3] = TABLES as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  let c = before ^ 0xffffffff;
  let i = 0;
  for (; i + 4 <= data.length; i += 4) {
    c ^= data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    c = t3[c & 255]! ^ t2[(c >>> 8) & 255]! ^ t1[(c >>> 16) & 255]! ^ t0[c >>> 24]!;
  }
  for (; i < data.length; i++) c = t0[(c ^ data[i]!) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
