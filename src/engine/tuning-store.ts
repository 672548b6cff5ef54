/** Measured choices in this browser (IndexedDB), one record for each adapter and version of the kernels. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { ChoiceStore, Choices } from './tuning';

/** Goes up whenever kernels change: choices of other versions are not used. */
export const KERNELS_VERSION = 1;

interface Database extends DBSchema {
  forms: { key: string; value: Choices };
}

let database: Promise<IDBPDatabase<Database>> | undefined;

const open = (): Promise<IDBPDatabase<Database>> =>
  (database ??= openDB<Database>('condenser-forms', 1, {
    upgrade(db) {
      db.createObjectStore('forms');
    },
  }));

/** Where a browser keeps nothing, choices last as long as the page. */
export const browserStore = (adapter: string): ChoiceStore => {
  const key = `${KERNELS_VERSION} ${adapter}`;
  return {
    async load() {
      try {
        return (await (await open()).get('forms', key)) ?? {};
      } catch {
        return {};
      }
    },
    async save(choices) {
      try {
        await (await open()).put('forms', choices, key);
      } catch {
        // Private windows may refuse; the choices of this page still hold.
      }
    },
  };
};
