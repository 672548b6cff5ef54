import { type Registry, registry } from '../core/registry';
import type { Task } from './kit';

const files = import.meta.glob<Task>(['./*.ts', '!./kit.ts', '!./index.ts'], {
  eager: true,
  import: 'default',
});

export const tasks: Registry<Task> = registry('task', files);
