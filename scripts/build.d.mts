/** Returns the folder with the built page. Throws when the build fails. */
export function ensureBuilt(options?: { readonly quiet?: boolean }): Promise<string>;
