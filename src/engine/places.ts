/**
 * Memory that outlives steps and may move: weights, optimiser state, inputs, rings. What refers to it holds a
 * view, which follows, so that lanes can be laid side by side when they come to share their dispatches.
 */

/** Offsets of storage bindings must be multiples of this many bytes. */
export const ALIGNMENT = 256;

export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** A part of a GPU buffer, in bytes. */
export interface Region {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** A buffer shared by places; it ends with the last of them. */
export class Slab {
  readonly buffer: GPUBuffer;
  private users = 0;

  constructor(buffer: GPUBuffer) {
    this.buffer = buffer;
  }

  enter(): void {
    this.users++;
  }

  leave(): void {
    this.users--;
    if (this.users === 0) this.buffer.destroy();
  }
}

export class Place {
  readonly bytes: number;
  private slab: Slab;
  private start = 0;

  /** @param buffer now belongs to this place. */
  constructor(buffer: GPUBuffer) {
    this.bytes = buffer.size;
    this.slab = new Slab(buffer);
    this.slab.enter();
  }

  get buffer(): GPUBuffer {
    return this.slab.buffer;
  }

  get offset(): number {
    return this.start;
  }

  /** A part of it, in bytes, or all. */
  view(start = 0, size = this.bytes - start): View {
    return new View(this, start, size);
  }

  /** From now on it is at `offset` of `slab`; the caller has copied its contents. */
  moveTo(slab: Slab, offset: number): void {
    slab.enter();
    this.slab.leave();
    this.slab = slab;
    this.start = offset;
  }

  destroy(): void {
    this.slab.leave();
  }
}

/** A region that follows its place. */
export class View implements Region {
  readonly place: Place;
  readonly start: number;
  readonly size: number;

  constructor(place: Place, start: number, size: number) {
    this.place = place;
    this.start = start;
    this.size = size;
  }

  get buffer(): GPUBuffer {
    return this.place.buffer;
  }

  get offset(): number {
    return this.place.offset + this.start;
  }
}
