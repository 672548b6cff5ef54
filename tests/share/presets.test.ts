/** Every ready comparison: tied to the methods, readable as a link, and one step of it can be trained. */
import { tidy } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../src/core/config';
import { builtins } from '../../src/data/index';
import { prepare } from '../../src/data/prepare';
import { drawsOf } from '../../src/data/regimes/index';
import { ImageStore } from '../../src/engine/kernels/image-batch';
import { asksPool, methods } from '../../src/methods/index';
import { linkFragment, readLink } from '../../src/share/link';
import { presets, presetsOf } from '../../src/share/presets';
import { Evaluator, pixelsOf } from '../../src/trainer/evaluate';
import { Network } from '../../src/trainer/network';
import { makePass } from '../../src/trainer/pass';
import { inputOf, studentLanes } from '../../src/trainer/plan';
import { RunData } from '../../src/trainer/regime';
import { Shared } from '../../src/trainer/shared';
import { Workspace } from '../../src/trainer/workspace';

test('names and ids are unique, every text is there', () => {
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
  for (const { id, sentence, name } of presets) {
    expect(name, id).not.toBe('');
    expect(sentence, id).toMatch(/^[A-Z].*[.?]$/);
  }
});

test.each(presets.map((preset) => [preset.id, preset] as const))(
  '%s comes back from its link',
  (_, preset) => {
    const { config } = preset;
    expect(readLink(linkFragment(config))).toEqual({ config, problems: [] });
    // Nothing can learn from labels where they are the teacher's alone.
    const hidden = drawsOf(config.regimes)?.draws.only ?? false;
    expect(config.students.some((s) => s.method.id === 'labels-only')).toBe(!hidden);
    expect(new Set(config.students.map((s) => JSON.stringify({ ...s, key: '' }))).size).toBe(
      config.students.length,
    );
  },
);

describe('the one near to the paper', () => {
  test.each(methods.all.map(({ id }) => id))('%s', (id) => {
    const [own] = presetsOf(id);
    expect(own?.method, `write src/methods/guides/${id}.ts`).toBe(id);
    expect(own?.config.students.map((s) => s.method.id)).toContain(id);
    if (methods.get(id).paper) expect(own?.reduced).toMatch(/^Paper: .*\. .*Here: .*\.$/);
  });
});

type Model = Config['teacher']['model'];

/** The preset's kind of network, small: parts and shapes fit or not whatever the width and depth. */
const small = ({ id, params }: Model): Model => ({
  id,
  params: {
    ...params,
    ...('width' in params ? { width: id === 'hvit' ? 8 : 4 } : {}),
    ...('depth' in params ? { depth: 8 } : {}),
  },
});

/** Few images of 8 pixels, by data set: made once for all presets. */
const images = new Map<string, ReturnType<typeof prepare>>();
function imagesOf({ dataset, data }: Config): ReturnType<typeof prepare> {
  if (dataset.source === 'own') throw new Error('A preset brings no images.');
  const key = JSON.stringify(dataset);
  const made =
    images.get(key) ??
    prepare(builtins.get(dataset.id).generate({ ...dataset.params, count: 60 }, 1, 8), data);
  images.set(key, made);
  return made;
}

/** More of them, with what regimes draw from further data sets. */
function withFurther(config: Config): ReturnType<typeof prepare> {
  const { dataset, data } = config;
  if (dataset.source === 'own') throw new Error('A preset brings no images.');
  const few = { ...dataset, params: { ...dataset.params, count: 160 } };
  return new Workspace().ensure({ ...config, dataset: few, data: { ...data, size: 8 } }).dataset;
}

/** Loss and terms of one step of the preset's own student, two images in a batch. */
async function step(method: string, config: Config): Promise<number[]> {
  const hides = asksPool(methods.get(method));
  const dataset = hides ? withFurther(config) : imagesOf(config);
  const own = config.students.findLast((student) => student.method.id === method)!;
  const students = [{ ...own, model: small(own.model) }];
  const shown = { ...config, students, teacher: { ...config.teacher, model: small(config.teacher.model) } };
  const data = new RunData({ ...shown, regimes: hides ? shown.regimes : [] }, dataset);
  const teacher = new Network(shown.teacher.model, inputOf(dataset), 1, 'teacher');
  const shared = new Shared(data.students, 2, undefined);
  const lane = studentLanes(shown, data, teacher)[0]!;
  if (data.pool && lane.options.pool) {
    const store = new ImageStore(pixelsOf(dataset, 'pool', data.pool));
    shared.drawFrom({ store, seed: 1 }, lane.options.pool.rows);
  }
  shared.freeze(teacher, false);
  const evaluator = new Evaluator(dataset);
  evaluator.retrain(data.students, data.pool);
  const pass = makePass(data.students, teacher, evaluator, lane);
  lane.memory = await lane.options.method.prepare?.(pass, lane.params);
  shared.prepareStep(Int32Array.of(0, 1), 0);
  lane.prepareStep();
  tidy(() => {
    for (const segment of shared.segments()) if (segment.needed?.() ?? true) segment.run();
    lane.run(shared.batch());
  });
  const [row] = await lane.ring.drain(1);
  lane.dispose();
  return [...row!.values];
}

describe('one step of the one near to the paper', () => {
  const own = presets.flatMap(({ method, config }) => (method ? [{ method, config }] : []));
  test.each(own)('$method', async ({ method, config }) => {
    const values = await step(method, config);
    expect(values.every(Number.isFinite), values.join(' ')).toBe(true);
    expect(values[0]).not.toBe(0);
  });
});
