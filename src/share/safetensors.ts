/**
 * Weights as safetensors (https://huggingface.co/docs/safetensors, "Format"): the length of a JSON header as a
 * little-endian 64-bit number, the header, then the tensors' bytes without gaps. Float32 only.
 */

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

const PREFIX = 8;
const ALIGNMENT = 8;

/** @param metadata texts only, as the format asks. Throws when a shape does not fit its data. */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  let at = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  for (const { name, shape, data } of tensors) {
    if (shape.reduce((a, b) => a * b, 1) !== data.length)
      throw new Error(`'${name}' of shape ${shape.join('x')} does not fit ${data.length} numbers.`);
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + 4 * data.length] };
    at += 4 * data.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(PREFIX + length + at);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(length), true);
  // Spaces up to the alignment, which JSON does not mind.
  file.fill(0x20, PREFIX, PREFIX + length);
  file.set(text, PREFIX);
  let byte = PREFIX + length;
  for (const { data } of tensors)
    for (const value of data) {
      view.setFloat32(byte, value, true);
      byte += 4;
    }
  return file;
}

type Header = { __metadata__?: unknown } & Record<string, unknown>;

/** Where a tensor lies, as its header entry says. Throws when the entry is not one of ours or leads outside. */
function placeOf(
  name: string,
  entry: unknown,
  bytes: number,
): { shape: number[]; from: number; length: number } {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const whole = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!whole(shape) || !whole(offsets) || offsets.length !== 2)
    throw new Error(`The file's entry for '${name}' is damaged.`);
  if (dtype !== 'F32') throw new Error(`'${name}' holds ${String(dtype).slice(0, 20)} numbers, not F32.`);
  const [from, to] = offsets as [number, number];
  const length = shape.reduce((a, b) => a * b, 1);
  if (to - from !== 4 * length || to > bytes) throw new Error(`'${name}' is cut off or of another shape.`);
  return { shape, from, length };
}

/** Throws when the bytes are not such a file. */
export function readSafetensors(file: Uint8Array): {
  readonly tensors: readonly NamedTensor[];
  /** Only those that are texts. */
  readonly metadata: Readonly<Record<string, string>>;
} {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = file.byteLength < PREFIX ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(PREFIX + length <= file.byteLength)) throw new Error('This is not a safetensors file.');
  const text = new TextDecoder().decode(file.subarray(PREFIX, PREFIX + length));
  let header: Header;
  try {
    header = Object(JSON.parse(text)) as Header;
  } catch {
    throw new Error('This is not a safetensors file.');
  }
  const { __metadata__: about, ...entries } = header;
  const start = PREFIX + length;
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const { shape, from, length: count } = placeOf(name, entry, file.byteLength - start);
    const data = Float32Array.from({ length: count }, (_, i) => view.getFloat32(start + from + 4 * i, true));
    return { name, shape, data };
  });
  const texts = Object.entries(Object(about)).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return { tensors, metadata: Object.fromEntries(texts) };
}
