/** Loads the project's TypeScript into Node, with the globs of its registries, by Vite. */
import { createServer } from 'vite';
import { root } from './root.mjs';

/** Hands the exports of `path` (from the root, with a slash in front) to `work` and returns its result. */
export async function loadModule(path, work) {
  const server = await createServer({
    root,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  try {
    return await work(await server.ssrLoadModule(path));
  } finally {
    await server.close();
  }
}
