import type { Plugin } from 'vite';

/** The node of a parsed module, as far as it is looked at. */
interface Parsed {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is ESTree's
  readonly body: readonly any[];
}

/** `code` of a plug-in: of the exported card, functions in `called` do nothing, and texts in `read` are empty. */
export function withoutCalls(
  code: string,
  left: { readonly called: readonly string[]; readonly read?: readonly string[] },
  parse: (code: string) => Parsed,
): string;
/** Vite plugins that keep out of the page what only the worker runs. */
export function cards(): Plugin[];
