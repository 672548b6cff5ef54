import { describe, expect, it } from 'vitest';
import { ready } from '../../src/share/catalogue';
import { writeSafetensors } from '../../src/share/safetensors';
import { libraryFile, networkBytes, readNetworks } from '../../src/state/library-file';
import { networkFiles } from '../../src/state/network-file';
import { mismatch } from '../../src/ui/library/words';
import type { NetworkForFile, NetworkItem } from '../../src/worker/protocol';

const network = (name: string, label = 'Teacher'): NetworkForFile => ({
  card: {
    key: 'k',
    name,
    label,
    created: 1e12,
    dataset: { name: 'Own', fingerprint: 'abcd1234' },
    classNames: ['cat', '=1+1'],
    model: ready.teacher.model,
    metrics: { accuracy: 0.5, ece: 0.125 },
    parameters: 6,
    image: [8, 8, 1],
    mean: [127],
    std: [64],
    config: ready,
  },
  tensors: [
    { name: 'head/weight', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    { name: 'head/bias', shape: [2], data: Float32Array.of(0.5, -1e-20) },
  ],
});

describe('files of kept networks', () => {
  it('come back with all that is known of them', () => {
    const { name, bytes } = libraryFile([network('Big one!')]);
    expect(name).toBe('big-one-network.safetensors');
    const [back] = readNetworks(name, bytes);
    // The key is new, and parameters are counted when the network is built.
    const expected = { ...network('Big one!').card, key: back!.card.key, parameters: 0 };
    expect(back!.card).toEqual(expected);
    expect(back!.card.key).not.toBe('k');
    expect(back!.weights).toEqual({
      'head/weight': Float32Array.of(1, 2, 3, 4),
      'head/bias': Float32Array.of(0.5, -1e-20),
    });
  });

  it('hold several networks, two of one name among them', () => {
    const { name, bytes } = libraryFile([network('a'), network('a'), network('b')]);
    expect(name).toBe('condenser-library.zip');
    expect(readNetworks(name, bytes).map(({ card }) => card.name)).toEqual(['a', 'a', 'b']);
  });

  it('may come from the export of a run, without what its method added', () => {
    const { card, tensors } = network('x');
    const item = {
      ...{ learner: 's1/2', model: card.model, image: card.image, classNames: card.classNames },
      ...{ mean: card.mean, std: card.std, method: { id: 'kd', params: {} } },
      tensors: [...tensors, { name: 'extras.w', shape: [1], data: Float32Array.of(9) }],
    };
    const texts = { setup: 'not a link', metrics: '{"test":{"nll":1},"validation":{"accuracy":0.25}}' };
    const file = networkFiles(item as unknown as NetworkItem, 'kd-2', 'safetensors', texts)[
      'kd-2.safetensors'
    ]!;
    const [back] = readNetworks('kd-2.safetensors', file);
    expect(back!.card).toMatchObject({
      name: 'kd-2',
      label: 's1/2',
      metrics: {},
      classNames: ['cat', '=1+1'],
    });
    expect(back!.card.config).toBeUndefined();
    expect(Object.keys(back!.weights)).toEqual(['head/weight', 'head/bias']);
  });

  it('are refused by name when they are something else', () => {
    const about = { model: JSON.stringify(ready.teacher.model), classes: '["a","b"]', image: '[8,8,1]' };
    const reasons: [Record<string, string>, RegExp][] = [
      [{}, /no model/],
      [{ ...about, model: '{"id":"gpt"}' }, /no model.*gpt/],
      [{ ...about, model: '{"id":"mlp","params":{"width":1e9}}' }, /no model.*width/],
      [{ ...about, classes: 'seven' }, /no classes/],
      [{ ...about, classes: '["one"]' }, /no classes/],
      [{ ...about, image: '[8,1e9,1]' }, /no image size/],
    ];
    for (const [metadata, reason] of reasons)
      expect(() => readNetworks('a.safetensors', writeSafetensors([], metadata))).toThrow(reason);
    expect(() => readNetworks('b.txt', Uint8Array.of(1, 2, 3))).toThrow(
      /^b\.txt holds no network.*safetensors/,
    );
    expect(() => readNetworks('c.zip', libraryFile([]).bytes)).toThrow(/^c\.zip holds no \.safetensors/);
  });

  it('are refused wherever one byte of the header is damaged, or read as they were written', () => {
    const bytes = networkBytes(network('x'));
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    let refused = 0;
    for (let at = 0; at < 8 + length; at += 3) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0x15;
      try {
        for (const { card, weights } of readNetworks('x.safetensors', damaged)) {
          expect(card.classNames).toHaveLength(2);
          expect(Object.values(weights).every((data) => data.length === 4 || data.length === 2)).toBe(true);
        }
      } catch (error) {
        refused++;
        expect((error as Error).message).toMatch(/^x\.safetensors holds no network of ours: /);
      }
    }
    expect(refused).toBeGreaterThan(50);
  });
});

describe('a kept network beside other images', () => {
  const { card } = network('x');
  const data = (changes: object) => ({
    classNames: ['cat', '=1+1'],
    shape: { height: 8, width: 8, channels: 1 as const },
    fingerprint: 'abcd1234',
    ...changes,
  });
  it('is named for what differs first', () => {
    expect(mismatch(card, data({}))).toBeUndefined();
    expect(mismatch(card, data({ classNames: ['a'] }))).toMatch(/2 classes, the data has 1/);
    expect(mismatch(card, data({ classNames: ['cat', 'dog'] }))).toMatch(/class 2 is “=1\+1”, .* “dog”/);
    expect(mismatch(card, data({ shape: { height: 8, width: 9, channels: 1 } }))).toMatch(/8×8×1.*8×9×1/);
    expect(mismatch(card, data({ fingerprint: '1' }))).toMatch(/other images/);
  });
});
