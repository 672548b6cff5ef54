import { beforeEach, expect, it, vi } from 'vitest';
import { findPlaces, makeMap, placesKey, showPicture, useLook } from '../../src/state/look';
import { useRun } from '../../src/state/run';
import { client } from '../../src/state/session';
import type { FromWorker } from '../../src/worker/protocol';

type Resolve = (reply: FromWorker) => void;
let asked: { readonly look: unknown; readonly resolve: Resolve }[] = [];

beforeEach(() => {
  asked = [];
  useLook.setState(useLook.getInitialState());
  useRun.setState({ ...useRun.getInitialState(), status: 'finished', run: 4 });
  vi.spyOn(client, 'request').mockImplementation((message) => {
    let resolve: Resolve = () => {};
    const reply = new Promise<FromWorker>((done) => {
      resolve = done;
    });
    asked.push({ look: 'look' in message ? message.look : undefined, resolve });
    return { id: asked.length, reply };
  });
});

const drawing = (value: number) => ({ rgba: new Uint8ClampedArray(4).fill(value), width: 1, height: 1 });
const seen = new Uint8ClampedArray(4);
const settle = () => new Promise((resolve) => setTimeout(resolve));

it('asks about one drawing at a time and leaves out those that are out of date', async () => {
  const all = [1, 2, 3].map((value) => showPicture(drawing(value)));
  expect(asked).toHaveLength(1);
  asked[0]!.resolve({ type: 'looked', request: 1, found: { kind: 'picture', seen, items: [] } });
  await settle();
  expect(asked).toHaveLength(2);
  expect(asked[1]!.look).toMatchObject({ kind: 'picture', rgba: drawing(3).rgba });
  asked[1]!.resolve({ type: 'looked', request: 2, found: { kind: 'picture', seen, items: [] } });
  await Promise.all(all);
  expect(asked).toHaveLength(2);
  expect(useLook.getState().picture?.seen).toBe(seen);
});

it('asks nothing while a run goes on', async () => {
  useRun.setState({ status: 'running' });
  await makeMap('pca');
  expect(asked).toHaveLength(0);
});

it('says why it was refused, and forgets what belongs to another run', async () => {
  const refused = makeMap('pca');
  asked[0]!.resolve({ type: 'error', request: 1, message: 'no run' });
  await refused;
  expect(useLook.getState()).toMatchObject({ error: 'no run', busy: undefined, map: undefined });
  const found = findPlaces(7, 'truth');
  asked[1]!.resolve({ type: 'looked', request: 2, found: { kind: 'places', items: [] } });
  await found;
  expect(useLook.getState().places.get(placesKey(7, 'truth'))).toEqual([]);
  useRun.setState({ run: 5 });
  const late = makeMap('umap');
  expect(useLook.getState().places.size).toBe(0);
  asked[2]!.resolve({ type: 'error', request: 3, message: '' });
  await late;
});
