/** Counts WebGPU calls of any engine by wrapping prototypes; installed before the engine is loaded. */

export const counters = { dispatches: 0, submits: 0, bytesWritten: 0, pipelines: 0, memory: 0 };

type Method = (this: object, ...args: never[]) => unknown;

/** `before` sees the arguments of every call of `owner.prototype[name]`. */
function watch(owner: { prototype: object } | undefined, name: string, before: (...args: never[]) => void) {
  if (!owner) return;
  const prototype = owner.prototype as Record<string, Method>;
  const original = prototype[name];
  if (!original) return;
  prototype[name] = function (...args) {
    before(...args);
    return original.apply(this, args);
  };
}

function watchBuffers(): void {
  const sizes = new WeakMap<GPUBuffer, number>();
  const { createBuffer } = GPUDevice.prototype;
  const { destroy } = GPUBuffer.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    sizes.set(buffer, descriptor.size);
    counters.memory += descriptor.size;
    return buffer;
  };
  GPUBuffer.prototype.destroy = function () {
    counters.memory -= sizes.get(this) ?? 0;
    sizes.delete(this);
    return destroy.call(this);
  };
}

/** Called hundreds of times a step, whose script is timed: the wrapper must cost next to nothing. */
function watchDispatches(): void {
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (x, y, z) {
    counters.dispatches++;
    return dispatchWorkgroups.call(this, x, y, z);
  };
}

export function installCounters(): void {
  if (typeof GPUDevice === 'undefined') return;
  watchDispatches();
  watch(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', () => counters.dispatches++);
  watch(GPUQueue, 'submit', () => counters.submits++);
  watch(
    GPUQueue,
    'writeBuffer',
    (_: GPUBuffer, __: number, data: ArrayBufferView, start?: number, size?: number) => {
      const element = 'BYTES_PER_ELEMENT' in data ? (data.BYTES_PER_ELEMENT as number) : 1;
      counters.bytesWritten += size === undefined ? data.byteLength - (start ?? 0) * element : size * element;
    },
  );
  watch(GPUDevice, 'createBuffer', (descriptor: GPUBufferDescriptor) => {
    if (descriptor.mappedAtCreation) counters.bytesWritten += descriptor.size;
  });
  for (const name of ['createComputePipeline', 'createComputePipelineAsync'])
    watch(GPUDevice, name, () => counters.pipelines++);
  watchBuffers();
}
