import { describe, expect, test } from 'vitest';
import { Rng } from '../../src/core/rng';
import { ALONE, alignLanes, commonPairs, similarLanes } from '../../src/engine/align';
import { Trial } from '../../src/engine/choice';
import type { Bound } from '../../src/engine/commands';
import { lanedText, readShader } from '../../src/engine/laned';
import { Place } from '../../src/engine/places';
import { type Slot, Ties } from '../../src/engine/ties';
import { bindings, main } from '../../src/engine/wgsl';

/** Length of a longest common subsequence by trying every subset of `a`. */
function longest(a: readonly string[], b: readonly string[]): number {
  let best = 0;
  for (let mask = 0; mask < 1 << a.length; mask++) {
    const chosen = a.filter((key, i) => mask & (1 << i) && key !== ALONE);
    let at = 0;
    for (const key of b) if (key === chosen[at]) at++;
    if (at === chosen.length) best = Math.max(best, at);
  }
  return best;
}

const word = (rng: Rng, most: number) =>
  Array.from({ length: rng.below(most + 1) }, () => ['a', 'b', 'c', ALONE][rng.below(4)] as string);

describe('alignment', () => {
  test('pairs are a longest common subsequence', () => {
    const rng = new Rng(1, 'align');
    for (let i = 0; i < 200; i++) {
      const [a, b] = [word(rng, 8), word(rng, 10)];
      const pairs = commonPairs(a, b);
      expect(pairs.length, `${a}/${b}`).toBe(longest(a, b));
      for (const [x, y] of pairs) expect(a[x]).toBe(b[y]);
      for (const [k, [x, y]] of pairs.slice(1).entries()) {
        expect(x).toBeGreaterThan(pairs[k]![0]);
        expect(y).toBeGreaterThan(pairs[k]![1]);
      }
    }
  });

  test('every lane keeps all of its commands in order, and columns hold equal ones', () => {
    const rng = new Rng(2, 'align');
    for (let i = 0; i < 100; i++) {
      const forms = Array.from({ length: 1 + rng.below(3) }, () => word(rng, 12));
      const lists = Array.from({ length: 1 + rng.below(6) }, () => forms[rng.below(forms.length)]!);
      const { order, columns } = alignLanes(lists);
      expect([...order].sort()).toEqual(lists.map((_, lane) => lane));
      const seen = lists.map((): number[] => []);
      for (const { first, at } of columns) {
        const keys = at.map((index, k) => lists[order[first + k]!]![index]);
        expect(new Set(keys).size).toBe(1);
        for (const [k, index] of at.entries()) seen[order[first + k]!]!.push(index);
      }
      expect(seen).toEqual(lists.map((list) => list.map((_, index) => index)));
    }
  });

  test('a lane that works otherwise does not part the others', () => {
    const kd = [...'fgklbo'];
    const at = [...'fgkmnpblo'];
    const other = [...'uvwx'];
    expect(similarLanes([kd, other, at, kd, other])).toEqual([
      [0, 2, 3],
      [1, 4],
    ]);
    expect(similarLanes([[ALONE, ALONE], ['a']])).toEqual([[0], [1]]);
  });

  test('lanes of one form share all, lanes of two what they have in common', () => {
    const lists = [
      ['x', 'p', 'y'],
      ['x', 'q', 'q', 'y'],
      ['x', 'p', 'y'],
    ];
    const { order, columns } = alignLanes(lists);
    expect(order).toEqual([0, 2, 1]);
    expect(columns).toEqual([
      { first: 0, at: [0, 0, 0] },
      { first: 0, at: [1, 1] },
      { first: 2, at: [1] },
      { first: 2, at: [2] },
      { first: 0, at: [2, 2, 3] },
    ]);
  });
});

describe('shaders of several lanes', () => {
  const code = `alias T = f32;
fn of(i: i32) -> f32 { return a[i + i32(b[i])]; }
${bindings('a: T', 'b: u32', 'y: vec4f!')}${main(8)}
  let s = 1;
  y[idx & 7] = vec4f(of(idx));
}`;

  const standing = (...strides: number[]) => strides.map((stride) => ({ stride }));

  test('every array begins at the place of its lane', () => {
    const text = lanedText(readShader(code)!, standing(256, 0, 512), 1);
    expect(text).toContain('return a[a_lane + i32(i + i32(b[i]))];');
    expect(text).toContain('y[y_lane + i32(idx & 7)] = ');
    // Seen by a helper function, so it cannot belong to main.
    expect(text).toContain('var<private> a_lane: i32;');
    expect(text).toMatch(/\n {2}a_lane = i32\(lane_group\.z \/ 1u\) \* 64;/);
    expect(text).toMatch(/\n {2}let y_lane = i32\(lane_group\.z \/ 1u\) \* 32;/);
    expect(text).not.toContain('b_lane');
    expect(text).toContain('@builtin(workgroup_id) lane_group: vec3u)');
  });

  test('arrays beside each other are one binding', () => {
    const two = `${bindings('x: f32', 'y: f32!', 'z: f32!')}${main(4)}
  y[idx] = x[idx]; z[idx + 1] = y[idx];
}`;
    const inside = [{ stride: 256 }, { stride: 1024, start: 512 }, { stride: 1024, start: 0, inside: 1 }];
    const text = lanedText(readShader(two)!, inside, 1);
    expect(text).toContain(
      'y[y_lane + i32(idx)] = x[x_lane + i32(idx)]; y[z_lane + i32(idx + 1)] = y[y_lane + i32(idx)];',
    );
    expect(text).toContain('let y_lane = i32(lane_group.z / 1u) * 256 + 128;');
    expect(text).toContain('let z_lane = i32(lane_group.z / 1u) * 256;');
    expect(text.match(/@binding\(\d\)/g)).toEqual(['@binding(0)', '@binding(1)']);
  });

  test('a shader that uses the third axis sees the grid of one lane', () => {
    const deep = `${bindings('y: f32!')}
@compute @workgroup_size(8)
fn main(@builtin(workgroup_id) group: vec3u) { y[group.z] = 1.0; }`;
    const text = lanedText(readShader(deep)!, standing(256), 6);
    expect(text).toContain('let group = vec3u(group_all.xy, group_all.z % 6u);');
    expect(text).toContain('let y_lane = i32(group_all.z / 6u) * 64;');
  });

  test('what cannot be moved is refused, a local name out of the way is not', () => {
    expect(readShader(code.replace('let s', 'let y'))).toBeUndefined();
    expect(readShader(code.replace('of(i: i32)', 'of(i: i32, a: vec4f)'))).toBeUndefined();
    expect(readShader(code.replace('let s = 1;', 'let n = arrayLength(&y);'))).toBeUndefined();
    expect(readShader(code.replace('fn of(i: i32)', 'fn of(i: i32, y: f32)'))).toBeDefined();
    expect(readShader(code.replace('array<vec4f>', 'array<mystery>'))).toBeUndefined();
  });
});

describe('memory of several lanes', () => {
  const region = { buffer: {} as GPUBuffer, offset: 0, size: 16 };
  const value = (bytes = 16) => ({ bytes, fixed: false });
  const slot = (values: readonly { bytes: number; fixed: boolean }[], writes = false): Slot => ({
    bound: values.map((v): Bound => ({ binding: 0, region, value: v })),
    writes,
  });

  test('tensors that meet in one dispatch are one tensor from then on', () => {
    const ties = new Ties(3, 1e6);
    const [a, b, c, d] = [value(), value(), value(), value()];
    expect(ties.attempt(0, [slot([a, b])])).toBe(true);
    expect(ties.attempt(0, [slot([a, b, c])])).toBe(true);
    expect(ties.of(c)).toBe(ties.of(a));
    expect(ties.of(a)).toMatchObject({ first: 0, count: 3, stride: 256 });
    expect(ties.attempt(1, [slot([d, c])])).toBe(false);
    expect(ties.of(d)).toBeUndefined();
  });

  test('a refused dispatch ties nothing', () => {
    const ties = new Ties(2, 1e6);
    const [a, b, c, d] = [value(), value(), value(), value(32)];
    expect(ties.attempt(0, [slot([a, b]), slot([c, d])])).toBe(false);
    expect([a, b, c, d].map((v) => ties.of(v))).toEqual(Array(4).fill(undefined));
  });

  test('what all lanes read stays one, and may not be written', () => {
    const ties = new Ties(2, 1e6);
    const shared = { binding: 0, region, value: undefined };
    expect(ties.attempt(0, [{ bound: [shared, shared], writes: false }])).toBe(true);
    expect(ties.attempt(0, [{ bound: [shared, shared], writes: true }])).toBe(false);
    const [a, b] = [value(), value()];
    expect(ties.attempt(0, [slot([a, b]), slot([a, b], true)])).toBe(false);
  });

  test('parts of one place may be written beside each other, as elements of one type', () => {
    const lanes = () => [0, 1].map(() => new Place({ size: 1024 } as GPUBuffer));
    const part = (places: Place[], start: number, type: string): Slot => ({
      bound: places.map((place) => ({ binding: 0, region: place.view(start, 256), value: undefined })),
      writes: true,
      type,
    });
    const tied = (start: number, type: string) => {
      const places = lanes();
      return new Ties(2, 1e6).attempt(0, [part(places, 256, 'f32'), part(places, start, type)]);
    };
    expect(tied(512, 'f32')).toBe(true);
    expect(tied(0, 'f32')).toBe(true);
    expect(tied(256, 'f32')).toBe(false);
    expect(tied(512, 'vec4f')).toBe(false);
  });

  test('memory larger than a binding stays apart', () => {
    expect(new Ties(2, 500).attempt(0, [slot([value(), value()])])).toBe(false);
  });
});

describe('the trial', () => {
  const decide = (separate: number, together: number) => {
    const trial = new Trial();
    // The first step of each way is slow and not counted.
    for (let i = 0; !trial.done; i++)
      trial.add((trial.way === 'separate' ? separate : together) + (i < 2 ? 50 : 0));
    return trial.result;
  };

  test('the faster way wins, by more than noise', () => {
    expect(decide(3, 2)).toEqual({ way: 'together', milliseconds: { separate: 3, together: 2 } });
    expect(decide(2, 3).way).toBe('separate');
    expect(decide(2, 1.99).way).toBe('separate');
  });
});
