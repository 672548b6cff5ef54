/** Which tensors of different lanes are one tensor with a lane axis. Grows dispatch by dispatch. */
import type { Value } from './buffers';
import type { Bound, Dispatch } from './commands';
import { aligned, Place, View } from './places';

type Node = Value | Place;

/** The same tensor of neighbouring lanes. */
export class Tie {
  /** By lane position; lanes that have none are left out. */
  readonly members: ReadonlyMap<number, Node>;
  readonly first: number;
  readonly count: number;
  readonly stride: number;
  /** Where values stand, once they are laid out: lane `first` at 0. */
  buffer: GPUBuffer | undefined;

  constructor(members: ReadonlyMap<number, Node>) {
    this.members = members;
    const lanes = [...members.keys()];
    this.first = Math.min(...lanes);
    this.count = Math.max(...lanes) + 1 - this.first;
    const [node] = members.values();
    this.stride = aligned(node?.bytes ?? 0);
  }

  /** Ties of one pool may follow each other in a buffer. */
  get pool(): string {
    return `${this.first}/${this.count}/${this.stride}`;
  }

  /** Of persistent memory: its places in order of lanes. */
  get places(): Place[] {
    const sorted = [...this.members].sort(([a], [b]) => a - b);
    return sorted.flatMap(([, node]) => (node instanceof Place ? [node] : []));
  }
}

/** What several lanes bind to one slot of a dispatch. */
export interface Slot {
  readonly bound: readonly Bound[];
  readonly writes: boolean;
  /** Of its elements, as the shader declares it. */
  readonly type?: string;
}

const nodeOf = ({ region, value }: Bound): Node | undefined =>
  value ?? (region instanceof View ? region.place : undefined);

/**
 * True for parts of one place beside each other, like the gradients of a weight and its bias: where both are written
 * as elements of one type, one binding can hold the two of all lanes.
 */
export function beside(a: Bound, b: Bound): boolean {
  if (!(a.region instanceof View && b.region instanceof View)) return false;
  const [first, second] = a.region.start < b.region.start ? [a.region, b.region] : [b.region, a.region];
  return first.place === second.place && first.start + first.size <= second.start;
}

export class Ties {
  private readonly lanes: number;
  private readonly mostBytes: number;
  private readonly known = new Map<Node, Tie>();

  /** @param mostBytes largest piece of memory a dispatch may bind. */
  constructor(lanes: number, mostBytes: number) {
    this.lanes = lanes;
    this.mostBytes = mostBytes;
  }

  of(node: Node): Tie | undefined {
    return this.known.get(node);
  }

  /** Ties of persistent memory. */
  persistent(): Tie[] {
    return [...new Set(this.known.values())].filter(({ places }) => places.length > 1);
  }

  /** The values a command of one lane uses; those in no tie get one of their own. */
  valuesOf(command: Dispatch, lane: number): Tie[] {
    return command.bound.flatMap(({ value }) => {
      if (!value || value.fixed) return [];
      const tie = this.known.get(value) ?? new Tie(new Map([[lane, value]]));
      this.known.set(value, tie);
      return [tie];
    });
  }

  /** Ties the slots of one dispatch of lanes from `first` on, all or none. */
  attempt(first: number, slots: readonly Slot[]): boolean {
    const undo: [Node, Tie | undefined][] = [];
    const fits = slots.every((slot, i) => {
      const others = slots.filter((_, j) => j !== i);
      return this.tie(first, slot, undo) && !this.overlaps(slot, others);
    });
    if (fits) return true;
    for (const [node, tie] of undo.reverse()) {
      if (tie) this.known.set(node, tie);
      else this.known.delete(node);
    }
    return false;
  }

  /** True when a tensor that is written shows up in another slot too: laid side by side, the two would overlap. */
  private overlaps(slot: Slot, others: readonly Slot[]): boolean {
    const [head] = slot.bound;
    const node = head && nodeOf(head);
    if (!slot.writes || !node) return false;
    return others.some(({ bound: [other], writes, type }) => {
      if (!other || nodeOf(other) !== node) return false;
      return !(writes && type === slot.type && beside(head, other));
    });
  }

  private tie(first: number, { bound, writes }: Slot, undo: [Node, Tie | undefined][]): boolean {
    // Constants that the keys found alike.
    if (bound.every(({ value }) => value?.fixed)) return !writes;
    const nodes = bound.map(nodeOf);
    const [head] = nodes;
    // Read by all from one place: images, labels, constants. What stands there alike was checked by the keys.
    if (nodes.every((node) => node === head)) return !writes;
    if (nodes.some((node) => node === undefined) || new Set(nodes).size < nodes.length) return false;
    const members = new Map<number, Node>();
    for (const [i, node] of nodes.entries()) {
      const known = this.known.get(node as Node)?.members ?? new Map([[first + i, node as Node]]);
      for (const [lane, other] of known) {
        if ((members.get(lane) ?? other) !== other) return false;
        members.set(lane, other);
      }
      if (members.get(first + i) !== node) return false;
    }
    const tie = new Tie(members);
    if (tie.stride * this.lanes > this.mostBytes) return false;
    if (new Set([...members.values()].map(({ bytes }) => bytes)).size > 1) return false;
    for (const node of members.values()) {
      undo.push([node, this.known.get(node)]);
      this.known.set(node, tie);
    }
    return true;
  }
}
