/** Parquet files made in code, in the layout Hugging Face writes: a struct of bytes and path, numbered labels. */
import { gzipSync } from 'node:zlib';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';

export interface ParquetRowSource {
  readonly bytes: Uint8Array | null;
  readonly path?: string | null;
  readonly label: number | null;
  readonly more?: Readonly<Record<string, string | number>>;
}

export interface ParquetOptions {
  readonly codec?: 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'ZSTD' | 'BROTLI';
  readonly names?: readonly string[];
  readonly rowGroupSize?: number;
  readonly pageSize?: number;
  readonly image?: string;
}

/** A Zstandard frame of one stored block (RFC 8878): a packer for tests that need no packing. */
function zstdStored(bytes: Uint8Array): Uint8Array {
  const out = Buffer.alloc(12 + bytes.length);
  out.writeUInt32LE(0xfd2fb528, 0);
  // Single segment, content size in four bytes.
  out.writeUInt8(0xa0, 4);
  out.writeUInt32LE(bytes.length, 5);
  out.writeUIntLE((bytes.length << 3) | 1, 9, 3);
  out.set(bytes, 12);
  return new Uint8Array(out);
}

const compressors = {
  GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)),
  ZSTD: zstdStored,
  BROTLI: (bytes: Uint8Array) => bytes,
};

export function parquet(
  rows: readonly ParquetRowSource[],
  { codec = 'SNAPPY', names, rowGroupSize, pageSize, image = 'image' }: ParquetOptions = {},
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const more = Object.keys(rows[0]?.more ?? {});
  const column = (key: string) => rows.map((row) => row.more?.[key] ?? null);
  const features = { label: { names, _type: 'ClassLabel' }, image: { _type: 'Image' } };
  parquetWrite({
    writer,
    codec,
    compressors,
    ...(rowGroupSize ? { rowGroupSize } : {}),
    ...(pageSize ? { pageSize } : {}),
    columnData: [
      { name: image, data: rows.map(({ bytes, path = null }) => ({ bytes, path })) },
      { name: 'label', data: rows.map(({ label }) => (label === null ? null : BigInt(label))) },
      ...more.map((key) => ({ name: key, data: column(key) })),
    ],
    schema: [
      { name: 'root', num_children: 2 + more.length },
      { name: image, num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
      ...more.map((name) => ({
        name,
        type: 'BYTE_ARRAY' as const,
        converted_type: 'UTF8' as const,
        repetition_type: 'OPTIONAL' as const,
      })),
    ],
    ...(names ? { kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }] } : {}),
  });
  return new Uint8Array(writer.getBuffer());
}
