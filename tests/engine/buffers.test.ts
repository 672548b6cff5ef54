import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Arena, Buffers } from '../../src/engine/buffers';

const STORAGE = 128;
const UNIFORM = 64;

beforeAll(() => {
  vi.stubGlobal('GPUBufferUsage', { STORAGE, UNIFORM, COPY_SRC: 4, COPY_DST: 8 });
});

/** A device whose buffers know only their size and whether they live. */
function pools() {
  const live = new Set<object>();
  const createBuffer = ({ size, usage }: GPUBufferDescriptor) => {
    const buffer = { size, usage, destroy: () => live.delete(buffer) };
    live.add(buffer);
    return buffer;
  };
  return { live, buffers: new Buffers({ createBuffer } as unknown as GPUDevice) };
}

/** Takes one buffer of each size and gives it back, as a recording into `arena` does. */
function recorded(buffers: Buffers, arena: Arena, ...sizes: number[]): GPUBuffer[] {
  buffers.enter(arena);
  const taken = sizes.map((size) => buffers.acquireBuffer(size, STORAGE));
  for (const buffer of taken) buffers.releaseBuffer(buffer);
  buffers.leave();
  return taken;
}

describe('memory of recordings', () => {
  test('each has its own, reused inside it', () => {
    const { buffers } = pools();
    const [one, two] = [new Arena(), new Arena()];
    const [a] = recorded(buffers, one, 256);
    expect(recorded(buffers, one, 256)).toEqual([a]);
    expect(recorded(buffers, two, 256)[0]).not.toBe(a);
  });

  test('scratch serves one after another, and what must stay does not come from it', () => {
    const { live, buffers } = pools();
    const scratch = new Arena();
    const [one, two] = [new Arena(scratch), new Arena(scratch)];
    const [a] = recorded(buffers, one, 256, 512);
    expect(recorded(buffers, two, 256)[0]).toBe(a);
    expect(buffers.numBytesAllocated).toBe(768);
    buffers.enter(one);
    const uniform = buffers.acquireBuffer(64, UNIFORM);
    buffers.leave();
    expect(one.valueOf(uniform)).toMatchObject({ fixed: true });
    expect(one.valueOf(a!)).toMatchObject({ bytes: 256, fixed: false });
    buffers.drop(one);
    expect([live.has(uniform), live.has(a!)]).toEqual([false, true]);
    buffers.drop(scratch);
    expect([live.size, buffers.numBytesAllocated]).toEqual([0, 0]);
  });

  test('what was never given back is counted as gone with its arena', () => {
    const { buffers } = pools();
    const outside = buffers.acquireBuffer(128, STORAGE);
    const arena = new Arena();
    buffers.enter(arena);
    buffers.acquireBuffer(64, UNIFORM);
    buffers.acquireBuffer(256, STORAGE);
    buffers.releaseBuffer(outside);
    buffers.leave();
    expect([buffers.getNumUsedBuffers(), buffers.numBytesUsed]).toEqual([2, 320]);
    buffers.drop(arena);
    expect([buffers.getNumUsedBuffers(), buffers.numBytesUsed]).toEqual([0, 0]);
    expect(buffers.getNumFreeBuffers()).toBe(1);
  });

  test('what waits for reuse is given up, and nothing else', () => {
    const { live, buffers } = pools();
    const arena = new Arena();
    const [own] = recorded(buffers, arena, 256);
    const [used, free] = [buffers.acquireBuffer(128, STORAGE), buffers.acquireBuffer(128, STORAGE)];
    buffers.releaseBuffer(free);
    buffers.trim();
    expect([own!, used, free].map((buffer) => live.has(buffer))).toEqual([true, true, false]);
    expect(buffers.numBytesAllocated).toBe(256 + 128);
    expect(buffers.acquireBuffer(128, STORAGE)).not.toBe(free);
  });

  test('what died while something else was recorded is held until that ends', () => {
    const { buffers } = pools();
    const outside = buffers.acquireBuffer(128, STORAGE);
    const arena = new Arena(new Arena());
    buffers.enter(arena);
    buffers.releaseBuffer(outside);
    buffers.leave();
    expect(buffers.acquireBuffer(128, STORAGE)).not.toBe(outside);
    buffers.drop(arena);
    expect(buffers.acquireBuffer(128, STORAGE)).toBe(outside);
  });
});
