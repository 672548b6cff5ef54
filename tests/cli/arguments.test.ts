import { describe, expect, test } from 'vitest';
import { parseArguments, UsageError } from '../../src/cli/arguments';
import { setupOf } from '../../src/cli/setup';
import { pointsOf, SweepTable } from '../../src/cli/sweep';
import { ready } from '../../src/share/catalogue';
import { encodeConfig } from '../../src/share/codec';
import { linkTo } from '../../src/share/link';

const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean));

function setup(line: string, text?: string) {
  const command = parse(`run ${line}`);
  if (command.kind !== 'run') throw new Error('not a run');
  return setupOf(command, text);
}

describe('arguments', () => {
  test('run', () => {
    expect(
      parse(
        'run setup.json --data a --data=b --students kd,dkd --epochs 3 --seeds 1,2 --out o --backend cpu',
      ),
    ).toEqual({
      kind: 'run',
      setup: 'setup.json',
      data: ['a', 'b'],
      dataset: undefined,
      others: {},
      regimes: [],
      students: ['kd', 'dkd'],
      epochs: 3,
      seeds: [1, 2],
      set: [],
      networks: false,
      out: 'o',
      page: { backend: 'cpu' },
    });
  });

  test('a sweep', () => {
    const command = parse(
      'run --vary training.epochs=1,2 --vary students.*.optimizer.rate=0.01,0.1 --random 3',
    );
    if (command.kind !== 'run') throw new Error('not a run');
    expect(command.vary).toEqual([
      ['training.epochs', '1,2'],
      ['students.*.optimizer.rate', '0.01,0.1'],
    ]);
    expect(pointsOf(command, ready).points).toHaveLength(3);
    expect(pointsOf({ vary: command.vary! }, ready).points[1]).toEqual({
      'training.epochs': 1,
      'students.*.optimizer.rate': 0.1,
    });
    const wrong = (vary: readonly (readonly [string, string])[]) => () => pointsOf({ vary }, ready);
    expect(wrong([['training.speed', '1']])).toThrow(/no such setting/);
    expect(wrong([['training.epochs', '1,many']])).toThrow(/“many” is no value/);
    expect(wrong([['training.epochs', Array.from({ length: 61 }, (_, i) => i + 1).join()]])).toThrow(
      /61 points/,
    );
    expect(() => parse('run --random 3')).toThrow(UsageError);
    expect(() => parse('run --vary epochs')).toThrow(UsageError);
  });

  test('a sweep is listed with a row per number, failed points too', () => {
    const table = new SweepTable([{ path: 'training.epochs', label: '', values: [1, 2] }]);
    const test = { metrics: { accuracy: 0.5 } };
    const learner = { id: 's1/1', state: { kind: 'finished' }, splits: { test } };
    table.add(1, { 'training.epochs': 1 }, [learner] as unknown as Parameters<SweepTable['add']>[2]);
    table.add(2, { 'training.epochs': 2 }, []);
    expect(table.text.trim().split('\n')).toEqual([
      'point,training.epochs,learner,state,split,metric,value',
      '1,1,s1/1,finished,test,accuracy,0.5',
      '2,2,,failed,,,',
    ]);
  });

  test('the other commands', () => {
    expect(parse('run --networks')).toMatchObject({ networks: true });
    expect(parse('import a.zip --json')).toEqual({
      kind: 'import',
      paths: ['a.zip'],
      each: undefined,
      json: true,
      page: {},
    });
    expect(parse('import --each dir --json')).toMatchObject({ paths: [], each: 'dir' });
    expect(parse('golden dir --skip-missing')).toEqual({
      kind: 'golden',
      dir: 'dir',
      skipMissing: true,
      page: {},
    });
    expect(parse('list methods')).toEqual({ kind: 'list', what: 'methods', json: false });
    expect(parse('')).toEqual({ kind: 'help' });
    expect(parse('run --help')).toEqual({ kind: 'help' });
  });

  test.each([
    ['train', /no command 'train'/],
    ['run --epochs', /needs a value/],
    ['run --epochs two', /whole numbers/],
    ['run --seeds 1,x', /whole numbers/],
    ['run --json', /no option --json/],
    ['run a.json b.json', /at most one/],
    ['run --backend gpu', /must be one of/],
    ['run --set training', /KEY=VALUE/],
    ['run --regime data-pruning:share', /--regime takes KEY=VALUE, not 'share'/],
    ['list everything', /must be one of methods/],
    ['import', /takes a path/],
    ['import a --each b', /takes a path/],
    ['golden', /takes one folder/],
  ])("'%s' is refused with a sentence", (line, message) => {
    expect(() => parse(line)).toThrow(message);
    expect(() => parse(line)).toThrow(UsageError);
  });
});

describe('set-up of a run', () => {
  test('is the ready one when nothing is said', () => {
    expect(setup('')).toEqual(ready);
  });

  test('takes a link, its text or a partial config file', () => {
    const config = { ...ready, seeds: [4, 5] };
    expect(setup('', linkTo(config, 'https://example.org/'))).toEqual(config);
    expect(setup('', encodeConfig(config))).toEqual(config);
    expect(setup('', '{"seeds":[4,5]}')).toEqual(config);
  });

  test('takes further data sets, with a regime that draws on them', () => {
    const shifted = setup('--target shift:noise:deviation=60');
    expect(shifted.others).toEqual({ target: { source: 'shift', id: 'noise', params: { deviation: 60 } } });
    expect(shifted.regimes).toEqual([{ id: 'two-domains', params: {} }]);
    expect(parse('run --data a --target b --target c')).toMatchObject({
      others: { target: { paths: ['b', 'c'] } },
    });
    expect(setup('--target some/photos')).toMatchObject({ regimes: [{ id: 'two-domains' }] });
    const pool = setup('--pool builtin:textures --regime label-noise');
    expect(pool.regimes.map(({ id }) => id)).toEqual(['shifted-pool', 'label-noise']);
    expect(pool.others?.pool).toMatchObject({ source: 'builtin', id: 'textures' });
    expect(() => setup('--target shift:upside-down')).toThrow(/no shift 'upside-down'/);
  });

  test('is changed by the options', () => {
    const config = setup(
      '--students labels-only,kd,kd --epochs 2 --seeds 7,8 --set data.size=12 --set students.0.hidden=true',
    );
    expect(config.students.map((s) => [s.key, s.method.id, s.hidden])).toEqual([
      ['labels-only', 'labels-only', true],
      ['kd', 'kd', false],
      ['kdx', 'kd', false],
    ]);
    expect(config.students[1]!.model).toEqual(ready.students[0]!.model);
    expect([config.training.epochs, config.teacher.epochs, config.data.size]).toEqual([2, 2, 12]);
    expect(config.seeds).toEqual([7, 8]);
  });

  test('takes regimes in any order', () => {
    const { regimes } = setup('--regime data-pruning:share=0.1,score=el2n --regime label-noise');
    expect(regimes.map(({ id }) => id)).toEqual(['label-noise', 'data-pruning']);
    expect(regimes[1]!.params).toMatchObject({ share: 0.1, score: 'el2n', teacher: 'full' });
  });

  test.each([
    ['--regime nothing', undefined, /There is no regime 'nothing'; left out. Known: /],
    ['--regime few-shot --regime few-shot', undefined, /'few-shot' is there twice/],
    ['--regime few-shot:shots=0', undefined, /regimes\.0\.params\.shots: .*between 1 and 100/],
    ['--students nothing', undefined, /students\.0\.method\.id: There is no method 'nothing'/],
    ['--epochs 9999', undefined, /training\.epochs: .*between 1 and 500/],
    ['--dataset nothing', undefined, /dataset\.id: There is no data set 'nothing'/],
    ['--set training.speed=2', undefined, /training\.speed: unknown setting/],
    ['--set __proto__.x=2', undefined, /cannot change/],
    ['', '{"epochs":3}', /epochs: unknown setting/],
    ['', 'epochs 3', /neither a link nor JSON/],
    ['', 'https://example.org/#c=1.AAAA', /damaged or incomplete/],
  ])("'%s' with %s is refused, not repaired", (line, text, message) => {
    expect(() => setup(line, text)).toThrow(message);
  });
});
