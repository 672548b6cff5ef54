/** A training step as data: dispatches and copies in order, recorded once and played many times. */
import { Arena, type Value } from './buffers';
import { type Region, View } from './places';
import type { Program } from './programs';
import type { StockPrograms } from './stock';

/** Longer constants are not compared. */
const MOST_NUMBERS = 512;

/** What a dispatch binds. */
export interface Bound {
  readonly binding: number;
  /** Where that was when it was recorded, or a view of what may move. */
  readonly region: Region;
  /** Set for memory of the recording itself. */
  readonly value: Value | undefined;
}

export interface Dispatch {
  readonly program: Program;
  readonly layout: GPUBindGroupLayout;
  readonly bound: readonly Bound[];
  /** Made anew when something bound has moved. */
  group: GPUBindGroup;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface Copy {
  readonly copy: readonly [GPUBuffer, number, GPUBuffer, number, number];
}

export type Command = Dispatch | Copy;

/** A step as a flat list of commands, and the memory it works in. */
export interface Recording {
  readonly commands: readonly Command[];
  readonly arena: Arena;
  /** Its memory was given up: it can only be planned anew. */
  thin: boolean;
}

/** The bind group of what stands where it stands now. */
export function groupOf(
  device: GPUDevice,
  layout: GPUBindGroupLayout,
  bound: readonly { readonly binding: number; readonly region: Region }[],
): GPUBindGroup {
  const entries = bound.map(({ binding, region: { buffer, offset, size } }) => ({
    binding,
    resource: { buffer, offset, size },
  }));
  return device.createBindGroup({ layout, entries });
}

/** Puts a function in the place of a method; returns what puts the method back. */
function standIn(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}

/** Takes the place of encoder and pass while a step is recorded. */
export class Recorder {
  readonly commands: Command[] = [];
  readonly arena: Arena;
  private readonly device: GPUDevice;
  private readonly stock: StockPrograms;
  private readonly described = new WeakMap<GPUBindGroup, GPUBindGroupDescriptor>();
  private readonly restore: readonly (() => void)[];
  private pipeline: GPUComputePipeline | undefined;
  private group: GPUBindGroup | undefined;

  /** Until `close`, listens to the bind groups and uniforms that stock kernels make. */
  constructor(device: GPUDevice, stock: StockPrograms, scratch: Arena | undefined) {
    this.device = device;
    this.stock = stock;
    this.arena = new Arena(scratch);
    const make = device.createBindGroup.bind(device);
    const write = device.queue.writeBuffer.bind(device.queue);
    const group = (descriptor: GPUBindGroupDescriptor) => {
      const made = make(descriptor);
      this.described.set(made, descriptor);
      return made;
    };
    const note = (buffer: GPUBuffer, offset: number, data: ArrayBuffer, ...range: number[]) => {
      write(buffer, offset, data, ...range);
      if (data instanceof ArrayBuffer) this.noteContent(buffer, new Uint32Array(data));
    };
    this.restore = [standIn(device, 'createBindGroup', group), standIn(device.queue, 'writeBuffer', note)];
  }

  /** Stops listening. */
  close(): void {
    for (const restore of this.restore) restore();
  }

  /** Remembers what was written to a buffer of the recording, if that is short. */
  noteContent(buffer: GPUBuffer, numbers: ArrayLike<number>): void {
    const value = this.arena.valueOf(buffer);
    // As bits, so that zeros of either sign differ.
    if (value && numbers.length <= MOST_NUMBERS)
      value.content = new Uint32Array(Float64Array.from(numbers).buffer).join();
  }

  beginComputePass(): this {
    return this;
  }

  end(): void {}

  /** Called by stock kernels, whose pipelines are compiled on the spot. */
  setPipeline(pipeline: GPUComputePipeline): void {
    this.pipeline = pipeline;
  }

  setBindGroup(_: number, group: GPUBindGroup): void {
    this.group = group;
  }

  dispatchWorkgroups(x: number, y = 1, z = 1): void {
    const { pipeline, group } = this;
    const descriptor = group && this.described.get(group);
    if (!pipeline || !descriptor) throw new Error('Dispatch without pipeline while recording.');
    const bound = [...descriptor.entries].map(({ binding, resource }) => {
      const { buffer, offset = 0, size = buffer.size - offset } = resource as GPUBufferBinding;
      const region = resource instanceof View ? resource : { buffer, offset, size };
      return { binding, region };
    });
    this.push(this.stock.of(pipeline), descriptor.layout, bound, group, [x, y, z]);
  }

  dispatch(
    program: Program,
    layout: GPUBindGroupLayout,
    regions: readonly Region[],
    groups: readonly [number, number, number],
  ): void {
    const bound = regions.map((region, binding) => ({ binding, region }));
    this.push(program, layout, bound, groupOf(this.device, layout, bound), groups);
  }

  private push(
    program: Program,
    layout: GPUBindGroupLayout,
    regions: readonly { binding: number; region: Region }[],
    group: GPUBindGroup,
    [x, y, z]: readonly [number, number, number],
  ): void {
    const bound = regions.map((b) => ({ ...b, value: this.arena.valueOf(b.region.buffer) }));
    this.commands.push({ program, layout, bound, group, x, y, z });
  }

  copyBufferToBuffer(from: GPUBuffer, fromAt: number, to: GPUBuffer, toAt: number, size: number): void {
    if (to.usage & GPUBufferUsage.MAP_READ)
      throw new Error(
        'A recorded step tried to read a tensor back. Keep data() and dataSync() out of steps.',
      );
    this.commands.push({ copy: [from, fromAt, to, toAt, size] });
    if (this.arena.all.has(to)) this.arena.pinned.add(to);
    for (const buffer of [from, to]) {
      const value = this.arena.valueOf(buffer);
      if (value) value.fixed = true;
    }
  }
}

/** Dispatches of one pass, and for each its pipeline where that is not the one before. */
interface Pass {
  readonly dispatches: readonly Dispatch[];
  readonly pipelines: readonly (GPUComputePipeline | undefined)[];
}

function passOf(dispatches: readonly Dispatch[]): Pass {
  let last: GPUComputePipeline | undefined;
  const pipelines = dispatches.map(({ program: { pipeline, label } }) => {
    if (!pipeline) throw new Error(`The program '${label}' is not compiled yet.`);
    if (pipeline === last) return undefined;
    last = pipeline;
    return pipeline;
  });
  return { dispatches, pipelines };
}

/** Nothing but calls of the device: this is what the script of a replayed step does. */
function play(pass: GPUComputePassEncoder, { dispatches, pipelines }: Pass): void {
  for (let i = 0; i < dispatches.length; i++) {
    const { group, x, y, z } = dispatches[i] as Dispatch;
    const pipeline = pipelines[i];
    if (pipeline) pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(x, y, z);
  }
  pass.end();
}

const isDispatch = (command: Command): command is Dispatch => !('copy' in command);

/** One compute pass of dispatches, timed; copies among the commands are left out. */
export function encodePass(
  encoder: GPUCommandEncoder,
  commands: readonly Command[],
  timestampWrites: GPUComputePassTimestampWrites,
): void {
  play(encoder.beginComputePass({ timestampWrites }), passOf(commands.filter(isDispatch)));
}

/** Runs of dispatches become passes, copies stand between them. */
function piecesOf(commands: readonly Command[]): (Pass | Copy)[] {
  const pieces: (Pass | Copy)[] = [];
  let run: Dispatch[] = [];
  const close = () => {
    if (run.length) pieces.push(passOf(run));
    run = [];
  };
  for (const command of commands) {
    if (isDispatch(command)) run.push(command);
    else {
      close();
      pieces.push(command);
    }
  }
  close();
  return pieces;
}

/** By list of commands, which nobody changes; lists end with the plans that made them. */
const known = new WeakMap<readonly Command[], readonly (Pass | Copy)[]>();

/** Encodes a list. What can be worked out once is kept for the next time. */
export function encode(encoder: GPUCommandEncoder, commands: readonly Command[]): void {
  let pieces = known.get(commands);
  if (!pieces) {
    pieces = piecesOf(commands);
    known.set(commands, pieces);
  }
  for (const piece of pieces) {
    if ('copy' in piece) encoder.copyBufferToBuffer(...piece.copy);
    else play(encoder.beginComputePass(), piece);
  }
}
