/** Where the time of a recorded step goes: every dispatch in a pass of its own, timed by the device. */
import type { Command } from '../../../src/engine/commands';
import { canTime, playTimed } from '../../../src/engine/timing';
import { keep, tidy } from '../../../src/engine/weights';
import { netOf } from './nets';
import { bootOurs, checkDevice, deviceOf, makeLoop } from './ours';
import type { ProfileRow } from './types';

const REPEATS = 5;
/** Timestamps one query set may hold, less some. */
const PER_SUBMIT = 1500;

function nameOf(command: Command): string {
  if ('copy' in command) return 'copy';
  const { program, x, y, z } = command;
  return `${program.label || 'unnamed'} ${x}x${y}x${z}`;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** One labels-only student of the net; rows by time, the largest first. */
export async function profile(name: string): Promise<ProfileRow[]> {
  await bootOurs('condenser');
  const device = deviceOf();
  if (!canTime(device)) throw new Error('This adapter has no timestamps, so dispatches cannot be timed.');
  const loop = makeLoop(netOf(name), 1, false);
  loop.prepare();
  const commands = [...loop.sharedSegments, ...loop.laneSegments].flatMap((segment) => [
    ...device.record(() => tidy(() => void segment.run().map((tensor) => keep(tensor)))).commands,
  ]);
  await device.compile();
  const times = commands.map((): number[] => []);
  for (let repeat = 0; repeat < REPEATS; repeat++)
    for (let start = 0; start < commands.length; start += PER_SUBMIT) {
      const part = commands.slice(start, start + PER_SUBMIT);
      const spent = await playTimed(
        device,
        part.map((command) => [command]),
      );
      for (const [i, ms] of spent.entries()) times[start + i]?.push(ms);
    }
  checkDevice();
  const rows = new Map<string, { count: number; ms: number }>();
  commands.forEach((command, i) => {
    const row = rows.get(nameOf(command)) ?? { count: 0, ms: 0 };
    rows.set(nameOf(command), { count: row.count + 1, ms: row.ms + median(times[i] ?? []) });
  });
  return [...rows].map(([kernel, row]) => ({ kernel, ...row })).sort((a, b) => b.ms - a.ms);
}
