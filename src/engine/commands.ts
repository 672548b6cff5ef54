/** A training step as data: dispatches and copies in order, recorded once and played many times. */
import { Arena } from './buffers';
import type { Program } from './programs';

export interface Dispatch {
  readonly program: Program;
  readonly group: GPUBindGroup;
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
}

/** Takes the place of encoder and pass while a step is recorded. */
export class Recorder {
  readonly commands: Command[] = [];
  readonly arena = new Arena();
  private program: Program | undefined;
  private group: GPUBindGroup | undefined;

  beginComputePass(): this {
    return this;
  }

  end(): void {}

  /** Called by stock kernels, whose pipelines are compiled on the spot. */
  setPipeline(pipeline: GPUComputePipeline): void {
    this.program = { label: pipeline.label, pipeline };
  }

  setBindGroup(_: number, group: GPUBindGroup): void {
    this.group = group;
  }

  dispatchWorkgroups(x: number, y = 1, z = 1): void {
    if (!this.program || !this.group) throw new Error('Dispatch without pipeline while recording.');
    this.commands.push({ program: this.program, group: this.group, x, y, z });
  }

  dispatch(program: Program, group: GPUBindGroup, [x, y, z]: readonly [number, number, number]): void {
    this.commands.push({ program, group, x, y, z });
  }

  copyBufferToBuffer(from: GPUBuffer, fromAt: number, to: GPUBuffer, toAt: number, size: number): void {
    if (to.usage & GPUBufferUsage.MAP_READ)
      throw new Error(
        'A recorded step tried to read a tensor back. Keep data() and dataSync() out of steps.',
      );
    this.commands.push({ copy: [from, fromAt, to, toAt, size] });
    if (this.arena.all.has(to)) this.arena.pinned.add(to);
  }
}

/** One compute pass of dispatches; copies among the commands are left out. */
export function encodePass(
  encoder: GPUCommandEncoder,
  commands: readonly Command[],
  timestampWrites?: GPUComputePassTimestampWrites,
): void {
  const pass = encoder.beginComputePass(timestampWrites ? { timestampWrites } : {});
  let last: GPUComputePipeline | undefined;
  for (const command of commands) {
    if ('copy' in command) continue;
    const { pipeline } = command.program;
    if (!pipeline) throw new Error(`The program '${command.program.label}' is not compiled yet.`);
    if (pipeline !== last) {
      pass.setPipeline(pipeline);
      last = pipeline;
    }
    pass.setBindGroup(0, command.group);
    pass.dispatchWorkgroups(command.x, command.y, command.z);
  }
  pass.end();
}

/** Runs of dispatches become passes, copies stand between them. */
export function encode(encoder: GPUCommandEncoder, commands: readonly Command[]): void {
  let start = 0;
  for (let i = 0; i <= commands.length; i++) {
    const command = commands[i];
    if (command && !('copy' in command)) continue;
    if (i > start) encodePass(encoder, commands.slice(start, i));
    if (command) encoder.copyBufferToBuffer(...command.copy);
    start = i + 1;
  }
}
