/** Milliseconds of parts of a step on the device, by timestamp queries. */
import { type Command, encode, encodePass } from './commands';
import type { Gpu } from './gpu';

/** True when the device can take timestamps. */
export const canTime = (gpu: Gpu): boolean => gpu.device.features.has('timestamp-query');

/** Plays each list in a pass of its own, in order, and returns its milliseconds. Copies are not counted. */
export async function playTimed(gpu: Gpu, lists: readonly (readonly Command[])[]): Promise<number[]> {
  const { device } = gpu;
  const count = lists.length * 2;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
  const resolved = device.createBuffer({ label: 'timestamps', size: count * 8, usage });
  gpu.settle();
  const encoder = device.createCommandEncoder();
  lists.forEach((commands, i) => {
    const firstCopy = commands.findIndex((command) => 'copy' in command);
    const timed = firstCopy < 0 ? commands : commands.slice(0, firstCopy);
    encodePass(encoder, timed, {
      querySet,
      beginningOfPassWriteIndex: 2 * i,
      endOfPassWriteIndex: 2 * i + 1,
    });
    if (firstCopy >= 0) encode(encoder, commands.slice(firstCopy));
  });
  encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
  device.queue.submit([encoder.finish()]);
  const times = new BigUint64Array(await gpu.readRegion({ buffer: resolved, offset: 0, size: count * 8 }));
  querySet.destroy();
  resolved.destroy();
  return lists.map((_, i) => Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n)) / 1e6);
}
