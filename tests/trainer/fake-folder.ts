/** A folder in memory with the habits of a browser's, good and bad. */
import type { Folder, Handle } from '../../src/trainer/saved/slots';

/** How a call goes wrong. `minus`: what Chromium answers at the quota in place of a count (-8, unsigned). */
export type Fault = 'throws' | 'short' | 'minus' | 'stops' | 'cut';

export class FakeFolder implements Folder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Calls so far, of every kind. */
  calls = 0;
  /** Bytes all files may take together. */
  quota = Number.POSITIVE_INFINITY;
  private fault: { readonly at: number; readonly kind: Fault } | undefined;
  private dead = false;

  /** Makes call number `at` from now (counted from 1) go wrong. */
  failAt(at: number, kind: Fault): void {
    this.fault = { at: this.calls + at, kind };
  }

  /** The same files in a fresh browser. */
  reopened(): FakeFolder {
    const other = new FakeFolder();
    for (const [name, bytes] of this.files) other.files.set(name, bytes.slice());
    return other;
  }

  /** Counts a call; true when it has to go wrong in its own way. */
  private call(): Fault | undefined {
    this.calls++;
    if (this.dead) throw new Error('The worker is gone.');
    if (this.fault?.at !== this.calls) return undefined;
    const { kind } = this.fault;
    if (kind === 'stops') this.dead = true;
    if (kind === 'stops' || kind === 'throws') throw new Error('The browser refused.');
    return kind;
  }

  private used(): number {
    let sum = 0;
    for (const { length } of this.files.values()) sum += length;
    return sum;
  }

  async names(): Promise<readonly string[]> {
    this.call();
    return [...this.files.keys()];
  }

  async remove(name: string): Promise<void> {
    this.call();
    this.files.delete(name);
  }

  async open(name: string): Promise<Handle> {
    this.call();
    if (!this.files.has(name)) this.files.set(name, new Uint8Array(0));
    return this.handle(name);
  }

  private resize(name: string, size: number): void {
    const next = new Uint8Array(size);
    next.set(this.files.get(name)!.subarray(0, size));
    this.files.set(name, next);
  }

  private handle(name: string): Handle {
    const content = () => this.files.get(name)!;
    return {
      getSize: () => {
        this.call();
        return content().length;
      },
      read: (into, { at }) => {
        const part = content().subarray(at, at + into.length);
        const n = this.call() === undefined ? part.length : Math.floor(part.length / 2);
        into.set(part.subarray(0, n));
        return n;
      },
      write: (from, { at }) => {
        const fault = this.call();
        const room = Math.max(0, this.quota - this.used() + content().length - at);
        const fits = fault === undefined ? from.length : Math.floor(from.length / 2);
        const n = Math.min(fits, room);
        if (at + n > content().length) this.resize(name, at + n);
        content().set(from.subarray(0, n), at);
        if (fault === 'minus' || (fault === undefined && n < from.length)) return 4294967288;
        // A cut that lies about its count is found by the size and the checksum.
        return fault === 'cut' ? from.length : n;
      },
      truncate: (size) => {
        if (this.call() === undefined) this.resize(name, size);
      },
      flush: () => void this.call(),
      close: () => void this.call(),
    };
  }
}
