/** Hostile files are read while a run trains: its curves and measurements are those of an undisturbed run. */
import { expect, it } from 'vitest';
import { ImportError } from '../../src/data/kit';
import { HOSTILE } from '../data/support/hostile';
import { importThese } from '../data/support/reading';
import { configOf } from '../gpu/setups';
import { prove } from '../proof';
import { play } from './resume-support';

it('a run beside every hostile case made here is the undisturbed run', async () => {
  const config = configOf({ methods: ['kd'], images: 60, batch: 8, epochs: 24 });
  const calm = await play(config);
  const refused: string[] = [];
  const stepsSeen = new Set<number>();
  let step = 0;
  let drops: Promise<void> | undefined;
  const dropAll = async () => {
    for (const item of HOSTILE) {
      const answer = await importThese(item.files(), { size: 8, channels: 0 }).catch(
        (error: unknown) => error,
      );
      if (answer instanceof ImportError) refused.push(answer.code);
      else expect(answer, item.id).not.toBeInstanceOf(Error);
      stepsSeen.add(step);
    }
  };
  const disturbed = await play(config, {
    during: (_, done) => {
      step = done;
      drops ??= dropAll();
    },
  });
  await drops;
  expect(refused.length).toBeGreaterThan(10);
  // They were read between the steps, not after them.
  expect(stepsSeen.size).toBeGreaterThan(5);
  expect(disturbed.finished).toBe(true);
  expect(disturbed.heard).toEqual(calm.heard);
  prove(
    {
      id: 'drops-beside-training',
      area: 'Files',
      hazard: 'Hostile files are read by the worker that trains',
      promise: 'What the run tells is bit-equal to an undisturbed one',
      figure: `${HOSTILE.length} cases (${refused.length} refused) between ${stepsSeen.size} different steps, on the processor: 0 differences`,
    },
    expect.getState(),
  );
});
