import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { cards } from './scripts/cards.mjs';
import { offline } from './scripts/offline.mjs';

/**
 * The policy of the built page; the server of this project sends it as a header too, so that it also holds in the
 * worker, which may compile WebAssembly besides (`scripts/serve.mjs`); text is never run. The rule for styles is added
 * by the page itself (`src/ui/security.ts`), because it needs a nonce.
 */
const POLICY = [
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types default',
].join('; ');

/** Only in the build: the server of development puts its own scripts and styles into the page. */
const policy: Plugin = {
  name: 'policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

/** Relative base: the built page works from any sub-path and from any static server. */
export default defineConfig({
  base: './',
  plugins: [react(), cards(), policy, offline()],
  worker: { format: 'es' },
  build: { target: 'es2023', chunkSizeWarningLimit: 1200 },
});
