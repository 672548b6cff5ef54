/** Messages of an ONNX file, by the field numbers of onnx.proto3 (https://github.com/onnx/onnx). */
import { Message } from './protobuf';

export const FLOAT = 1;
export const INT64 = 7;

export type Attribute = number | readonly number[] | { readonly float: number };

function attribute(name: string, value: Attribute): Message {
  const out = new Message().text(1, name);
  if (typeof value === 'number') return out.int(3, value).int(20, 2);
  if ('float' in value) return out.float(2, value.float).int(20, 1);
  for (const each of value) out.int(8, each);
  return out.int(20, 7);
}

export function nodeProto(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>>,
): Message {
  const out = new Message();
  for (const input of inputs) out.text(1, input);
  out.text(2, output).text(3, output).text(4, type);
  for (const [name, value] of Object.entries(attributes)) out.message(5, attribute(name, value));
  return out;
}

/** @param data row-major; little-endian in the file, whatever the machine. */
export function tensorProto(
  name: string,
  shape: readonly number[],
  data: ArrayLike<number>,
  type: typeof FLOAT | typeof INT64,
): Message {
  const out = new Message();
  for (const n of shape) out.int(1, n);
  const size = type === FLOAT ? 4 : 8;
  const bytes = new Uint8Array(data.length * size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++)
    if (type === FLOAT) view.setFloat32(i * size, data[i] as number, true);
    else view.setBigInt64(i * size, BigInt(data[i] as number), true);
  return out.int(2, type).text(8, name).bytes(9, bytes);
}

/** Name and shape of an input or output, float32; a size of -1 is called `batch`. */
export function valueProto(name: string, shape: readonly number[]): Message {
  const sizes = new Message();
  for (const n of shape) sizes.message(1, n < 0 ? new Message().text(2, 'batch') : new Message().int(1, n));
  const type = new Message().int(1, FLOAT).message(2, sizes);
  return new Message().text(1, name).message(2, new Message().message(1, type));
}

const IR_VERSION = 8;
export const OPSET = 17;

export function modelProto(graph: Message, metadata: Readonly<Record<string, string>>): Message {
  const out = new Message().int(1, IR_VERSION).text(2, 'Condenser').message(7, graph);
  out.message(8, new Message().text(1, '').int(2, OPSET));
  for (const [key, value] of Object.entries(metadata))
    out.message(14, new Message().text(1, key).text(2, value));
  return out;
}
