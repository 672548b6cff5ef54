import { deflateSync, strToU8 } from 'fflate';
import { describe, expect, test } from 'vitest';
import { type Config, checkConfig } from '../../src/core/config';
import { Rng } from '../../src/core/rng';
import { MAX_TABLE_TEXT } from '../../src/core/table';
import { catalogue, ready } from '../../src/share/catalogue';
import { configDifference, decodeConfig, encodeConfig, MAX_TEXT } from '../../src/share/codec';
import { linkFragment, linkTo, readLink } from '../../src/share/link';
import { presets } from '../../src/share/presets';
import { prove } from '../proof';
import { randomConfig } from './random';

const deflated = (value: unknown): string =>
  `1.${Buffer.from(deflateSync(strToU8(JSON.stringify(value)))).toString('base64url')}`;

describe('round trip', () => {
  test('1,000 random valid configurations come back equal, without a problem', () => {
    let longest = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const config = randomConfig(seed, catalogue);
      const text = encodeConfig(config);
      expect(text.length).toBeLessThan(MAX_TEXT);
      expect(decodeConfig(text), `seed ${seed}`).toEqual({ config, problems: [] });
      longest = Math.max(longest, text.length);
    }
    prove(
      {
        id: 'links-round-trip',
        area: 'Privacy and safety',
        hazard: 'A link opens another set-up than it was made from',
        promise: 'What a link holds is what comes back',
        figure: `1,000 of 1,000 random set-ups equal, longest ${longest} characters`,
      },
      expect.getState(),
    );
  });

  test('twelve students, each with the largest table of answers, fit into a link', () => {
    const rng = new Rng(1, 'tables');
    const letters = (n: number) =>
      String.fromCodePoint(...Array.from({ length: n }, () => 0x4e00 + rng.below(3000)));
    const table = () => ({
      questions: Array.from({ length: 60 }, (_, i) => `${letters(60)}${i}`),
      classes: Object.fromEntries(
        Array.from({ length: 42 }, (_, i) => [
          `c${i}`,
          Array.from({ length: 60 }, () => rng.below(1001) / 1000),
        ]),
      ),
    });
    const raw = Array.from({ length: 12 }, (_, i) => ({
      key: `s${i}`,
      method: { id: 'multi-aspect-kd', params: { answers: table() } },
    }));
    const { config, problems } = checkConfig({ students: raw }, ready, catalogue);
    expect(problems).toEqual([]);
    expect(String(config.students[0]!.method.params['answers']).length).toBeGreaterThan(0.9 * MAX_TABLE_TEXT);
    const text = encodeConfig(config);
    expect(text.length).toBeLessThan(MAX_TEXT);
    expect(decodeConfig(text)).toEqual({ config, problems: [] });
  });

  test('the ready set-up is nothing but its version', () => {
    expect(configDifference(ready)).toEqual({ version: 1 });
    expect(decodeConfig(encodeConfig(ready))).toEqual({ config: ready, problems: [] });
    expect(encodeConfig(ready).length).toBeLessThan(32);
  });

  test('of regimes only what is not the default is written', () => {
    const { config } = decodeConfig(
      toText('{"version":1,"regimes":[{"id":"data-pruning","params":{"share":0.1}}]}'),
    );
    expect(config.regimes.map(({ id }) => id)).toEqual(['data-pruning']);
    expect(configDifference(config)).toEqual({
      version: 1,
      regimes: [{ id: 'data-pruning', params: { share: 0.1 } }],
    });
  });

  test.each(['{}', '"few-shot"', '[1]', '[{"id":"__proto__"}]', '[{"id":"few-shot"},{"id":"few-shot"}]'])(
    'regimes %s are repaired with a sentence',
    (regimes) => {
      const { config, problems } = decodeConfig(toText(`{"version":1,"regimes":${regimes}}`));
      expect(problems).toHaveLength(1);
      expect(problems[0]!.path).toMatch(/^regimes/);
      expect(config.regimes.length).toBeLessThan(2);
    },
  );

  test('students keep their keys when one before them is removed', () => {
    const config: Config = { ...ready, students: ready.students.slice(1) };
    expect(decodeConfig(encodeConfig(config)).config.students.map((s) => s.key)).toEqual(['s2']);
  });

  test('text is safe in a fragment', () => {
    for (let seed = 0; seed < 50; seed++)
      expect(encodeConfig(randomConfig(seed, catalogue))).toMatch(/^1\.[\w-]+$/);
  });

  test('a link keeps the address and replaces its fragment', () => {
    const link = linkTo(ready, 'https://example.org/play/?debug#old');
    expect(link).toBe(`https://example.org/play/?debug${linkFragment(ready)}`);
    expect(readLink(link)).toEqual({ config: ready, problems: [] });
    expect(readLink('')).toBeUndefined();
    expect(readLink('#methods')).toBeUndefined();
  });
});

describe('presets', () => {
  test.each(presets.map((p) => [p.id, p] as const))('%s is a valid set-up and a short link', (_, preset) => {
    expect(decodeConfig(encodeConfig(preset.config))).toEqual({ config: preset.config, problems: [] });
    expect(encodeConfig(preset.config).length).toBeLessThan(2000);
  });
});

const toText = (json: string): string =>
  `1.${Buffer.from(deflateSync(strToU8(json), { level: 9 })).toString('base64url')}`;

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const students = (json: string): string => `{"version":1,"students":${json}}`;

describe('further data sets', () => {
  test('links from before there were any open as they were', () => {
    // The text of a link that this page made before: another data set at another size.
    const old = deflated({ version: 1, dataset: { id: 'textures' }, data: { size: 20 } });
    const { config, problems } = decodeConfig(old);
    expect([problems, config.dataset, config.data.size]).toMatchObject([[], { id: 'textures' }, 20]);
    expect('others' in config).toBe(false);
  });

  test('what is no data set is left out and named, the rest stays', () => {
    const own = { source: 'own', name: 'photos', fingerprint: '0000cafe', edits: { classes: [[1, 'cat']] } };
    const { config, problems } = decodeConfig(
      deflated({ others: { target: own, pool: { source: 'shift', id: 'x<b>' }, third: own } }),
    );
    expect(config.others).toEqual({ target: own });
    expect(problems.map(({ path }) => path).sort()).toEqual(['others.pool', 'others.third']);
    expect(decodeConfig(encodeConfig(config)).config).toEqual(config);
    for (const raw of [1, [], 'a', { target: 'a' }, { target: { source: 'own', fingerprint: '?' } }])
      expect(decodeConfig(deflated({ others: raw })).config.others).toBeUndefined();
  });
});

describe('hostile links', () => {
  /** Cannot be read: the ready set-up and exactly one sentence. */
  test.each([
    ['empty', ''],
    ['no prefix', 'hello'],
    ['not base64', '1.@@@@'],
    ['not deflate', `1.${Buffer.from('plain words, nothing deflated').toString('base64url')}`],
    ['broken percent escape', '%E0%A4%A'],
    ['markup', '<svg onload=window.__pwned=1>'],
    ['one megabyte', `1.${'A'.repeat(2 ** 20)}`],
    ['bomb of 64 MB', toText(`{"version":1,"name":"${'A'.repeat(2 ** 26)}"}`)],
    ['bomb in a short text', toText(`{"version":1,"name":"${'A'.repeat(2_000_000)}"}`)],
    ['not JSON', toText('hello')],
    ['NaN', toText('{"version":1,"training":{"epochs":NaN}}')],
    ['JSON cut short', toText('{"version":1,"training":{"epochs":1')],
    ['text cut short', encodeConfig(presets[1]!.config).slice(0, -9)],
    ['list', toText('[1,2,3]')],
    ['null', toText('null')],
    ['version as text', toText('{"version":"1e3"}')],
    ['old version', toText('{"version":0,"training":{"epochs":3}}')],
  ])('%s opens the ready set-up with one notice', (_, text) => {
    const { config, problems } = decodeConfig(text);
    expect(config).toEqual(ready);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toMatch(/ready set-up/);
  });

  test.each([
    ['set-up', toText('{"version":999,"training":{"epochs":3}}')],
    ['codec', '2.AAAA'],
  ])('a newer %s is said to be newer', (_, text) => {
    const { config, problems } = decodeConfig(text);
    expect(config).toEqual(ready);
    expect(problems[0]!.message).toMatch(/newer version/);
  });

  /** Unknown parts are left out and named; the rest is the ready set-up. */
  test.each([
    ['top level __proto__', '{"version":1,"__proto__":{"polluted":true}}', ['__proto__']],
    ['constructor', '{"version":1,"constructor":{"prototype":{"polluted":true}}}', ['constructor']],
    [
      'teacher',
      '{"version":1,"teacher":{"__proto__":{"polluted":true},"units":32}}',
      ['teacher.__proto__', 'teacher.units'],
    ],
    [
      'parameters',
      '{"version":1,"teacher":{"model":{"params":{"toString":1,"__proto__":{"a":1},"constructor":2}}}}',
      ['toString', '__proto__', 'constructor'].map((key) => `teacher.model.params.${key}`),
    ],
    [
      'training',
      '{"version":1,"training":{"__proto__":{"epochs":99},"valueOf":1}}',
      ['training.__proto__', 'training.valueOf'],
    ],
    ['title', '{"version":1,"title":"<img src=x onerror=window.__pwned=1>"}', ['title']],
    ['deep nesting', `{"version":1,"x":${nested(20_000)}}`, ['x']],
  ])('%s: unknown keys are left out and named', (_, json, paths) => {
    const { config, problems } = decodeConfig(toText(json));
    expect(config).toEqual(ready);
    expect(Object.keys(config.teacher.model.params)).toEqual(Object.keys(ready.teacher.model.params));
    expect(problems.map((p) => p.path).sort()).toEqual([...paths].sort());
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  /** Each bad value is replaced by an allowed one and named. */
  test.each([
    ['negative rate', '{"version":1,"teacher":{"optimizer":{"rate":-1}}}', 'teacher.optimizer.rate', 1e-5],
    [
      'infinite rate',
      '{"version":1,"teacher":{"optimizer":{"rate":1e309}}}',
      'teacher.optimizer.rate',
      0.003,
    ],
    [
      'rate as text',
      '{"version":1,"teacher":{"optimizer":{"rate":"0.01; drop"}}}',
      'teacher.optimizer.rate',
      0.003,
    ],
    ['rate null', '{"version":1,"teacher":{"optimizer":{"rate":null}}}', 'teacher.optimizer.rate', 0.003],
    [
      'repeated key',
      '{"version":1,"teacher":{"optimizer":{"rate":0.01,"rate":99}}}',
      'teacher.optimizer.rate',
      1,
    ],
    ['batch of none', '{"version":1,"training":{"batchSize":0}}', 'training.batchSize', 4],
    ['batch of a billion', '{"version":1,"training":{"batchSize":1000000000}}', 'training.batchSize', 512],
    ['batch and a half', '{"version":1,"training":{"batchSize":31.5}}', 'training.batchSize', 32],
    ['endless epochs', '{"version":1,"training":{"epochs":1e15}}', 'training.epochs', 500],
    [
      'million wide',
      '{"version":1,"teacher":{"model":{"params":{"width":1000000}}}}',
      'teacher.model.params.width',
      undefined,
    ],
    [
      'zero temperature',
      students('[{"method":{"id":"kd","params":{"temperature":0}}}]'),
      'students.0.method.params.temperature',
      undefined,
    ],
    ['unknown data', '{"version":1,"dataset":{"id":"http://127.0.0.1:9/evil.zip"}}', 'dataset.id', undefined],
    ['data as text', '{"version":1,"dataset":"javascript:window.__pwned=1"}', 'dataset', undefined],
    ['no students', students('[]'), 'students', undefined],
    ['students as object', students('{"length":3}'), 'students', undefined],
    [
      '5,000 students',
      students(JSON.stringify(Array(5000).fill({ method: { id: 'kd' } }))),
      'students',
      undefined,
    ],
    [
      'unknown method',
      students('[{"method":{"id":"definitely-not-a-method"}}]'),
      'students.0.method.id',
      undefined,
    ],
    ['method __proto__', students('[{"method":{"id":"__proto__"}}]'), 'students.0.method.id', undefined],
    ['method toString', students('[{"method":{"id":"toString"}}]'), 'students.0.method.id', undefined],
    ['fractional seed', '{"version":1,"seeds":[1.5]}', 'seeds', undefined],
    ['huge seed', '{"version":1,"seeds":[123456789012345678901234567890]}', 'seeds', undefined],
  ])('%s is replaced and named', (_, json, path, held) => {
    const { config, problems } = decodeConfig(toText(json));
    expect(problems.map((p) => p.path)).toEqual([path]);
    if (held !== undefined)
      expect(path.split('.').reduce<unknown>((at, key) => (at as never)[key], config)).toBe(held);
    expect(decodeConfig(encodeConfig(config))).toEqual({ config, problems: [] });
  });

  test('markup in keys and names stays plain text without control characters', () => {
    const json = students('[{"key":"<script>x</script>"},{"key":"<script>x</script>"}]');
    const keys = decodeConfig(toText(json)).config.students.map((s) => s.key);
    expect(keys).toEqual(['scriptxscript', 'scriptxscriptx']);
    expect(decodeConfig(toText('{"version":1,"name":"abc\\u202egnp.exe\\u0000"}')).config.name).toBe(
      'abcgnp.exe',
    );
    expect(decodeConfig(toText(`{"version":1,"name":"${'A'.repeat(5000)}"}`)).config.name).toHaveLength(80);
  });

  test('a link without a version is read as the current one', () => {
    expect(decodeConfig(toText('{"training":{"epochs":3}}')).config.training.epochs).toBe(3);
  });

  test('random texts never throw', () => {
    for (let seed = 0; seed < 300; seed++) {
      const good = encodeConfig(randomConfig(seed, catalogue));
      const at = (seed * 7919) % good.length;
      const text = `${good.slice(0, at)}${'-_A.9z'[seed % 6]}${good.slice(at + (seed % 3))}`;
      const { config } = decodeConfig(text);
      expect(decodeConfig(encodeConfig(config))).toEqual({ config, problems: [] });
    }
  });
});
