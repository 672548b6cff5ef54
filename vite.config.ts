import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Relative base: the built page works from any sub-path and from any static server. */
export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: { target: 'es2023', chunkSizeWarningLimit: 1200 },
});
