/**
 * The one file that touches private fields of tfjs-backend-webgpu (pinned to 4.22.0; `selfTest` proves at boot
 * that they are what we think). Gives kernels a device, pipelines and dispatches, and lets a step be recorded.
 */

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { engine, type TensorInfo, type Variable } from '@tensorflow/tfjs-core';
import { type Arena, Buffers } from './buffers';
import { type Command, encode, groupOf, Recorder, type Recording } from './commands';
import { Regions } from './late-sums';
import { ALIGNMENT, Place, type Region } from './places';
import { checkInternals, type Internals } from './private';
import { Programs } from './programs';
import { Recordings } from './recordings';
import { readBack } from './staging';
import { StockPrograms } from './stock';
import { type Tally, tally } from './tally';
import { withoutChooser } from './variants';

export type Workgroups = readonly [number, number, number];

const SUBMIT_AFTER = 64;

export class Gpu {
  readonly backend: WebGPUBackend;
  private readonly inner: Internals;
  private readonly tally: Tally;
  private buffers: Buffers;
  private programs: Programs;
  readonly recordings: Recordings;
  private readonly stock: StockPrograms;
  private recorder: Recorder | undefined;
  private readonly regions = new Regions();
  /** While recording: ids of data made since are not smaller than this. */
  private firstRecordedId: number | undefined;
  /** Dispatches and submits since the start, for benchmarks and tests. */
  readonly counters = { dispatches: 0, submits: 0, bytesWritten: 0, recordings: 0 };

  constructor(backend: WebGPUBackend) {
    this.backend = backend;
    this.tally = tally(backend.device);
    this.inner = backend as unknown as Internals;
    this.buffers = new Buffers(backend.device);
    this.stock = new StockPrograms(backend.device);
    this.programs = new Programs(backend.device);
    this.recordings = new Recordings(this, () => ({ buffers: this.buffers, programs: this.programs }));
    this.inner.bufferManager = this.buffers;
    const binding = this.inner.tensorToBinding.bind(backend);
    this.inner.tensorToBinding = (tensor) => (tensor && this.regions.get(tensor.dataId)) || binding(tensor);
    const upload = backend.uploadToGPU.bind(backend);
    // A tensor made before a recording outlives it, so its memory must not belong to the recording.
    backend.uploadToGPU = (id) => {
      if (this.firstRecordedId !== undefined && (id as { id: number }).id < this.firstRecordedId)
        this.buffers.outside(() => upload(id));
      else {
        const { values } = this.inner.tensorMap.get(id);
        upload(id);
        const { resource } = this.inner.tensorMap.get(id);
        if (values && resource) this.recorder?.noteContent(resource, values as ArrayLike<number>);
      }
    };
    const read = this.inner.read.bind(backend);
    // Tensors with a fixed place change in place, so a value cached on the CPU would go stale.
    this.inner.read = async (id) => {
      const region = this.regions.get(id);
      if (!region) return read(id);
      const bytes = await this.readRegion(region);
      const { dtype, shape } = this.inner.tensorMap.get(id);
      const n = shape.reduce((a, b) => a * b, 1);
      return dtype === 'int32' || dtype === 'bool'
        ? new Int32Array(bytes, 0, n)
        : new Float32Array(bytes, 0, n);
    };
  }

  get device(): GPUDevice {
    return this.backend.device;
  }

  /** Submits whatever eager work is pending. */
  flush(): void {
    if (this.buffers.recording) throw new Error('Nothing can be submitted while a step is recorded.');
    this.inner.ensureCommandEncoderReady();
    this.inner.endComputePassEncoder();
    this.inner.submitQueue();
  }

  /** Submits eager work if there is any. */
  settle(): void {
    if (this.inner.commandEncoder) this.flush();
  }

  /** A tensor whose memory is allocated and whose contents are undefined. */
  output(shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): TensorInfo {
    const info = this.backend.makeTensorInfo([...shape], dtype);
    this.backend.uploadToGPU(info.dataId);
    return info;
  }

  /** Where a tensor lives; uploads it first when it is still on the CPU. */
  region(tensor: TensorInfo): Region {
    const known = this.regions.get(tensor.dataId);
    if (known) return known;
    this.backend.uploadToGPU(tensor.dataId);
    const buffer = this.inner.tensorMap.get(tensor.dataId).resource;
    if (!buffer) throw new Error('Tensor has no GPU buffer.');
    return { buffer, offset: 0, size: buffer.size };
  }

  /** Runs a program over tensors and buffers, bound in order. Works eagerly and while recording. */
  run(label: string, code: string, bindings: readonly (TensorInfo | Region)[], groups: Workgroups): void {
    const { recorder } = this;
    const { program, layout } = this.programs.get(label, code, !recorder);
    const regions = bindings.map((b) => ('dataId' in b ? this.region(b) : b));
    this.counters.dispatches++;
    if (recorder) {
      recorder.dispatch(program, layout, regions, groups);
      return;
    }
    const bound = regions.map((region, binding) => ({ binding, region }));
    const group = groupOf(this.device, layout, bound);
    this.inner.ensureCommandEncoderReady();
    this.inner.computePassEncoder ??= this.inner.commandEncoder!.beginComputePass();
    const pass = this.inner.computePassEncoder;
    pass.setPipeline(program.pipeline!);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...groups);
    for (const b of bindings) if ('dataId' in b) this.inner.commandQueueOwnedIds.add(b.dataId);
    this.inner.dispatchCountInPass++;
    if (this.inner.dispatchCountInPass >= SUBMIT_AFTER) this.flush();
  }

  /** A storage buffer outside all pools; the caller destroys it. */
  createBuffer(bytes: number, label: string): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    return this.device.createBuffer({ label, size: Math.max(16, Math.ceil(bytes / 16) * 16), usage });
  }

  /** Memory that outlives steps and may move; its owner destroys it. */
  createPlace(bytes: number, label: string): Place {
    return new Place(this.createBuffer(bytes, label));
  }

  /** Writes to a buffer after all eager work issued so far. */
  write(buffer: GPUBuffer, offset: number, data: ArrayBufferView<ArrayBuffer>): void {
    this.settle();
    this.device.queue.writeBuffer(buffer, offset, data);
    this.counters.bytesWritten += data.byteLength;
  }

  /** Moves a tensor to a fixed place: it is read and written there from now on and never pooled. */
  place(tensor: TensorInfo, region: Region): void {
    const old = this.region(tensor);
    this.inner.ensureCommandEncoderReady();
    this.inner.endComputePassEncoder();
    const data = this.inner.tensorMap.get(tensor.dataId);
    const bytes = data.shape.reduce((a, b) => a * b, 1) * 4;
    this.inner.commandEncoder!.copyBufferToBuffer(
      old.buffer,
      old.offset,
      region.buffer,
      region.offset,
      bytes,
    );
    this.flush();
    if (!this.regions.has(tensor.dataId)) this.buffers.releaseBuffer(old.buffer);
    data.resource = region.buffer;
    data.external = true;
    this.regions.set(tensor.dataId, region);
  }

  /** A tensor over a region that nothing else uses, with what is there: zeros in a new buffer. */
  tensorAt(shape: readonly number[], region: Region): TensorInfo {
    const info = this.backend.makeTensorInfo([...shape], 'float32');
    Object.assign(this.inner.tensorMap.get(info.dataId), { resource: region.buffer, external: true });
    this.regions.set(info.dataId, region);
    return info;
  }

  /** Contents of a region after all work issued so far. */
  readRegion({ buffer, offset, size }: Region): Promise<ArrayBuffer> {
    this.settle();
    return readBack(this.device, buffer, offset, size);
  }

  /**
   * Runs `step` without executing it and keeps its commands. Outputs must be kept (tf.keep) by the step.
   * @param scratch memory to share with others; what stands in it holds for one play.
   */
  record(step: () => void, scratch?: Arena): Recording {
    this.settle();
    const recorder = new Recorder(this.device, this.stock, scratch);
    const { arena } = recorder;
    this.recorder = recorder;
    const { commandQueueOwnedIds, submitQueue } = this.inner;
    const marker = this.backend.makeTensorInfo([1], 'float32');
    this.backend.disposeData(marker.dataId);
    this.firstRecordedId = (marker.dataId as { id: number }).id;
    this.buffers.enter(arena);
    this.inner.commandEncoder = recorder as unknown as GPUCommandEncoder;
    // Commands run in the order recorded, so memory may be reused the moment its tensor dies.
    this.inner.commandQueueOwnedIds = { add: () => undefined, has: () => false };
    this.inner.submitQueue = () => {
      this.inner.dispatchCountInPass = 0;
      this.inner.uniformPendingDisposal.length = 0;
      this.inner.stagingPendingDisposal.length = 0;
    };
    try {
      step();
    } finally {
      recorder.close();
      this.recorder = undefined;
      this.inner.computePassEncoder = null;
      this.inner.commandEncoder = null;
      this.inner.dispatchCountInPass = 0;
      this.inner.uniformPendingDisposal = [];
      this.inner.stagingPendingDisposal = [];
      this.inner.commandQueueOwnedIds = commandQueueOwnedIds;
      this.inner.submitQueue = submitQueue;
      this.firstRecordedId = undefined;
      this.buffers.leave();
    }
    this.counters.recordings++;
    return this.recordings.add({ commands: recorder.commands, arena, thin: false });
  }

  /** Compiles what recordings made so far need, or those commands `only`. Await it before `play`. */
  compile(progress?: (done: number, total: number) => void, only?: readonly Command[]): Promise<void> {
    const programs = only?.flatMap((command) => ('copy' in command ? [] : [command.program]));
    return this.programs.compile(progress, programs);
  }

  /** Plays lists of commands in one submit. */
  play(lists: readonly (readonly Command[])[]): void {
    this.settle();
    const encoder = this.device.createCommandEncoder();
    for (const commands of lists) {
      encode(encoder, commands);
      this.counters.dispatches += commands.length;
    }
    this.device.queue.submit([encoder.finish()]);
    this.counters.submits++;
  }

  drop(recording: Recording): void {
    this.recordings.drop(recording);
  }

  /**
   * Runs `work` as if on `device`, with pools and programs of its own. Tensors and recordings made inside must end
   * inside, and what was made before must not be used there.
   */
  pretend<T>(device: GPUDevice, work: () => T): T {
    this.settle();
    const { buffers, programs, backend, inner } = this;
    const kept = { device: backend.device, queue: backend.queue };
    const { pipelineCache } = inner;
    const use = (own: Buffers) => {
      this.buffers = own;
      inner.bufferManager = own;
    };
    Object.assign(backend, { device, queue: device.queue });
    use(new Buffers(device));
    this.programs = new Programs(device);
    inner.pipelineCache = {};
    try {
      const value = withoutChooser(work);
      this.settle();
      return value;
    } finally {
      Object.assign(backend, kept);
      use(buffers);
      this.programs = programs;
      Object.assign(inner, { pipelineCache, commandEncoder: null, computePassEncoder: null });
    }
  }

  /** Bytes of all buffers; of those in pools and arenas; and buffers of them in use. */
  memory(): { bytes: number; allocated: number; used: number; buffers: number } {
    const { numBytesAllocated: allocated, numBytesUsed: used } = this.buffers;
    return { bytes: this.tally.bytes, allocated, used, buffers: this.buffers.getNumUsedBuffers() };
  }

  /** Throws when the private fields of the package are not as this file expects. */
  selfTest(): void {
    checkInternals(this.backend);
  }
}

let current: Gpu | undefined;

/** The device of the running backend, or undefined on WebGL, Wasm and CPU. */
export const gpu = (): Gpu | undefined =>
  current && engine().backendName === 'condenser' ? current : undefined;

export function setGpu(value: Gpu | undefined): void {
  current = value;
}

export { ALIGNMENT, type Command, type Recording, type Region, type Variable };
