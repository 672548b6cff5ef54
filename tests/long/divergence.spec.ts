/** Every method at a learning rate no network survives, beside a student that must not notice. */
import { readdirSync } from 'node:fs';
import { expect, floats, test } from '../gpu/worker';
import { prove } from '../proof';

const methods = readdirSync(new URL('../../src/methods/', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !['kit.ts', 'index.ts', 'whole.ts'].includes(file))
  .map((file) => file.slice(0, -3));

/** Students of a run at most, with the one that stays whole. */
const AT_ONCE = 8;
const WHOLE = 'labels-only';

test('every method that diverges stops alone and names itself', async ({ run }) => {
  test.setTimeout(1_500_000);
  const broken = methods.filter((id) => id !== WHOLE);
  const calm = await run({ methods: [WHOLE] });
  let values = 0;
  for (let i = 0; i < broken.length; i += AT_ONCE) {
    const some = broken.slice(i, i + AT_ONCE);
    const heard = await run({ methods: [WHOLE, ...some], broken: some });
    expect(heard.messages.filter(({ type }) => type === 'run-failed')).toEqual([]);
    for (const id of some) {
      const state = heard.messages.findLast((m) => m.type === 'state' && m.learner === `${id}/1`);
      expect(state, id).toMatchObject({ state: { kind: 'diverged' } });
      expect(floats(heard.curves[`${id}/1`] ?? []).every(Number.isFinite), id).toBe(true);
    }
    expect(heard.curves[`${WHOLE}/1`]).toEqual(calm.curves[`${WHOLE}/1`]);
    values += heard.curves[`${WHOLE}/1`]?.length ?? 0;
  }
  expect(values).toBeGreaterThan(0);
  prove(
    {
      id: 'divergence-methods',
      area: 'GPU and worker',
      hazard: 'The loss of a student is no longer finite, whatever its method',
      promise: 'That student stops alone; no such number is drawn; its neighbour is what it is without it',
      figure: `${broken.length} of ${broken.length} methods stopped at a learning rate of 1e30; ${values} values of their neighbour: 0 differ`,
    },
    test.info(),
  );
});
