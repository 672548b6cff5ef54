/** Every method on every network as student and beside every network as teacher, captured and replayed. */
import { readdirSync } from 'node:fs';
import { expect, floats, test } from '../gpu/worker';

/** The number of plug-ins in a room of `src`: their registry is known to the page only. */
const count = (room: string): number =>
  readdirSync(new URL(`../../src/${room}/`, import.meta.url)).filter(
    (file) => file.endsWith('.ts') && !['kit.ts', 'index.ts', 'whole.ts'].includes(file),
  ).length;

for (let round = 0; round < count('models'); round++)
  for (let part = 0; part < Math.ceil(count('methods') / 12); part++)
    test(`round ${round + 1}, part ${part + 1}`, async ({ run }) => {
      test.setTimeout(900_000);
      const setup = { methods: [], combination: { round, part } };
      const { messages, curves } = await run(setup, { boot: { executor: 'replay' } });
      expect(messages.filter((m) => m.type === 'run-failed')).toEqual([]);
      const learners = messages.find((m) => m.type === 'started')?.learners.map(({ id }) => id) ?? [];
      expect(learners.length).toBeGreaterThan(4);
      const ends = new Map(messages.flatMap((m) => (m.type === 'state' ? [[m.learner, m.state.kind]] : [])));
      for (const learner of learners) {
        expect(ends.get(learner), learner).toBe('finished');
        expect(floats(curves[learner] ?? [Number.NaN]).every(Number.isFinite), learner).toBe(true);
      }
    });
