/**
 * Waits for a database of this browser. One that a newer version of the page has written is refused by the browser,
 * which leaves it as it is; the error says so in words.
 * @param what is in it, in the plural.
 */
export async function notNewer<T>(opening: Promise<T>, what: string): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'VersionError')) throw error;
    throw new Error(
      `A newer version of this page has kept ${what} here, and they are left as they are. Reload the page to get that version.`,
    );
  }
}
