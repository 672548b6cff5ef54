/**
 * GPU buffer pools. Stands in for the buffer manager of tfjs-backend-webgpu: eager work shares one pool, and
 * each recording has an arena of its own, so that nothing a recording refers to is ever handed to anyone else.
 */

/** What stands in a buffer of a recording from when it is handed out until it is released. */
export interface Value {
  readonly bytes: number;
  /** Written once, outside of the steps: must stay where it is. */
  fixed: boolean;
  /** For what is fixed: equal texts mean equal contents. */
  content?: string;
}

const keyOf = (size: number, usage: number) => `${size}/${usage}`;

/** Buffers that belong together and are reused among themselves. */
export class Arena {
  readonly free = new Map<string, GPUBuffer[]>();
  readonly all = new Set<GPUBuffer>();
  /** Written by the CPU while recording: their contents must outlive the step, so they are never reused. */
  readonly pinned = new WeakSet<GPUBuffer>();
  /** What stands in each buffer now. */
  readonly values = new WeakMap<GPUBuffer, Value>();
  /** Foreign buffers that died while recording; they stay allocated as long as the recording. */
  readonly held: GPUBuffer[] = [];
  bytes = 0;
  /** Handed out and not given back. */
  readonly out = { buffers: 0, bytes: 0 };
  /** Where what need not outlive the step is taken from: shared by recordings that are never played in parts. */
  readonly scratch: Arena | undefined;

  constructor(scratch?: Arena) {
    this.scratch = scratch;
  }

  /** What stands in a buffer of this arena or its scratch now. */
  valueOf(buffer: GPUBuffer): Value | undefined {
    return this.values.get(buffer) ?? this.scratch?.values.get(buffer);
  }

  destroy(): void {
    for (const buffer of this.all) buffer.destroy();
    this.all.clear();
    this.free.clear();
    this.bytes = 0;
  }
}

export class Buffers {
  private readonly device: GPUDevice;
  private readonly owner = new WeakMap<GPUBuffer, Arena>();
  private readonly shared = new Arena();
  private active: Arena = this.shared;
  private used = 0;
  private fresh = false;
  numBytesUsed = 0;
  numBytesAllocated = 0;

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** Routes new buffers to `arena` until `leave`. */
  enter(arena: Arena): void {
    this.active = arena;
  }

  leave(): void {
    this.active = this.shared;
  }

  /** Runs `allocate` with fresh, mappable buffers of the shared pool, also while an arena is active. */
  outside(allocate: () => void): void {
    const arena = this.active;
    this.active = this.shared;
    this.fresh = true;
    try {
      allocate();
    } finally {
      this.active = arena;
      this.fresh = false;
    }
  }

  get recording(): boolean {
    return this.active !== this.shared;
  }

  acquireBuffer(size: number, usage: number, mappedAtCreation = false, reuse = true): GPUBuffer {
    const { active } = this;
    const pin = this.recording && ((usage & GPUBufferUsage.UNIFORM) !== 0 || mappedAtCreation || !reuse);
    const arena = pin ? active : (active.scratch ?? active);
    const waiting = reuse && !pin && !this.fresh ? arena.free.get(keyOf(size, usage)) : undefined;
    this.count(arena, 1, size);
    const pooled = waiting?.pop();
    if (pooled) {
      arena.values.set(pooled, { bytes: size, fixed: false });
      return pooled;
    }
    const buffer = this.device.createBuffer({ size, usage, mappedAtCreation });
    this.add(arena, buffer);
    arena.values.set(buffer, { bytes: size, fixed: pin });
    if (pin) arena.pinned.add(buffer);
    return buffer;
  }

  private count(arena: Arena, buffers: number, bytes: number): void {
    arena.out.buffers += buffers;
    arena.out.bytes += bytes;
    this.used += buffers;
    this.numBytesUsed += bytes;
  }

  private add(arena: Arena, buffer: GPUBuffer): void {
    arena.all.add(buffer);
    arena.bytes += buffer.size;
    this.owner.set(buffer, arena);
    this.numBytesAllocated += buffer.size;
  }

  /** A storage buffer of `arena` that is in no pool. */
  reserve(arena: Arena, size: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.device.createBuffer({ label: 'lanes', size, usage });
    this.add(arena, buffer);
    return buffer;
  }

  /** Frees all buffers of an arena but those in `keep`. */
  thin(arena: Arena, keep: ReadonlySet<GPUBuffer>): void {
    for (const buffer of arena.all) {
      if (keep.has(buffer)) continue;
      arena.all.delete(buffer);
      arena.bytes -= buffer.size;
      this.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
    arena.free.clear();
  }

  releaseBuffer(buffer: GPUBuffer, reuse = true): void {
    const arena = this.owner.get(buffer);
    if (!arena?.all.has(buffer)) return;
    this.count(arena, -1, -buffer.size);
    if (arena !== this.active && arena !== this.active.scratch && this.recording) {
      this.active.held.push(buffer);
      return;
    }
    if (arena.pinned.has(buffer)) return;
    if (reuse) {
      const key = keyOf(buffer.size, buffer.usage);
      const list = arena.free.get(key);
      if (list) list.push(buffer);
      else arena.free.set(key, [buffer]);
      return;
    }
    arena.all.delete(buffer);
    arena.bytes -= buffer.size;
    this.numBytesAllocated -= buffer.size;
    buffer.destroy();
  }

  /** Frees an arena whose recording is gone; foreign buffers it held return to their pools. */
  drop(arena: Arena): void {
    this.numBytesAllocated -= arena.bytes;
    this.count(arena, -arena.out.buffers, -arena.out.bytes);
    arena.destroy();
    for (const buffer of arena.held) {
      const owner = this.owner.get(buffer);
      if (owner?.all.has(buffer)) this.count(owner, 1, buffer.size);
      this.releaseBuffer(buffer);
    }
    arena.held.length = 0;
  }

  /** Gives up what waits for reuse, outside of recordings: nothing refers to it. */
  trim(): void {
    for (const buffer of [...this.shared.free.values()].flat()) {
      this.shared.all.delete(buffer);
      this.shared.bytes -= buffer.size;
      this.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
    this.shared.free.clear();
  }

  getNumUsedBuffers(): number {
    return this.used;
  }

  getNumFreeBuffers(): number {
    let n = 0;
    for (const list of this.shared.free.values()) n += list.length;
    return n;
  }

  dispose(): void {
    this.shared.destroy();
  }
}
