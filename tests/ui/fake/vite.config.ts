/** Serves the real page with the stand-in worker: `npx vite --config tests/ui/fake/vite.config.ts`. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  base: './',
  cacheDir: 'node_modules/.vite-fake',
  plugins: [
    {
      name: 'stand-in-worker',
      enforce: 'pre',
      transform(code, id) {
        if (!id.endsWith('/src/worker/client.ts')) return undefined;
        return code.replace("'./host.ts'", "'../../tests/ui/fake/host.ts'");
      },
    },
    react(),
  ],
  worker: { format: 'es' },
  build: { target: 'es2023', outDir: 'node_modules/.fake-dist' },
});
