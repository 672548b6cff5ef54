/** The recordings there are: what they bind follows memory that moves, and their own memory can be given up. */
import type { Arena, Buffers } from './buffers';
import { type Command, groupOf, type Recording } from './commands';
import type { Gpu } from './gpu';
import { type Place, Slab, View } from './places';
import type { Program, Programs } from './programs';

export class Recordings {
  private readonly gpu: Gpu;
  private readonly own: () => { readonly buffers: Buffers; readonly programs: Programs };
  private readonly live = new Set<Recording>();

  /** @param own the pools and programs in use at the time. */
  constructor(gpu: Gpu, own: Recordings['own']) {
    this.gpu = gpu;
    this.own = own;
  }

  add(recording: Recording): Recording {
    this.live.add(recording);
    return recording;
  }

  drop(recording: Recording): void {
    this.live.delete(recording);
    this.own().buffers.drop(recording.arena);
  }

  /** Gives up the memory of a recording, except what was written outside of the steps. */
  thin(recording: Recording): void {
    const keep = new Set<GPUBuffer>();
    for (const command of recording.commands) {
      if ('copy' in command) keep.add(command.copy[0]).add(command.copy[2]);
      else for (const { region, value } of command.bound) if (value?.fixed) keep.add(region.buffer);
    }
    this.own().buffers.thin(recording.arena, keep);
    recording.thin = true;
  }

  reserve(arena: Arena, bytes: number): GPUBuffer {
    return this.own().buffers.reserve(arena, bytes);
  }

  dropArena(arena: Arena): void {
    this.own().buffers.drop(arena);
  }

  /** Gives up the buffers that wait for eager work, after what is pending. */
  trim(): void {
    this.gpu.settle();
    this.own().buffers.trim();
  }

  /** A program that is compiled when asked for. */
  program(label: string, code: string): { program: Program; layout: GPUBindGroupLayout } {
    return this.own().programs.get(label, code, false);
  }

  /** Lays places of equal size next to each other, `stride` bytes apart. They may stand so already. */
  gather(places: readonly Place[], stride: number): void {
    const [head] = places;
    if (!head || places.every((p, i) => p.buffer === head.buffer && p.offset === head.offset + i * stride))
      return;
    const { device } = this.gpu;
    const slab = new Slab(this.gpu.createBuffer(places.length * stride, 'lanes'));
    this.gpu.settle();
    const encoder = device.createCommandEncoder();
    places.forEach(({ buffer, offset, bytes }, i) => {
      encoder.copyBufferToBuffer(buffer, offset, slab.buffer, i * stride, bytes);
    });
    device.queue.submit([encoder.finish()]);
    places.forEach((place, i) => {
      place.moveTo(slab, i * stride);
    });
    const moved = new Set(places);
    for (const { thin, commands } of this.live) if (!thin) this.follow(commands, moved);
  }

  /** New bind groups where a view has moved. */
  private follow(commands: readonly Command[], moved: ReadonlySet<Place>): void {
    for (const command of commands) {
      if ('copy' in command) continue;
      const { layout, bound } = command;
      if (bound.some(({ region }) => region instanceof View && moved.has(region.place)))
        command.group = groupOf(this.gpu.device, layout, bound);
    }
  }
}
