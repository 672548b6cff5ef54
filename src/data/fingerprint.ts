/**
 * A 64 bit content hash, streaming, the same on every machine. Two independent 32 bit lanes take the input as
 * little-endian words; each step multiplies, rotates and adds (the shape of MurmurHash3, with the constants of
 * its 32 bit variant on one lane and of xxHash32 on the other); the length and a final avalanche close it.
 * It names data; it is no defence against someone who builds collisions on purpose.
 */
import { pcg } from '../core/rng';

export class Fingerprint {
  private a = 0x9747b28c;
  private b = 0x2545f491;
  private length = 0;
  /** Bytes that do not fill a word yet. */
  private rest = 0;

  private word(word: number): void {
    const k = Math.imul(word, 0xcc9e2d51);
    const a = this.a ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    this.a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    const b = (this.b + Math.imul(word, 0x85ebca77)) | 0;
    this.b = Math.imul((b << 13) | (b >>> 19), 0x9e3779b1);
  }

  bytes(data: Uint8Array): this {
    let i = 0;
    while (i < data.length && (this.length & 3) !== 0) this.byte(data[i++]!);
    const whole = i + ((data.length - i) & ~3);
    this.length += whole - i;
    for (; i < whole; i += 4)
      this.word(data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24));
    while (i < data.length) this.byte(data[i++]!);
    return this;
  }

  private byte(value: number): void {
    const place = this.length & 3;
    this.rest = place === 0 ? value : this.rest | (value << (8 * place));
    this.length++;
    if (place === 3) this.word(this.rest);
  }

  /** Whole numbers as 32 bit little-endian words, whatever the byte order of the machine. */
  integers(values: ArrayLike<number>): this {
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < values.length; i++) view.setInt32(4 * i, values[i]!, true);
    return this.bytes(bytes);
  }

  /** A text as its length and its UTF-8 bytes. */
  text(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.integers([bytes.length]).bytes(bytes);
  }

  /** 16 hexadecimal digits; the object can still take more. */
  digest(): string {
    const open = this.length & 3 ? this.rest : 0;
    const a = pcg((this.a ^ open ^ pcg(this.length)) >>> 0);
    const b = pcg((this.b ^ Math.imul(open, 0x9e3779b1) ^ pcg(a)) >>> 0);
    return [pcg((a ^ b) >>> 0), b].map((word) => word.toString(16).padStart(8, '0')).join('');
  }
}
