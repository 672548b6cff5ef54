/** Edits of the classes in the preview: each goes to the worker, which prepares the images anew; all can be undone. */
import { type ClassEdits, groupOfName, inGroup, withClass } from '../core/class-edits';
import { type ImportPreview, useDataset } from './dataset';
import { client } from './session';

const MAX_PAST = 100;

const update = (preview: ImportPreview, change: Partial<ImportPreview>) =>
  useDataset.setState({ preview: { ...preview, ...change } });

/** One edit at a time; while one is applied others are not taken. A refused one changes nothing and says why. */
async function revise(edits: ClassEdits, past: readonly ClassEdits[]): Promise<void> {
  const { preview } = useDataset.getState();
  if (!preview || preview.busy) return;
  update(preview, { busy: true, refused: '' });
  const { request, config } = preview;
  const reply = await client.request({ type: 'revise', preview: request, edits, config }).reply;
  const now = useDataset.getState().preview;
  if (now?.request !== request) return;
  if (reply.type === 'dataset') update(now, { summary: reply.summary, past, busy: false });
  else {
    const refused = reply.type === 'import-refused' || reply.type === 'error' ? reply.message : '';
    update(now, { busy: false, refused });
  }
}

function push(edits: ClassEdits): Promise<void> {
  const { preview } = useDataset.getState();
  if (!preview) return Promise.resolve();
  return revise(edits, [...preview.past, preview.summary.edits ?? {}].slice(-MAX_PAST));
}

/** Renames a class of the source; a name another class has merges the two, '' leaves the class out. */
export function nameClass(number: number, name: string): Promise<void> {
  const { preview } = useDataset.getState();
  if (!preview) return Promise.resolve();
  const { edits = {}, source } = preview.summary;
  const own = source.classNames[number] ?? '';
  const before = edits.classes?.find(([other]) => other === number)?.[1] ?? own;
  return name.trim() === before ? Promise.resolve() : push(withClass(edits, number, own, name));
}

/** The name of each class of the source as edited; '' is left out. */
export function editedNames({ edits = {}, source }: ImportPreview['summary']): string[] {
  const given = new Map(edits.classes ?? []);
  return source.classNames.map((own, number) => given.get(number) ?? own);
}

/** One edit that renames several classes at once; those left out stay so. */
function renameAll(change: (name: string, number: number) => string): Promise<void> {
  const { preview } = useDataset.getState();
  if (!preview) return Promise.resolve();
  const { edits = {}, source } = preview.summary;
  const names = editedNames(preview.summary);
  const next = names.reduce(
    (all, name, number) =>
      name === '' ? all : withClass(all, number, source.classNames[number]!, change(name, number)),
    edits,
  );
  return JSON.stringify(next) === JSON.stringify(edits) ? Promise.resolve() : push(next);
}

/** Puts a class of the source into a group, which is part of its name; '' takes it out. */
export const groupClass = (number: number, group: string): Promise<void> =>
  renameAll((name, at) => (at === number ? inGroup(name, group) : name));

/** Renames a group; '' dissolves it. */
export const renameGroup = (from: string, to: string): Promise<void> =>
  renameAll((name) => (groupOfName(name) === from ? inGroup(name, to) : name));

/** Labels the images by another column; edits of the former classes do not apply to it. */
export const chooseTarget = (target: string): Promise<void> => push({ target });

/** The classes as the files give them. */
export const resetClasses = (): Promise<void> => push({});

export function undoClasses(): Promise<void> {
  const past = useDataset.getState().preview?.past ?? [];
  const last = past.at(-1);
  return last ? revise(last, past.slice(0, -1)) : Promise.resolve();
}
