/** Dropped files as importers see them: gzip is inflated on the way, junk is left out. */
import { ImportError } from './dataset';
import type { InputFile, SourceFile } from './kit';
import { LIMITS } from './limits';
import { baseName } from './names';

const HEAD = 4096;

const concat = (parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

/** A file whose content is a Blob already. */
export function fromBlob(path: string, blob: Blob): InputFile {
  return {
    path,
    blob: async () => blob,
    bytes: async () => new Uint8Array(await blob.arrayBuffer()),
    head: async () => new Uint8Array(await blob.slice(0, HEAD).arrayBuffer()),
  };
}

/** A file whose content is in memory. */
export function fromBytes(path: string, bytes: Uint8Array<ArrayBuffer>): InputFile {
  return {
    path,
    bytes: async () => bytes,
    blob: async () => new Blob([bytes]),
    head: async () => bytes.subarray(0, HEAD),
  };
}

/** Inflates at most `limit` bytes; `stopped` says whether there was more. Keeps what came before an error. */
async function inflate(blob: Blob, limit: number) {
  const reader = blob.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  let error: unknown;
  try {
    for (let next = await reader.read(); !next.done && length <= limit; next = await reader.read()) {
      parts.push(next.value);
      length += next.value.length;
    }
  } catch (reason) {
    error = reason;
  }
  await reader.cancel().catch(() => undefined);
  return { parts, length, error, stopped: length > limit };
}

async function gunzip(path: string, blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const limit = Math.min(LIMITS.file, Math.max(LIMITS.gzip, LIMITS.ratio * blob.size));
  const { parts, length, error, stopped } = await inflate(blob, limit);
  if (stopped)
    throw new ImportError(
      'BOMB',
      `${path} unpacks to more than ${Math.floor(limit / 2 ** 20)} MB and was not read on.`,
    );
  if (error !== undefined) {
    const cut = /trunc|unexpected end|Z_BUF_ERROR/i.test(String((error as Error).message ?? error));
    if (cut) throw new ImportError('TRUNCATED', `${path} ends too early; copy or download it again.`);
    throw new ImportError('CORRUPT', `${path} is a damaged gzip file; copy or download it again.`);
  }
  return concat(parts, length);
}

/** A .gz file seen as what it holds. */
function fromGzip(path: string, packed: Blob): InputFile {
  const bytes = () => gunzip(path, packed);
  const name = path.replace(/\.tgz$/i, '.tar').replace(/\.gz$/i, '');
  return {
    path: name,
    bytes,
    blob: async () => new Blob([await bytes()]),
    head: async () => {
      const { parts, length } = await inflate(packed, HEAD);
      return concat(parts, length).subarray(0, HEAD);
    },
  };
}

/** Any blob as an input; gzip content is told by its first two bytes, not by the name. */
export async function openInput({ path, blob }: SourceFile): Promise<InputFile> {
  const clean = path.replaceAll('\\', '/').replace(/^\/+/, '');
  const start = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  return start[0] === 0x1f && start[1] === 0x8b ? fromGzip(clean, blob) : fromBlob(clean, blob);
}

/** 'mnist' from 'data/mnist.npz': what a data set made of one file is called. */
export const stemOf = (path: string): string =>
  baseName(path)
    .replace(/\.(gz|zip|tar|tgz|npz|npy|csv|tsv|bin|parquet|jsonl?|ndjson)$/i, '')
    .replace(/\.tar$/i, '') || 'images';
