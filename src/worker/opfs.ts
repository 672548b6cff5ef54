/** The browser's private file system as a folder of ours. Opened anew each time: it may be emptied under us. */
import { STORAGE } from '../core/storage';
import type { Folder, Handle } from '../trainer/saved/slots';

/** Waits for another page, on its way out, to close a file: milliseconds, then how often. */
const PATIENCE = [100, 40] as const;

const directory = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(STORAGE, { create: true });

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const [wait, times] = PATIENCE;
  for (let i = 1; ; i++)
    try {
      return await work();
    } catch (error) {
      const held = error instanceof Error && error.name === 'NoModificationAllowedError';
      if (!held || i >= times) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
}

export const browserFolder: Folder = {
  async open(name): Promise<Handle> {
    const file = await (await directory()).getFileHandle(name, { create: true });
    return patiently(() => file.createSyncAccessHandle());
  },
  async names() {
    const names: string[] = [];
    for await (const name of (await directory()).keys()) names.push(name);
    return names;
  },
  async remove(name) {
    const folder = await directory();
    await patiently(() => folder.removeEntry(name));
  },
};
