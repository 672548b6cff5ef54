/** Live parameters of a method that answers in its own way, while a run waits. */
import { expect, it } from 'vitest';
import type { Config } from '../../src/core/config';
import { Again } from '../../src/trainer/again';
import type { Lane } from '../../src/trainer/lane';
import { Session } from '../../src/trainer/session';
import type { FromWorker } from '../../src/worker/protocol';
import { configOf } from '../gpu/setups';
import { datasetOf } from './resume-support';

it('a slider that is moved while the run waits changes what is measured at once, and nothing that trains', async () => {
  const config = configOf({ methods: ['scalearn'], images: 40, batch: 8, epochs: 4 });
  const moved = (own: number): Config => ({
    ...config,
    students: config.students.map((student) => ({
      ...student,
      method: { ...student.method, params: { ...student.method.params, own } },
    })),
  });
  const play = async (move: boolean) => {
    const heard: { paused: boolean; loss: number }[] = [];
    const last: number[] = [];
    let [waits, asked] = [false, 0];
    const session: Session = new Session({
      run: 1,
      dataset: datasetOf(config),
      config,
      replays: false,
      saver: { due: () => false, save: async () => {} },
      emit(message: FromWorker) {
        if (message.type === 'evaluated')
          for (const { learner, split, metrics } of message.evaluations) {
            if (learner === 'teacher') continue;
            if (split === 'validation') heard.push({ paused: waits, loss: metrics['nll']! });
            else last.push(metrics['nll']!);
            if (!waits) continue;
            // Moved away, then back: the run goes on as if nothing had been touched.
            asked++;
            if (asked === 1) setTimeout(() => session.adjust(moved(1)));
            else session.resume();
          }
        // Scales are learnt from two thirds of the run on.
        if (move && !waits && heard.length === 3) session.pause();
        if (message.type === 'paused') {
          waits = true;
          setTimeout(() => session.adjust(moved(0)));
        }
        if (message.type === 'resumed') {
          waits = false;
        }
      },
    });
    await session.start();
    session.dispose();
    return { heard, last };
  };
  const [touched, calm] = [await play(true), await play(false)];
  const still = touched.heard.filter(({ paused }) => paused);
  expect(still).toHaveLength(2);
  expect(still[0]!.loss).not.toBe(touched.heard[2]!.loss);
  expect(still[1]!.loss).toBe(touched.heard[2]!.loss);
  expect(touched.last).toEqual(calm.last);
});

it('of changes that come faster than they are measured, the last is', async () => {
  const seen: number[] = [];
  let release = () => {};
  const again = new Again(async (lanes) => {
    seen.push(lanes.length);
    if (seen.length === 1)
      await new Promise<void>((resolve) => {
        release = resolve;
      });
  });
  const lanes = [{}, {}] as Lane[];
  const first = again.ask([lanes[0]!]);
  for (let i = 0; i < 5; i++) void again.ask(lanes);
  release();
  await first;
  expect(seen).toEqual([1, 2]);
});
