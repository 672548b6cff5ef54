/** What was asked of the learners beyond the run itself: maps, places in an image, pictures of one's own. */
import { create } from 'zustand';
import type { Look, Looked, MapWay, PlacesItem } from '../worker/protocol';
import { shownEvaluations, useRun } from './run';
import { canAsk } from './samples';
import { client } from './session';

type Found<K extends Looked['kind']> = Extract<Looked, { readonly kind: K }>;

export interface LookState {
  /** What all of it belongs to; another text means it is out of date. */
  readonly of: string;
  readonly busy: Look['kind'] | undefined;
  readonly error: string;
  readonly way: MapWay;
  readonly map: (Found<'map'> & { readonly way: MapWay }) | undefined;
  /** Places by `<row> <target>`. */
  readonly places: ReadonlyMap<string, readonly PlacesItem[]>;
  readonly picture: Found<'picture'> | undefined;
}

const NOTHING = { error: '', map: undefined, places: new Map(), picture: undefined } as const;

export const useLook = create<LookState>()(() => ({ ...NOTHING, of: '', busy: undefined, way: 'pca' }));

/** Most images on a map: enough to see the classes, few enough to lay out in seconds. */
export const MAP_IMAGES = 400;

const stamp = (): string => {
  const { run, progress } = useRun.getState();
  return `${run}/${progress?.step ?? 0}`;
};

/** Asks for one thing at a time; undefined when it was refused, with the reason in `error`. */
async function ask<K extends Looked['kind']>(
  look: Look & { readonly kind: K },
): Promise<Found<K> | undefined> {
  if (!canAsk(useRun.getState().status)) return undefined;
  const of = stamp();
  if (useLook.getState().of !== of) useLook.setState({ ...NOTHING, of });
  useLook.setState({ busy: look.kind, error: '' });
  const reply = await client.request({ type: 'look', look }).reply;
  const found = reply.type === 'looked' && useLook.getState().of === of ? reply.found : undefined;
  const error = reply.type === 'error' ? reply.message : '';
  useLook.setState({ busy: undefined, error });
  return found?.kind === look.kind ? (found as Found<K>) : undefined;
}

/** Lays the images of the shown split out, for every learner. */
export async function makeMap(way: MapWay): Promise<void> {
  const { split } = shownEvaluations(useRun.getState());
  const map = await ask({ kind: 'map', split, rows: MAP_IMAGES, way });
  if (map) useLook.setState({ map: { ...map, way } });
}

export const placesKey = (row: number, target: 'answer' | 'truth'): string => `${row} ${target}`;

/** Which places of an image speak for the answer, or for the true class. */
export async function findPlaces(row: number, target: 'answer' | 'truth'): Promise<void> {
  const { split } = shownEvaluations(useRun.getState());
  const found = await ask({ kind: 'places', split, row, target });
  if (!found) return;
  const places = new Map(useLook.getState().places).set(placesKey(row, target), found.items);
  useLook.setState({ places });
}

export interface Drawn {
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

let next: Drawn | undefined;
let asking = false;

/** Asks about a picture. While an answer is awaited only the newest picture waits; older ones are left out. */
export async function showPicture(drawn: Drawn): Promise<void> {
  next = drawn;
  if (asking) return;
  asking = true;
  try {
    while (next) {
      const wanted = next;
      next = undefined;
      const picture = await ask({ kind: 'picture', ...wanted });
      if (picture) useLook.setState({ picture });
    }
  } finally {
    asking = false;
  }
}

export const forgetPicture = (): void => useLook.setState({ picture: undefined });
