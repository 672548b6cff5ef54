/**
 * Two executors of the same step: eager (every backend), and recorded once, then replayed (WebGPU). A step is a
 * list of shared segments, run in order, and of lanes that depend on the shared ones only.
 */
import * as tf from '@tensorflow/tfjs-core';
import { longWork } from '../core/long-work';
import type { Batching, Decision } from './choice';
import { recordTuned } from './forms';
import { type Command, gpu, type Recording } from './gpu';
import { overfillIfAsked, refusals } from './guard';
import { canTime, playTimed } from './timing';
import { Together } from './together';
import type { Tensor } from './types';

/** A piece of a step. Returns the tensors that other segments read. */
export interface Segment {
  readonly id: string;
  /** What people call it; the id when absent. */
  readonly name?: string;
  /** Lanes with equal names are likely to do the same on networks of one form: they may share dispatches. */
  readonly group?: string;
  run(): readonly Tensor[];
  /** False when nobody read its results this time, so replays may leave it out. Default: always needed. */
  needed?(): boolean;
}

interface Recorded {
  readonly recording: Recording;
  readonly kept: readonly Tensor[];
}

/** Takes turns among lists, so that independent dispatches lie next to each other. */
export function interleave(lists: readonly (readonly Command[])[]): Command[] {
  if (lists.length === 1) return [...(lists[0] ?? [])];
  const merged: Command[] = [];
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let i = 0; i < longest; i++)
    for (const list of lists) {
      // Aligned at the end, where the optimisers' copies are: passes are broken once, not once per lane.
      const command = list[i - (longest - list.length)];
      if (command) merged.push(command);
    }
  return merged;
}

/** Commands that run as one, and the lanes they serve. */
interface Unit {
  readonly lanes: readonly string[];
  readonly commands: readonly Command[];
}

export class Executor {
  private readonly together: Together;
  private started = 0;
  private shared: readonly Segment[] = [];
  private lanes: readonly Segment[] = [];
  private readonly recorded = new Map<string, Recorded>();
  private plan: Command[] | undefined;
  /** What the device says of recordings it was not asked about yet. */
  private doubts: { readonly name: string; readonly refused: Promise<string | undefined> }[] = [];
  readonly replays: boolean;

  constructor(replays: boolean, batching: Batching = 'off') {
    this.replays = replays && gpu() !== undefined;
    this.together = new Together(batching);
  }

  /** Replaces the segments; recordings of segments that stay are kept. */
  arrange(shared: readonly Segment[], lanes: readonly Segment[]): void {
    this.shared = shared;
    this.lanes = lanes;
    this.plan = undefined;
    const ids = new Set([...shared, ...lanes].map((s) => s.id));
    for (const id of [...this.recorded.keys()]) if (!ids.has(id)) this.forget(id);
  }

  /** Asks the shared segments again whether they are needed; recordings are kept. */
  replan(): void {
    this.plan = undefined;
  }

  /** Drops recordings, of one segment or of all, because what they do has changed. */
  invalidate(id?: string): void {
    for (const known of id === undefined ? [...this.recorded.keys()] : [id]) this.forget(known);
    this.plan = undefined;
  }

  private forget(id: string): void {
    const entry = this.recorded.get(id);
    if (!entry) return;
    for (const tensor of entry.kept) tensor.dispose();
    gpu()?.drop(entry.recording);
    this.recorded.delete(id);
  }

  /** Records and compiles what the next step needs; nothing to do when all is there. Await it before a step. */
  async prepare(progress?: (done: number, total: number) => void): Promise<void> {
    if (!this.replays || this.plan) return;
    longWork();
    await recordTuned(
      gpu()!,
      () => {
        this.record();
        this.together.follow(this.groups());
        this.plan = this.planned();
      },
      () => gpu()!.compile(progress, this.plan),
      () => this.invalidate(),
    );
    for (const { name, refused } of this.doubts.splice(0)) {
      const message = await refused;
      if (message)
        throw new Error(
          `The graphics device refused a command of ${name}, whose results would be stale: ${message} Make its network, the batch or the images smaller.`,
        );
    }
  }

  /** One step. */
  step(): void {
    if (!this.replays) {
      const published: Tensor[] = [];
      tf.tidy(() => {
        for (const segment of [...this.shared, ...this.lanes])
          if (segment.needed?.() ?? true) published.push(...segment.run());
      });
      // What a segment kept for others outlives the tidy, and ends with the step.
      for (const tensor of published) tensor.dispose();
      gpu()?.flush();
      return;
    }
    if (!this.plan) throw new Error('A step was played before it was prepared.');
    this.started = performance.now();
    gpu()?.play([this.plan]);
  }

  /** After a step of which `left` follow: finds out, by timing some of them, whether lanes should run together. */
  async tune(left: number): Promise<void> {
    if (!this.replays || !this.plan) return;
    if (await this.together.tune(this.groups(), left, this.started)) this.plan = this.planned();
  }

  /** How lanes of one architecture run; undefined while that is open or there is nothing to decide. */
  get decision(): Decision | undefined {
    return this.together.decision;
  }

  /** One step with the milliseconds each lane took on the device; undefined where that cannot be measured. */
  async timedStep(): Promise<Map<string, number> | undefined> {
    const device = gpu();
    if (!this.replays || !device || !canTime(device)) {
      this.step();
      return undefined;
    }
    const units = this.units();
    const times = await playTimed(device, [this.sharedCommands(), ...units.map(({ commands }) => commands)]);
    // What lanes do together is shared out evenly.
    const share = ({ lanes }: Unit, i: number) => (times[i + 1] ?? 0) / lanes.length;
    return new Map(units.flatMap((unit, i) => unit.lanes.map((id) => [id, share(unit, i)] as const)));
  }

  private record(): void {
    for (const segment of [...this.shared, ...this.lanes]) {
      if (this.recorded.has(segment.id)) continue;
      const { id, name = id } = segment;
      const { device } = gpu()!;
      const step = () =>
        tf.tidy(() => {
          overfillIfAsked(id, device);
          return segment.run().map((tensor) => tf.keep(tensor));
        });
      const record = () => {
        let kept: readonly Tensor[] = [];
        const recording = gpu()!.record(() => {
          kept = step();
        });
        this.recorded.set(id, { recording, kept });
      };
      this.doubts.push({ name, refused: refusals(device, record) });
    }
  }

  /** Lanes that publish nothing, by the name of their group. */
  private groups(): Map<string, Recording[]> {
    const groups = new Map<string, Recording[]>();
    for (const { id, group } of this.lanes) {
      const known = this.recorded.get(id);
      if (group === undefined || !known || known.kept.length > 0) continue;
      groups.set(group, [...(groups.get(group) ?? []), known.recording]);
    }
    return groups;
  }

  private units(): Unit[] {
    const units = new Map<object, { lanes: string[]; commands: readonly Command[] }>();
    for (const lane of this.lanes) {
      const recording = this.recorded.get(lane.id)?.recording;
      const batch = recording && this.together.batchOf(recording);
      const known = batch && units.get(batch);
      if (known) known.lanes.push(lane.id);
      else units.set(batch ?? lane, { lanes: [lane.id], commands: batch?.commands ?? this.commandsOf(lane) });
    }
    return [...units.values()];
  }

  private planned(): Command[] {
    return [...this.sharedCommands(), ...interleave(this.units().map(({ commands }) => commands))];
  }

  private sharedCommands(): Command[] {
    return this.shared.filter((s) => s.needed?.() ?? true).flatMap((s) => [...this.commandsOf(s)]);
  }

  private commandsOf(segment: Segment): readonly Command[] {
    return this.recorded.get(segment.id)?.recording.commands ?? [];
  }

  /** Commands of one step as planned now; 0 before the first step or when eager. */
  get commands(): number {
    return this.plan?.length ?? 0;
  }

  dispose(): void {
    this.together.dispose();
    this.invalidate();
  }
}
