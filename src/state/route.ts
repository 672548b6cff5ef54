/** The address of a method page: `#/methods` is the list, `#/methods/<id>` one method. */
import { useView } from './view';

const ROUTE = /^#\/methods(?:\/([\w-]{1,60}))?$/;

/** Id of the method an address asks for, '' for the list; undefined when it is no method page's. */
export function methodsRoute(hash: string): string | undefined {
  const match = ROUTE.exec(hash);
  return match ? (match[1] ?? '') : undefined;
}

/** Fragment before the pages were opened: a link's set-up comes back when they are closed. */
let before = '';

const write = (fragment: string): void =>
  history.replaceState(null, '', fragment || location.pathname + location.search);

/**
 * Opens the list of methods ('') or one method. The entry of the history is replaced: going back must not
 * open an older link over an edited set-up.
 */
export function openMethods(id: string): void {
  if (useView.getState().methods === undefined && methodsRoute(location.hash) === undefined)
    before = location.hash;
  write(id === '' ? '#/methods' : `#/methods/${id}`);
  useView.setState({ methods: id, picker: false });
}

export function closeMethods(): void {
  write(before);
  before = '';
  useView.setState({ methods: undefined });
}

/** Follows the address bar. */
export function followAddress(): void {
  const id = methodsRoute(location.hash);
  if (id !== undefined) openMethods(id);
}
