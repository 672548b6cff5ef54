/** Files out of a drop or a file dialog, with their folders. */
import type { DroppedFile } from '../../state/session';

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

const batchOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => reader.readEntries(resolve, reject));

async function walk(entry: FileSystemEntry, path: string, out: DroppedFile[]): Promise<void> {
  const here = path ? `${path}/${entry.name}` : entry.name;
  if (entry.isFile) {
    out.push({ path: here, blob: await fileOf(entry as FileSystemFileEntry) });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // One call answers at most a hundred entries; an empty answer is the end.
  for (let batch = await batchOf(reader); batch.length > 0; batch = await batchOf(reader))
    for (const child of batch) await walk(child, here, out);
}

/** Every file of a drop; folders are walked. The entries must be taken before the first await. */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly DroppedFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const plain = [...transfer.files];
  const out: DroppedFile[] = [];
  if (entries.some((entry) => entry !== null)) {
    for (const entry of entries) if (entry) await walk(entry, '', out);
    return out;
  }
  return plain.map((file) => ({ path: file.name, blob: file }));
}

/** Files of an `<input type=file>`, with folders where the browser tells them. */
export const pickedFiles = (files: FileList | null): readonly DroppedFile[] =>
  [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, blob: file }));
