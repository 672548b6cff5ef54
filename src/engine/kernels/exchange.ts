/** WGSL that combines one value of every invocation of a workgroup, in a fixed order. */
import { subgroupSize } from '../variants';

export type Lanes = 'f32' | 'vec2f' | 'vec3f' | 'vec4f';

/** How invocations exchange values: over workgroup memory, or within subgroups first. */
export type Exchange = 'tiled' | 'subgroup';

export const LOWEST = '-3.4028234e38';

const OPERATIONS = {
  sum: { start: '0.0', of: (a: string, b: string) => `${a} + ${b}`, subgroup: 'subgroupAdd' },
  max: { start: LOWEST, of: (a: string, b: string) => `max(${a}, ${b})`, subgroup: 'subgroupMax' },
} as const;

export type Operation = keyof typeof OPERATIONS;

const LEAST = 4;
const MOST = 256;

/** Invocations, a power of two, that share `count` elements; whole subgroups where those are used. */
export function groupSize(count: number, form: Exchange): number {
  let size = form === 'tiled' ? 32 : Math.max(LEAST, subgroupSize());
  while (size < MOST && size * 4 < count) size *= 2;
  return Math.min(MOST, size);
}

/**
 * Declares `fn name(lane: i32, v: type) -> type` for workgroups of `size` invocations: all of them call it, and
 * all get the result. Nothing is assumed about which invocations form a subgroup, or how many: each subgroup
 * leaves its part in the slot of one of its own invocations, then goes through all slots by itself.
 */
export function exchange(
  name: string,
  type: Lanes,
  size: number,
  form: Exchange,
  operation: Operation = 'sum',
): string {
  const { start, of, subgroup } = OPERATIONS[operation];
  const slots = `${name}_lanes`;
  const body =
    form === 'tiled'
      ? `${slots}[lane] = v;
  workgroupBarrier();
  for (var s = ${size / 2}; s > 0; s /= 2) {
    if (lane < s) { ${slots}[lane] = ${of(`${slots}[lane]`, `${slots}[lane + s]`)}; }
    workgroupBarrier();
  }
  let all = ${slots}[0];`
      : `let part = ${subgroup}(v);
  ${slots}[lane] = select(${type}(${start}), part, subgroupElect());
  let rank = i32(subgroupExclusiveAdd(1u));
  let members = i32(subgroupAdd(1u));
  workgroupBarrier();
  var rest = ${type}(${start});
  for (var s = rank; s < ${size}; s += members) { rest = ${of('rest', `${slots}[s]`)}; }
  let all = ${subgroup}(rest);`;
  return `
var<workgroup> ${slots}: array<${type}, ${size}>;
fn ${name}(lane: i32, v: ${type}) -> ${type} {
  ${body}
  workgroupBarrier();
  return all;
}`;
}

/** Opens `main` of a workgroup of `size` invocations: `lane` among them, `item` the workgroup among `items`. */
export const mainOfGroup = (items: number, size: number): string => `
@compute @workgroup_size(${size})
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let lane = i32(local);
  let item = i32(group.x + group.y * groups.x);
  if (item >= ${items}) { return; }
`;
