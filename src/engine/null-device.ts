/**
 * A device that does nothing: it has the limits of a real one, makes buffers without memory and forgets every
 * command. A whole run can be set up and recorded on it to see what it would take, without taking it.
 */

/** A buffer as far as the package can tell, which asks `instanceof` before it gives one back. */
function nullBuffer({ size, usage, label = '', mappedAtCreation = false }: GPUBufferDescriptor): GPUBuffer {
  let mapped = mappedAtCreation;
  const own = {
    size,
    usage,
    label,
    get mapState() {
      return mapped ? 'mapped' : 'unmapped';
    },
    getMappedRange: () => new ArrayBuffer(size),
    unmap() {
      mapped = false;
    },
    destroy() {},
  };
  return Object.create(GPUBuffer.prototype, Object.getOwnPropertyDescriptors(own)) as GPUBuffer;
}

/** @param like lends its limits and features. */
export function nullDevice(like: GPUDevice): GPUDevice {
  const nothing = () => ({});
  const pipeline = { getBindGroupLayout: nothing };
  const pass = { setPipeline() {}, setBindGroup() {}, dispatchWorkgroups() {}, end() {} };
  const encoder = { beginComputePass: () => pass, copyBufferToBuffer() {}, finish: nothing };
  const queue = { submit() {}, writeBuffer() {} };
  const device = {
    limits: like.limits,
    features: like.features,
    queue,
    pushErrorScope() {},
    popErrorScope: async () => null,
    createBuffer: nullBuffer,
    createBindGroup: nothing,
    createBindGroupLayout: nothing,
    createPipelineLayout: nothing,
    createShaderModule: nothing,
    createComputePipeline: () => pipeline,
    createComputePipelineAsync: async () => pipeline,
    createCommandEncoder: () => encoder,
  };
  return device as unknown as GPUDevice;
}
