/**
 * Pictures a person draws or takes with the camera, by class. They stay until they are thrown away, so that the
 * dialog may be closed and opened again; they become a data set the way dropped files do.
 */
import { create } from 'zustand';
import type { DroppedFile } from './session';

export interface OwnPicture {
  readonly id: number;
  readonly blob: Blob;
  /** Address to draw it from; revoked when the picture is thrown away. */
  readonly url: string;
}

export interface OwnClass {
  readonly id: number;
  readonly name: string;
  readonly pictures: readonly OwnPicture[];
}

export interface CollectState {
  readonly classes: readonly OwnClass[];
  /** Id of the class that new pictures go to. */
  readonly chosen: number;
}

/** Pictures of one class; more would make the dialog slow, and nobody draws them. */
export const MAX_PICTURES = 1000;
export const MAX_OWN_CLASSES = 20;

const FIRST: readonly OwnClass[] = [
  { id: 1, name: 'one', pictures: [] },
  { id: 2, name: 'other', pictures: [] },
];

export const useCollect = create<CollectState>()(() => ({ classes: FIRST, chosen: 1 }));

let lastId = FIRST.length;

const change = (id: number, edit: (own: OwnClass) => OwnClass): void =>
  useCollect.setState(({ classes }) => ({
    classes: classes.map((own) => (own.id === id ? edit(own) : own)),
  }));

/** Id of the class that new pictures go to; undefined when it is full. */
export function openClass(): number | undefined {
  const { classes, chosen } = useCollect.getState();
  const own = classes.find(({ id }) => id === chosen);
  return own && own.pictures.length < MAX_PICTURES ? chosen : undefined;
}

/** Adds a picture to a class, by default the chosen one; false when there is no room. */
export function addPicture(blob: Blob, to = openClass()): boolean {
  if (to === undefined) return false;
  const picture = { id: ++lastId, blob, url: URL.createObjectURL(blob) };
  change(to, (own) => ({ ...own, pictures: [...own.pictures, picture] }));
  return true;
}

export function removePicture(classId: number, { id, url }: OwnPicture): void {
  URL.revokeObjectURL(url);
  change(classId, (own) => ({ ...own, pictures: own.pictures.filter((picture) => picture.id !== id) }));
}

export const renameClass = (id: number, name: string): void => change(id, (own) => ({ ...own, name }));

/** A new class, which is chosen at once. */
export function addClass(): void {
  const id = ++lastId;
  useCollect.setState(({ classes }) =>
    classes.length < MAX_OWN_CLASSES
      ? { classes: [...classes, { id, name: `class ${classes.length + 1}`, pictures: [] }], chosen: id }
      : {},
  );
}

export function removeClass(id: number): void {
  useCollect.setState(({ classes, chosen }) => {
    const gone = classes.find((own) => own.id === id);
    for (const { url } of gone?.pictures ?? []) URL.revokeObjectURL(url);
    const left = classes.filter((own) => own !== gone);
    return { classes: left, chosen: chosen === id ? (left[0]?.id ?? 0) : chosen };
  });
}

/** A folder name that reads as the class does: no path, no hidden file. */
const folderOf = (name: string): string =>
  name
    .replace(/[/\\\0]/g, '-')
    .trim()
    .replace(/^\./, '_') || 'unnamed';

/** The pictures as files in a folder per class; classes of equal name become one, empty ones are left out. */
export function filesOf(classes: readonly OwnClass[]): readonly DroppedFile[] {
  const used = new Map<string, number>();
  return classes.flatMap(({ name, pictures }) =>
    pictures.map(({ blob }) => {
      const folder = folderOf(name);
      const number = (used.get(folder) ?? 0) + 1;
      used.set(folder, number);
      return { path: `own pictures/${folder}/${number}.png`, blob };
    }),
  );
}

/** What stands between the pictures and a data set, in plain words; empty when nothing does. */
export function missing(classes: readonly OwnClass[]): string {
  const folders = new Set(
    classes.filter(({ pictures }) => pictures.length).map(({ name }) => folderOf(name)),
  );
  return folders.size < 2 ? 'At least two classes of different names need pictures.' : '';
}
