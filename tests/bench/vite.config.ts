import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Names of functions are kept: they label pipelines. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  logLevel: 'warn',
  worker: { format: 'es' },
  build: {
    target: 'esnext',
    minify: false,
    outDir: fileURLToPath(new URL('../../out/bench', import.meta.url)),
    emptyOutDir: true,
    chunkSizeWarningLimit: 100_000,
  },
});
