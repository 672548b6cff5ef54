/** Programs of stock kernels. Their texts are heard when they are compiled, so that they can be worked on. */
import type { Program } from './programs';

export class StockPrograms {
  private readonly modules = new WeakMap<GPUShaderModule, string>();
  private readonly known = new WeakMap<GPUComputePipeline, Program>();

  constructor(device: GPUDevice) {
    const module = device.createShaderModule.bind(device);
    const pipeline = device.createComputePipeline.bind(device);
    device.createShaderModule = (descriptor) => {
      const made = module(descriptor);
      this.modules.set(made, descriptor.code);
      return made;
    };
    device.createComputePipeline = (descriptor) => {
      const made = pipeline(descriptor);
      const code = this.modules.get(descriptor.compute.module);
      this.known.set(made, { label: made.label, pipeline: made, ...(code === undefined ? {} : { code }) });
      return made;
    };
  }

  /** The same object for the same pipeline. */
  of(pipeline: GPUComputePipeline): Program {
    let program = this.known.get(pipeline);
    if (!program) {
      program = { label: pipeline.label, pipeline };
      this.known.set(pipeline, program);
    }
    return program;
  }
}
