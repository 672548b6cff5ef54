/**
 * Several lanes in one set of dispatches. Takes the lanes' recordings as lists of what they do, lays their
 * memory side by side (one buffer for the same tensor of all lanes), and makes one list of commands over it,
 * with a single dispatch wherever lanes agree.
 */
import { ALONE, alignLanes, type Column, similarLanes } from './align';
import { Arena } from './buffers';
import { type Bound, type Command, type Dispatch, groupOf, type Recording } from './commands';
import type { Gpu } from './gpu';
import { lanedText, readShader, type Shader, type Standing } from './laned';
import { type Region, View } from './places';
import { beside, Ties } from './ties';

/** A dispatch of several lanes, or any command of one. */
interface Item {
  readonly first: number;
  readonly commands: readonly Command[];
}

const ids = new WeakMap<object, number>();
let nextId = 0;

function idOf(object: object): number {
  const known = ids.get(object) ?? nextId++;
  ids.set(object, known);
  return known;
}

const shaders = new Map<string, Shader | undefined>();

function shaderOf(code: string): Shader | undefined {
  if (!shaders.has(code)) shaders.set(code, readShader(code));
  return shaders.get(code);
}

function boundKey({ region, value }: Bound): string {
  const { offset, size } = region;
  if (value?.fixed) return `c${value.content}@${offset}:${size}`;
  if (value) return `v${value.bytes}@${offset}:${size}`;
  if (region instanceof View) return `p${region.place.bytes}@${region.start}:${size}`;
  return `x${idOf(region.buffer)}@${offset}:${size}`;
}

/** Equal for commands that can be one dispatch, as far as one can tell from each alone. */
function keyOf(command: Command): string {
  if ('copy' in command || !command.program.code || !shaderOf(command.program.code)) return ALONE;
  if (command.bound.some(({ value }) => value?.fixed && value.content === undefined)) return ALONE;
  const { program, x, y, z, bound } = command;
  return [idOf(program), x, y, z, ...bound.map(boundKey)].join();
}

const keyLists = new WeakMap<Recording, readonly string[]>();

function keysOf(recording: Recording): readonly string[] {
  const keys = keyLists.get(recording) ?? recording.commands.map(keyOf);
  keyLists.set(recording, keys);
  return keys;
}

/** Recordings that do much the same, together. */
export const similarRecordings = (recordings: readonly Recording[]): Recording[][] =>
  similarLanes(recordings.map(keysOf)).map((lanes) => lanes.map((i) => recordings[i] as Recording));

/** Widens the binding `outer` so that it holds what binding `inner` would. Both are parts of one buffer. */
function hold(regions: Region[], standing: Standing[], outer: number, inner: number): void {
  const [a, b] = [regions[outer] as Region, regions[inner] as Region];
  const offset = Math.min(a.offset, b.offset);
  const size = Math.max(a.offset + a.size, b.offset + b.size) - offset;
  const shift = a.offset - offset;
  for (const [i, s] of standing.entries())
    if (i === outer || s.inside === outer) standing[i] = { ...s, start: (s.start ?? 0) + shift };
  standing[inner] = { ...(standing[inner] as Standing), start: b.offset - offset, inside: outer };
  regions[outer] = { buffer: a.buffer, offset, size };
}

export class LaneBatch {
  /** A step of all lanes. */
  readonly commands: readonly Command[];
  readonly recordings: readonly Recording[];
  private readonly gpu: Gpu;
  private readonly arena = new Arena();
  private readonly ties: Ties;
  private readonly lanes: readonly Recording[];

  /** @param recordings of one lane each; what they read from elsewhere must outlive this batch. */
  constructor(gpu: Gpu, recordings: readonly Recording[]) {
    this.gpu = gpu;
    this.recordings = recordings;
    const keys = recordings.map(keysOf);
    const { order, columns } = alignLanes(keys);
    this.lanes = order.map((i) => recordings[i] as Recording);
    this.ties = new Ties(this.lanes.length, gpu.device.limits.maxStorageBufferBindingSize);
    const shared = ({ first, at }: Column) => keys[order[first] as number]?.[at[0] as number] !== ALONE;
    const items = columns.flatMap((column) => this.itemsOf(column, shared(column)));
    this.layOut(items);
    this.commands = items.map((item) => this.placed(item));
  }

  /** A column in as few items as its lanes' memory allows; one per lane unless it may be `shared`. */
  private itemsOf({ first, at }: Column, shared: boolean): Item[] {
    const commands = at.map((index, i) => this.lanes[first + i]?.commands[index] as Command);
    const items: Item[] = [];
    for (let from = 0; from < commands.length; ) {
      let to = commands.length;
      const part = () => ({ first: first + from, commands: commands.slice(from, to) });
      while (to - from > 1 && !(shared && this.joins(part()))) to--;
      items.push(part());
      from = to;
    }
    return items;
  }

  /** Ties what the lanes bind, slot by slot; false (and nothing tied) where that contradicts what is tied. */
  private joins({ first, commands }: Item): boolean {
    const head = commands[0] as Dispatch;
    if (head.z * commands.length > this.gpu.device.limits.maxComputeWorkgroupsPerDimension) return false;
    const { storage } = shaderOf(head.program.code as string) as Shader;
    const slots = head.bound.map((_, b) => (commands as readonly Dispatch[]).map((c) => c.bound[b] as Bound));
    return this.ties.attempt(
      first,
      slots.map((bound, b) => {
        const { writes = true, type = '' } = storage[b] ?? {};
        return { bound, writes, type };
      }),
    );
  }

  /** Gives every value its memory: buffers are reused once all lanes are done with what stood in them. */
  private layOut(items: readonly Item[]): void {
    const { ties, arena } = this;
    const uses = items.map(({ first, commands }) =>
      commands.flatMap((command, i) => ('copy' in command ? [] : ties.valuesOf(command, first + i))),
    );
    const last = new Map<object, number>();
    for (const [i, used] of uses.entries()) for (const tie of used) last.set(tie, i);
    const free = new Map<string, GPUBuffer[]>();
    for (const [i, used] of uses.entries()) {
      const distinct = new Set(used);
      for (const tie of distinct) {
        if (tie.buffer) continue;
        const waiting = free.get(tie.pool)?.pop();
        tie.buffer = waiting ?? this.gpu.recordings.reserve(arena, tie.count * tie.stride);
      }
      for (const tie of distinct) {
        if (last.get(tie) !== i || !tie.buffer) continue;
        const list = free.get(tie.pool);
        if (list) list.push(tie.buffer);
        else free.set(tie.pool, [tie.buffer]);
      }
    }
    for (const tie of ties.persistent()) this.gpu.recordings.gather(tie.places, tie.stride);
  }

  /** Where a value of one lane, or of several from `lane` on, stands now. */
  private regionOf({ region, value }: Bound, lane: number, lanes: number): Region {
    const tie = value && !value.fixed ? this.ties.of(value) : undefined;
    if (tie?.buffer) {
      const offset = (lane - tie.first) * tie.stride + region.offset;
      return { buffer: tie.buffer, offset, size: (lanes - 1) * tie.stride + region.size };
    }
    const stride = lanes > 1 ? this.strideOf({ region, value }) : 0;
    if (lanes === 1 || stride === 0) return region;
    const { buffer, offset, size } = region;
    return { buffer, offset, size: (lanes - 1) * stride + size };
  }

  private strideOf({ region, value }: Pick<Bound, 'region' | 'value'>): number {
    if (value) return this.ties.of(value)?.stride ?? 0;
    return region instanceof View ? (this.ties.of(region.place)?.stride ?? 0) : 0;
  }

  private placed({ first, commands }: Item): Command {
    const head = commands[0] as Command;
    if ('copy' in head) return head;
    const lanes = commands.length;
    if (lanes > 1) return this.joined(head, first, lanes);
    const bound = head.bound.map(({ binding, region, value }) => ({
      binding,
      region: this.regionOf({ binding, region, value }, first, 1),
      value: undefined,
    }));
    return { ...head, bound, group: groupOf(this.gpu.device, head.layout, bound) };
  }

  /** One dispatch for what several lanes do as `head` does. */
  private joined(head: Dispatch, first: number, lanes: number): Command {
    const { program: one, bound: each, x, y, z } = head;
    const shader = shaderOf(one.code as string) as Shader;
    const regions = each.map((bound) => this.regionOf(bound, first, lanes));
    const standing: Standing[] = each.map((bound) => ({ stride: this.strideOf(bound) }));
    const written = each.flatMap((_, b) => (shader.storage[b]?.writes ? [b] : []));
    for (const b of written) {
      const inside = written.find((w) => w < b && beside(each[w] as Bound, each[b] as Bound));
      if (inside !== undefined) hold(regions, standing, inside, b);
    }
    const text = lanedText(shader, standing, z);
    const { program, layout } = this.gpu.recordings.program(`${one.label}, lanes`, text);
    const bound = each.flatMap(({ binding }, b) =>
      standing[b]?.inside === undefined ? [{ binding, region: regions[b] as Region, value: undefined }] : [],
    );
    return { program, layout, bound, group: groupOf(this.gpu.device, layout, bound), x, y, z: z * lanes };
  }

  /** Gives up the lanes' own memory; from now on they run by this batch only. */
  adopt(): void {
    for (const recording of this.recordings) if (!recording.thin) this.gpu.recordings.thin(recording);
  }

  dispose(): void {
    this.gpu.recordings.dropArena(this.arena);
  }
}
