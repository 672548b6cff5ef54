import type { Plugin } from 'vite';

/** Writes the service worker of the built page in `dir`: its version and the list of its files. */
export function writeServiceWorker(dir: string): void;
/** Vite plugin that writes the service worker after a build. */
export function offline(): Plugin;
