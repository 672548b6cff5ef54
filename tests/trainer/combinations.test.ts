/** Every method on some student beside some teacher of another kind; the long tests take all of them. */
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/core/params';
import { builtins } from '../../src/data/index';
import { prepare } from '../../src/data/prepare';
import { Session } from '../../src/trainer/session';
import type { FromWorker } from '../../src/worker/protocol';
import { round, setupOf } from '../gpu/combinations';
import { configOf } from '../gpu/setups';

const glyphs = builtins.get('glyphs');

describe.each(round(3).map((combination) => [combination.name, combination] as const))(
  '%s',
  (_, combination) => {
    it('trains to its end with finite numbers', async () => {
      const config = configOf(setupOf(combination));
      const raw = glyphs.generate({ ...defaults(glyphs.params), count: 20 }, 1, combination.size);
      const said: FromWorker[] = [];
      const session = new Session({
        run: 1,
        dataset: prepare(raw, config.data),
        config,
        replays: false,
        emit: (message) => said.push(message),
      });
      await session.start();
      const ends = new Map(
        said.flatMap((m) => (m.type === 'state' ? [[m.learner, m.state.kind] as const] : [])),
      );
      expect(ends.size).toBe(combination.pairs.length + 1);
      expect([...ends].filter(([, kind]) => kind !== 'finished')).toEqual([]);
      session.dispose();
    });
  },
);
