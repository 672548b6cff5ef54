/** Small pieces of WGSL text that every kernel needs. Shapes are baked into the text: compilers fold them. */
import type { Workgroups } from './gpu';

export interface Binding {
  readonly name: string;
  readonly type: string;
  /** Default read. */
  readonly access?: 'read' | 'read_write';
}

/** `@group(0)` storage arrays in binding order, written as `name: type` or `name: type!` when written to. */
export function bindings(...items: readonly string[]): string {
  return items
    .map((item, i) => {
      const [name = '', type = ''] = item.split(':').map((part) => part.trim());
      const writes = type.endsWith('!');
      const element = writes ? type.slice(0, -1) : type;
      return `@group(0) @binding(${i}) var<storage, ${writes ? 'read_write' : 'read'}> ${name}: array<${element}>;`;
    })
    .join('\n');
}

export const WORKGROUP = 64;
const MAX_GROUPS = 32768;

/** Opens `main` with `idx`, the index of this invocation among `n`; invocations past the end return. */
export const main = (n: number, size = WORKGROUP): string => `
@compute @workgroup_size(${size})
fn main(@builtin(global_invocation_id) gid: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let idx = i32(gid.x + gid.y * groups.x * ${size}u);
  if (idx >= ${n}) { return; }
`;

/** Workgroups that cover `n` invocations. */
export function cover(n: number, size = WORKGROUP): Workgroups {
  const groups = Math.max(1, Math.ceil(n / size));
  return groups <= MAX_GROUPS ? [groups, 1, 1] : [MAX_GROUPS, Math.ceil(groups / MAX_GROUPS), 1];
}

/** A number as a WGSL f32 literal. */
export function f32(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} cannot be written in a shader.`);
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** PCG hash (Jarzynski and Olano, JCGT 2020), the same as `core/rng.ts`. */
export const PCG = `
fn pcg(word: u32) -> u32 {
  let state = word * 747796405u + 2891336453u;
  let mixed = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (mixed >> 22u) ^ mixed;
}
fn uniform_of(word: u32) -> f32 { return f32(word >> 8u) / 16777216.0; }
`;
