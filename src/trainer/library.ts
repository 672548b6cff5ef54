/** Saved teachers in this browser (IndexedDB): weights, the model they fit, and what they were trained on. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { SavedTeacher } from '../worker/protocol';
import type { Weights } from './network';

interface Library extends DBSchema {
  teachers: { key: string; value: { card: SavedTeacher; weights: Weights } };
}

let database: Promise<IDBPDatabase<Library>> | undefined;

const open = (): Promise<IDBPDatabase<Library>> =>
  (database ??= openDB<Library>('condenser', 1, {
    upgrade(db) {
      db.createObjectStore('teachers', { keyPath: 'card.key' });
    },
  }));

export async function saveTeacher(card: SavedTeacher, weights: Weights): Promise<void> {
  await (await open()).put('teachers', { card, weights });
}

/** Newest first. */
export async function listTeachers(): Promise<SavedTeacher[]> {
  const all = await (await open()).getAll('teachers');
  return all.map(({ card }) => card).sort((a, b) => b.created - a.created);
}

/** Throws when there is no such teacher in this browser. */
export async function loadTeacher(key: string): Promise<{ card: SavedTeacher; weights: Weights }> {
  const found = await (await open()).get('teachers', key);
  if (!found)
    throw new Error(
      'The saved teacher of this set-up is not in this browser. Choose another teacher, or train one.',
    );
  return found;
}

export async function deleteTeacher(key: string): Promise<void> {
  await (await open()).delete('teachers', key);
}
