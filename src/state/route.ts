/** Addresses of the pages over the main screen: `#/methods/<id>`, `#/presets`, `#/glossary/<word>`; without an id, the list. */
import { useView, type ViewState } from './view';

export type Page = keyof Pick<ViewState, 'methods' | 'presets' | 'glossary'>;

const ROUTE = /^#\/(methods|presets|glossary)(?:\/([\w-]{1,60}))?$/;
const CLOSED = { methods: undefined, presets: undefined, glossary: undefined } as const;

/** The page an address asks for, with the id of its entry or '' for the list; undefined when it is no page's. */
export function routeOf(hash: string): { readonly page: Page; readonly id: string } | undefined {
  const match = ROUTE.exec(hash);
  return match ? { page: match[1] as Page, id: match[2] ?? '' } : undefined;
}

/** Fragment before the pages were opened: a link's set-up comes back when they are closed. */
let before = '';

const write = (fragment: string): void =>
  history.replaceState(null, '', fragment || location.pathname + location.search);

const isOpen = (): boolean => {
  const view = useView.getState();
  return (Object.keys(CLOSED) as Page[]).some((page) => view[page] !== undefined);
};

/**
 * Opens a page: its list ('') or one entry. The entry of the history is replaced: going back must not open an older
 * link over an edited set-up.
 */
export function openPage(page: Page, id: string): void {
  if (!isOpen() && routeOf(location.hash) === undefined) before = location.hash;
  write(id === '' ? `#/${page}` : `#/${page}/${id}`);
  useView.setState({ ...CLOSED, [page]: id, picker: false });
}

export const openMethods = (id: string): void => openPage('methods', id);

export function closePages(): void {
  write(before);
  before = '';
  useView.setState(CLOSED);
}

/** Follows the address bar. */
export function followAddress(): void {
  const route = routeOf(location.hash);
  if (route) openPage(route.page, route.id);
}
