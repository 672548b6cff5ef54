/** Serves the files below `dir` on this machine; `extra` may answer an address with a file of its own. */
export function serve(
  dir: string,
  options?: { port?: number; extra?: (url: string) => string | undefined },
): Promise<{ address: string; close(): void }>;
