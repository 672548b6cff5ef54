/** What moves from the worker to the page. */
import type { FromWorker } from './protocol';

/** Buffers of streamed numbers change hands instead of being copied. */
export function buffersOf(message: FromWorker): Transferable[] {
  if (message.type === 'points') return message.points.map(({ data }) => data.buffer);
  if (message.type === 'evaluated') return message.evaluations.map(({ confusion }) => confusion.buffer);
  if (message.type === 'probe') return message.probe.panels.map(({ data }) => data.buffer);
  return [];
}
