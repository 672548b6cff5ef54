/** What one import may cost. Every limit is checked before memory is taken. */
const MiB = 2 ** 20;

export const LIMITS = {
  /** Files of one drop, entries of one archive. */
  files: 80_000,
  classes: 1000,
  /** Bytes one archive may unpack to; past this it may still be 20 times its own size. */
  unpacked: 512 * MiB,
  unpackedRatio: 20,
  /** Bytes of one unpacked file. */
  file: 512 * MiB,
  /** Unpacked to packed bytes of one file; small files may exceed it. */
  ratio: 200,
  ratioFrom: MiB,
  /** Bytes an inflated .gz may always have, whatever its ratio. */
  gzip: 32 * MiB,
  /** Pixels of one image, and of its longer side. */
  side: 8192,
  pixels: 50_000_000,
  /** Bytes of all images at their final size. */
  held: 1024 * MiB,
  /** Folders of one path, characters of one name. */
  depth: 64,
  name: 4096,
} as const;
