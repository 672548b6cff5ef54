import { describe, expect, it } from 'vitest';
import { checkedNetwork, fromVersion1 } from '../../src/trainer/library';
import type { NetworkCard } from '../../src/worker/protocol';
import { prove } from '../proof';
import { network } from './support';

const old = {
  key: 'k',
  name: 'Old',
  created: 1,
  classNames: Array.from({ length: 10 }, (_, i) => String(i)),
  parameters: 1,
  image: [8, 8, 1],
  fingerprint: 'abcd1234',
  accuracy: 0.75,
};

describe('the library of networks', () => {
  it('reads the teachers of version 1, and finds shapes and sizes again', async () => {
    const mlp = network('mlp', { width: 16 }, 'teacher');
    const image = [...mlp.input.image];
    const classNames = old.classNames.slice(0, mlp.input.classes);
    const kept = fromVersion1({
      card: { ...old, image, classNames, model: mlp.choice },
      weights: await mlp.save(),
    });
    expect(kept.card).toMatchObject({ label: 'Teacher', metrics: { accuracy: 0.75 }, mean: [] });
    const { card, tensors } = checkedNetwork(kept);
    expect(card.parameters).toBe(mlp.parameters);
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual(
      mlp.build.entries().map(([name, { shape }]) => [name, shape]),
    );
    for (const { name, data } of tensors) expect(data).toEqual(kept.weights[name]);
    mlp.dispose();
    prove(
      {
        id: 'networks-versions',
        area: 'Saving and resuming',
        hazard: 'A network was kept by an older version of the page',
        promise: 'It is read with its shapes and sizes found again, and teaches',
        figure: `version 1 of 1: ${tensors.length} tensors, every number equal`,
      },
      expect.getState(),
    );
  });

  it('refuses weights that do not fit their model, by name', async () => {
    const mlp = network('mlp', { width: 16 }, 'teacher');
    const weights = await mlp.save();
    const card = { ...old, model: mlp.choice, image: mlp.input.image, metrics: {} } as unknown as NetworkCard;
    const classNames = old.classNames.slice(0, mlp.input.classes);
    const bad = (changes: object, without?: string) =>
      checkedNetwork({
        card: { ...card, classNames, ...changes },
        weights: Object.fromEntries(Object.entries(weights).filter(([name]) => name !== without)),
      });
    expect(() => bad({})).not.toThrow();
    expect(() => bad({}, 'head/bias')).toThrow(/“Old” cannot be used: .*'head\/bias' has 0/);
    expect(() => bad({ classNames: classNames.slice(1) })).toThrow(/“Old” cannot be used: .*head/);
    expect(() => bad({ model: { id: 'nothing', params: {} } })).toThrow(/“Old” cannot be used: .*'nothing'/);
    mlp.dispose();
  });
});
