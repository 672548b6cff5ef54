import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/share/safetensors';

const tensors = [
  { name: 'dense/weight', shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-20, 5) },
  { name: 'größe', shape: [1], data: Float32Array.of(Number.NaN) },
  { name: 'none', shape: [0, 4], data: new Float32Array(0) },
];

describe('safetensors', () => {
  it('come back as they were written', () => {
    const { tensors: back, metadata } = readSafetensors(writeSafetensors(tensors, { model: '{"id":"mlp"}' }));
    expect(back).toEqual(tensors);
    expect(metadata).toEqual({ model: '{"id":"mlp"}' });
  });

  it('are laid out as the format says', () => {
    const file = writeSafetensors(tensors, {});
    const view = new DataView(file.buffer);
    const length = Number(view.getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    expect(header['dense/weight']).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
    expect(header.größe.data_offsets).toEqual([24, 28]);
    expect(file.length).toBe(8 + length + 28);
    expect(view.getFloat32(8 + length + 8, true)).toBe(3.5);
  });

  it('refuse shapes and bytes that do not fit', () => {
    expect(() => writeSafetensors([{ name: 'w', shape: [2], data: Float32Array.of(1) }], {})).toThrow(/'w'/);
    expect(() => readSafetensors(Uint8Array.of(1, 2, 3))).toThrow(/safetensors/);
    expect(() => readSafetensors(new Uint8Array(8).fill(255))).toThrow(/safetensors/);
  });
});
