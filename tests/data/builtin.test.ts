import { describe, expect, it } from 'vitest';
import { groupsByName } from '../../src/core/class-groups';
import { dataSchema } from '../../src/core/config';
import { defaults } from '../../src/core/params';
import { builtins } from '../../src/data/index';
import type { RawImages } from '../../src/data/kit';
import { fingerprint, prepare } from '../../src/data/prepare';

const make = (id: string, values: Record<string, number | string> = {}, seed = 1, size = 16): RawImages => {
  const builtin = builtins.get(id);
  return builtin.generate({ ...defaults(builtin.params), count: 400, ...values }, seed, size);
};

describe('built-in data', () => {
  it('are pinned: the same values give the same pixels everywhere', () => {
    expect(Object.fromEntries(builtins.all.map(({ id }) => [id, fingerprint(make(id))]))).toEqual({
      glyphs: '10273ed8ca7db02d',
      shapes: 'e95d11faaf0f5f24',
      textures: 'b5fc265decaa6083',
    });
  });

  describe.each(builtins.all.map(({ id }) => id))('%s', (id) => {
    it('changes with the seed and the difficulty', () => {
      const prints = [make(id), make(id, {}, 2), make(id, { difficulty: 0.9 })].map(fingerprint);
      expect(new Set(prints).size).toBe(3);
    });

    it('holds every class equally often, and no image twice', () => {
      const raw = make(id);
      const counts = raw.classNames.map((_, label) => raw.labels.filter((other) => other === label).length);
      expect(new Set(counts)).toEqual(new Set([400 / raw.classNames.length]));
      const one = raw.pixels.length / 400;
      const images = Array.from({ length: 400 }, (_, i) =>
        raw.pixels.subarray(i * one, (i + 1) * one).join(),
      );
      expect(new Set(images).size).toBe(400);
    });

    it.each([8, 33, 96])('renders at %i pixels', (size) => {
      const raw = make(id, { count: 20 }, 1, size);
      expect(raw.shape.height).toBe(size);
      expect(raw.pixels.length).toBe(20 * size * size * raw.shape.channels);
    });

    it('makes a first image that does not depend on how many follow', () => {
      const one = make(id).pixels.subarray(0, 256);
      expect(make(id, { count: 800 }).pixels.subarray(0, 256)).toEqual(one);
    });

    it('passes its label noise to the training split only', () => {
      const raw = make(id, { labelNoise: 0.4 });
      const clean = prepare(make(id), defaults(dataSchema));
      const noisy = prepare(raw, defaults(dataSchema));
      expect(noisy.splits.train.labels).not.toEqual(clean.splits.train.labels);
      expect(noisy.splits.test).toEqual(clean.splits.test);
    });
  });

  it('shapes: colour and shape together are classes that lie in groups', () => {
    const { attributes, labels, classNames } = make('shapes', { label: 'both' });
    expect(classNames).toHaveLength(64);
    expect(groupsByName(classNames)?.names).toHaveLength(8);
    const { colour, shape } = attributes ?? {};
    expect([...labels]).toEqual(Array.from(labels, (_, row) => 8 * colour![row]! + shape![row]!));
  });

  it('shapes: the label is the chosen attribute, and all attributes are kept', () => {
    for (const label of ['shape', 'colour', 'texture', 'position']) {
      const raw = make('shapes', { label });
      expect(raw.labels).toEqual(raw.attributes![label]);
      expect(Object.keys(raw.attributes!).sort()).toEqual(['colour', 'position', 'shape', 'texture']);
    }
  });
});
