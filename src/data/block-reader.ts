const BLOCK = 2 ** 20;
const KEPT = 32;

/** Bytes `from` up to `to` of a Blob; fewer at its end. */
export async function bytesAt(blob: Blob, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.slice(from, to).arrayBuffer());
}

/** Reads a Blob in aligned blocks and keeps the last ones: thousands of small entries cost few reads. */
export class BlockReader {
  private readonly blob: Blob;
  private readonly blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();

  constructor(blob: Blob) {
    this.blob = blob;
  }

  private block(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const block = this.blocks.get(index) ?? bytesAt(this.blob, index * BLOCK, (index + 1) * BLOCK);
    // Deleting first moves the block to the end of the map, so the first key is the one longest unused.
    this.blocks.delete(index);
    this.blocks.set(index, block);
    const oldest = this.blocks.keys().next().value;
    if (this.blocks.size > KEPT && oldest !== undefined) this.blocks.delete(oldest);
    return block;
  }

  async read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const index = Math.floor(from / BLOCK);
    if (to > (index + 1) * BLOCK) return bytesAt(this.blob, from, to);
    return (await this.block(index)).subarray(from - index * BLOCK, to - index * BLOCK);
  }
}
