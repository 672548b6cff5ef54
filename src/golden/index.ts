import type { Golden } from './kit';

/** Adapters by path; loaded when their file is asked for. */
export const adapters = import.meta.glob<Golden>(['./*.ts', '!./kit.ts', '!./index.ts', '!./run.ts'], {
  import: 'default',
});
