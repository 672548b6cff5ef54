/** Writes Protocol Buffers messages, as far as ONNX needs them (https://protobuf.dev, "Encoding"). */

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** One message: fields are written in the order of the calls. Undefined values leave a field out. */
export class Message {
  private readonly parts: Uint8Array[] = [];

  /** Whole numbers, also negative ones. */
  int(field: number, value: number | undefined): this {
    if (value === undefined) return this;
    this.parts.push(varint((field << 3) | VARINT), varint(value));
    return this;
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.parts.push(varint((field << 3) | FIXED32), bytes);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.parts.push(varint((field << 3) | BYTES), varint(value.length), value);
    return this;
  }

  text(field: number, value: string | undefined): this {
    return value === undefined ? this : this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.parts.reduce((n, { length }) => n + length, 0));
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}

/** Seven bits a byte, lowest first; negative numbers as their 64-bit complement. */
function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
