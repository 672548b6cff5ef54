/** Removes everything this page has kept in the browser. */
import { STORAGE } from '../core/storage';
import { client } from './session';

/** Where the kit keeps the choice of colours. */
const COLOURS = 'mantine-color-scheme-value';

/** A worker that was just ended lets go of its files a moment later. */
const PATIENCE = 30;
const WAIT = 100;

async function removeFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for (let i = 1; ; i++)
    try {
      return await root.removeEntry(STORAGE, { recursive: true });
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      if (name === 'NotFoundError') return;
      if (i >= PATIENCE) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT));
    }
}

const removeDatabase = (name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });

async function removeDatabases(): Promise<void> {
  const names = (await indexedDB.databases()).flatMap(({ name }) => name ?? []);
  await Promise.all(names.filter((name) => name.startsWith(STORAGE)).map(removeDatabase));
}

/** Ends the worker, removes files, databases and settings, and loads the page anew. Rejects when something stays. */
export async function clearEverything(): Promise<void> {
  client.stop();
  await removeFiles();
  await removeDatabases();
  const keys = Object.keys(localStorage).filter((key) => key === COLOURS || key.startsWith(STORAGE));
  for (const key of keys) localStorage.removeItem(key);
  location.reload();
}
