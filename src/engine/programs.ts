/** Compiled shaders, cached by their text. Eager work compiles on the spot, recordings all at once beforehand. */
import { entryOf } from './laned';

/** A shader on its way to a pipeline. `pipeline` is there once it is compiled. */
export interface Program {
  readonly label: string;
  pipeline: GPUComputePipeline | undefined;
  /** Its text; unknown for some stock kernels. */
  readonly code?: string;
}

const TYPES = { read: 'read-only-storage', read_write: 'storage', uniform: 'uniform' } as const;

interface Cached extends Program {
  readonly code: string;
  readonly layout: GPUBindGroupLayout;
  compiling: Promise<void> | undefined;
}

/** Directives must come first, and kernels are put together from parts: so the text decides which it needs. */
export const directives = (code: string): string =>
  (/\bsubgroup[A-Z]\w*\(/.test(code) ? 'enable subgroups;\n' : '') +
  (/\bf16\b/.test(code) ? 'enable f16;\n' : '');

export class Programs {
  private readonly device: GPUDevice;
  private readonly known = new Map<string, Cached>();
  private readonly layouts = new Map<string, GPUBindGroupLayout>();
  private readonly waiting = new Set<Cached>();

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** The program of a shader text. `now`: compiled when this returns; otherwise `compile` must be awaited. */
  get(label: string, code: string, now: boolean): { program: Program; layout: GPUBindGroupLayout } {
    let program = this.known.get(code);
    if (!program) {
      program = { label, code, layout: this.layoutOf(code), pipeline: undefined, compiling: undefined };
      this.known.set(code, program);
    }
    if (!program.pipeline && now) {
      program.pipeline = this.device.createComputePipeline(this.describe(program));
      this.waiting.delete(program);
    } else if (!program.pipeline) this.waiting.add(program);
    return { program, layout: program.layout };
  }

  /** Compiles everything recorded programs still wait for, all at once; of `only` these where given. */
  async compile(
    progress: (done: number, total: number) => void = () => {},
    only?: readonly Program[],
  ): Promise<void> {
    const asked = only && new Set(only);
    const list = [...this.waiting].filter((program) => asked?.has(program) ?? true);
    for (const program of list) this.waiting.delete(program);
    let done = 0;
    await Promise.all(
      list.map(async (program) => {
        program.compiling ??= this.compileOne(program);
        await program.compiling;
        done++;
        progress(done, list.length);
      }),
    );
  }

  private async compileOne(program: Cached): Promise<void> {
    const pipeline = await this.device.createComputePipelineAsync(this.describe(program));
    program.pipeline ??= pipeline;
  }

  private describe({ label, code, layout }: Cached): GPUComputePipelineDescriptor {
    const module = this.device.createShaderModule({ label, code: directives(code) + code });
    return {
      label,
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: entryOf(code) },
    };
  }

  /** Read off the declarations, so that bind groups can be made before the shader is compiled. */
  private layoutOf(code: string): GPUBindGroupLayout {
    const found = [...code.matchAll(/@binding\((\d+)\)\s*var<(?:storage,\s*)?(read_write|read|uniform)>/g)];
    const key = found.map(([, binding, access = '']) => `${binding}${access}`).join();
    let layout = this.layouts.get(key);
    if (!layout) {
      layout = this.device.createBindGroupLayout({
        entries: found.map(([, binding, access]) => ({
          binding: Number(binding),
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: TYPES[access as keyof typeof TYPES] },
        })),
      });
      this.layouts.set(key, layout);
    }
    return layout;
  }
}
