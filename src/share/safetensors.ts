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

/** Throws when the bytes are not such a file. */
export function readSafetensors(file: Uint8Array): {
  readonly tensors: readonly NamedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
} {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = file.byteLength < PREFIX ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(PREFIX + length <= file.byteLength)) throw new Error('This is not a safetensors file.');
  const text = new TextDecoder().decode(file.subarray(PREFIX, PREFIX + length));
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(text) as {
    __metadata__?: Record<string, string>;
  } & Record<string, { shape: number[]; data_offsets: [number, number] }>;
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        shape,
        data_offsets: [from, to],
      },
    ]) => ({
      name,
      shape,
      data: Float32Array.from({ length: (to - from) / 4 }, (_, i) =>
        view.getFloat32(PREFIX + length + from + 4 * i, true),
      ),
    }),
  );
  return { tensors, metadata };
}
