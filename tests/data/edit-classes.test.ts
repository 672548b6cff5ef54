/** Renamed, merged and dropped classes, other label columns, and how a link carries them. */
import { describe, expect, it, vi } from 'vitest';
import {
  checkEdits,
  freshGroup,
  groupOfName,
  groupsOfNames,
  inGroup,
  nameInGroup,
  withClass,
} from '../../src/core/class-edits';
import type { Config } from '../../src/core/config';
import type { Problem } from '../../src/core/params';
import { applyEdits } from '../../src/data/edit-classes';
import * as images from '../../src/data/images';
import type { RawImages } from '../../src/data/kit';
import { fingerprint, prepare } from '../../src/data/prepare';
import { ready } from '../../src/share/catalogue';
import { decodeConfig, encodeConfig } from '../../src/share/codec';
import { reportText } from '../../src/state/dataset-report';
import { Workspace } from '../../src/trainer/workspace';
import { memoryFile } from './support/files';
import { decodeInNode, flatPng } from './support/png';

/** Twelve images in four classes, the first byte numbers them; two families, one image without. */
const raw: RawImages = {
  name: 'animals',
  shape: { height: 8, width: 8, channels: 1 },
  pixels: Uint8Array.from({ length: 12 * 64 }, (_, i) => (i % 64 === 0 ? i / 64 : 0)),
  labels: Int32Array.from([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]),
  classNames: ['cat', 'dog', 'hen', 'owl'],
  assigned: Array.from({ length: 12 }, (_, i) => (i < 8 ? 'train' : 'test')),
  columns: [
    {
      name: 'family',
      names: ['bird', 'mammal'],
      values: Int32Array.from([1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, -1]),
    },
  ],
};
const numbers = ({ pixels }: RawImages) => [...pixels].filter((_, i) => i % 64 === 0);
const texts = ({ labels, classNames }: RawImages) => [...labels].map((label) => classNames[label]);

describe('edits of classes', () => {
  it('rename, merge and leave out keep every other row as it was', () => {
    const edited = applyEdits(raw, {
      classes: [
        [0, 'pet'],
        [1, 'pet'],
        [3, ''],
      ],
    });
    expect(edited.classNames).toEqual(['pet', 'hen']);
    expect(texts(edited)).toEqual(['pet', 'pet', 'hen', 'pet', 'pet', 'hen', 'pet', 'pet', 'hen']);
    expect(numbers(edited)).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10]);
    expect(edited.assigned).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10].map((i) => (i < 8 ? 'train' : 'test')));
    expect(raw.classNames).toHaveLength(4);
  });

  it('a class may take the name another one gives up', () => {
    const edited = applyEdits(raw, {
      classes: [
        [0, 'dog'],
        [1, 'cat'],
      ],
    });
    expect(edited.classNames).toEqual(['dog', 'cat', 'hen', 'owl']);
    expect(texts(edited).slice(0, 2)).toEqual(['dog', 'cat']);
  });

  it('another column becomes the class, the class a column, rows without a value go', () => {
    const edited = applyEdits(raw, { target: 'family' });
    expect(edited.classNames).toEqual(['bird', 'mammal']);
    expect(numbers(edited)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(texts(edited).slice(0, 3)).toEqual(['mammal', 'mammal', 'bird']);
    expect(edited.columns).toEqual([
      { name: 'label', names: raw.classNames, values: raw.labels.slice(0, 11) },
    ]);
    expect(edited.notes?.join()).toContain("1 images have no value for 'family'");
    expect(applyEdits(applyEdits(raw, { target: 'family' }), { target: 'label' }).classNames).toEqual(
      raw.classNames,
    );
  });

  it('an unknown column and numbers without a class change nothing; no edits give the input', () => {
    expect(applyEdits(raw, { target: 'colour' })).toBe(raw);
    expect(applyEdits(raw, undefined)).toBe(raw);
    expect(applyEdits(raw, { classes: [[99, 'x']] }).labels).toEqual(raw.labels);
  });

  it('the attributes of a run hold the columns', () => {
    const { attributes, splits } = prepare(raw, { size: 8, validation: 0.1, test: 0.2, splitSeed: 1 });
    expect(attributes?.['family']?.length).toBe(splits.train.count);
  });

  it('the fingerprint tells columns apart', () => {
    const family = { ...raw.columns![0]!, values: Int32Array.from(raw.columns![0]!.values, (v) => 1 - v) };
    expect(fingerprint({ ...raw, columns: [family] })).not.toBe(fingerprint(raw));
  });

  it('naming a class as in the files takes its edit back', () => {
    const edits = withClass(withClass({ target: 'family' }, 1, 'mammal', 'Mammal '), 0, 'bird', '');
    expect(edits).toEqual({
      target: 'family',
      classes: [
        [0, ''],
        [1, 'Mammal'],
      ],
    });
    expect(withClass(withClass(edits, 1, 'mammal', 'mammal'), 0, 'bird', 'bird')).toEqual({
      target: 'family',
    });
  });
});

describe('edits from outside', () => {
  it.each([
    [
      {
        target: 'a',
        classes: [
          [1, 'x'],
          [0, ''],
        ],
      },
      {
        target: 'a',
        classes: [
          [0, ''],
          [1, 'x'],
        ],
      },
      0,
    ],
    [{ classes: [[0, 'x'], ['0', 'y'], [1.5, 'z'], [-1, 'w'], [2]] }, { classes: [[0, 'x']] }, 1],
    [{ target: 7, classes: 'all' }, undefined, 2],
    [[], undefined, 1],
    [{ classes: [[0, `a\u0000b${'x'.repeat(500)}`]] }, { classes: [[0, `ab${'x'.repeat(118)}`]] }, 0],
  ])('%j', (given, wanted, problems) => {
    const out: Problem[] = [];
    expect(checkEdits(given, 'dataset.edits', out)).toEqual(wanted);
    expect(out).toHaveLength(problems);
  });

  it('come back from a link', () => {
    const edits = {
      target: 'family',
      classes: [
        [0, 'ptáček'],
        [1, ''],
      ] as const,
    };
    const config: Config = {
      ...ready,
      dataset: { source: 'own', name: 'a', fingerprint: 'abcdef01', edits },
    };
    expect(decodeConfig(encodeConfig(config))).toEqual({ config, problems: [] });
  });
});

describe('edits in the worker', () => {
  const files = ['cat', 'dog', 'hen'].flatMap((name, c) =>
    Array.from({ length: 12 }, (_, i) =>
      memoryFile(`set/${name}/${i}.png`, flatPng(9, 9, [80 * c, i * 20, 5])),
    ),
  );
  const load = async (config: Config, edits?: { classes: readonly (readonly [number, string])[] }) => {
    const workspace = new Workspace();
    const held = await workspace.import(1, files, config, () => undefined, edits);
    return { workspace, held };
  };

  it('a preview is revised, undone and used; the link re-applies its edits to the same images', async () => {
    vi.spyOn(images, 'decodeInBrowser').mockImplementation(decodeInNode);
    const { workspace, held } = await load(ready);
    expect(held.summary.edits).toBeUndefined();
    const edits = {
      classes: [
        [0, 'pet'],
        [1, 'pet'],
      ] as const,
    };
    const revised = workspace.revise(1, ready, edits);
    expect(revised.summary.fingerprint).toBe(held.summary.fingerprint);
    expect(revised.dataset.fingerprint).not.toBe(held.dataset.fingerprint);
    expect([revised.summary.classNames, revised.summary.perClass]).toEqual([
      ['pet', 'hen'],
      [24, 12],
    ]);
    expect(revised.summary.source.classNames).toEqual(['cat', 'dog', 'hen']);
    expect(() =>
      workspace.revise(1, ready, {
        classes: [
          [0, ''],
          [1, ''],
        ],
      }),
    ).toThrow(/one class/);
    expect(workspace.revise(1, ready, {}).dataset.fingerprint).toBe(held.dataset.fingerprint);
    workspace.revise(1, ready, edits);
    workspace.accept(1);
    const { fingerprint: print } = held.summary;
    const config: Config = { ...ready, dataset: { source: 'own', name: 'set', fingerprint: print, edits } };
    expect(workspace.ensure(config).dataset.classNames).toEqual(['pet', 'hen']);
    const opened = await load(config);
    expect(opened.held.summary.edits).toEqual(edits);
    expect(opened.held.dataset.fingerprint).toBe(revised.dataset.fingerprint);
    const other = await load({ ...config, data: { ...config.data, size: 20 } });
    expect(other.held.summary.edits).toBeUndefined();
    expect(reportText(revised.summary)).toContain('Edited: cat is called pet; dog is called pet');
    vi.restoreAllMocks();
  });
});

describe('groups of classes by hand', () => {
  it('are the part of a name before its last slash', () => {
    expect(['pets/cat', 'cat', 'a/b/cat'].map(groupOfName)).toEqual(['pets', '', 'a/b']);
    expect(['pets/cat', 'cat', 'a/b/cat'].map(nameInGroup)).toEqual(['cat', 'cat', 'cat']);
    expect([inGroup('pets/cat', 'farm'), inGroup('pets/cat', ''), inGroup('cat', ' a/b ')]).toEqual([
      'farm/cat',
      'cat',
      'a b/cat',
    ]);
    expect(groupsOfNames(['b/x', 'y', 'a/z', 'b/w'])).toEqual(['b', 'a']);
    expect([freshGroup([]), freshGroup(['group 1/a', 'x/b']), freshGroup(['group 2/a'])]).toEqual([
      'group 1',
      'group 3',
      'group 3',
    ]);
  });

  it('become the first grouping of the data once every class is in one', () => {
    const all = ['pets/cat', 'pets/dog', 'farm/hen', 'wood/owl'];
    const grouped = (names: readonly string[]) =>
      prepare(applyEdits(raw, { classes: names.map((name, i) => [i, name] as const) }), ready.data).groups;
    const [first] = grouped(all)!;
    expect(first).toMatchObject({ names: ['pets', 'farm', 'wood'], of: [0, 0, 1, 2] });
    expect(grouped(['pets/cat', 'pets/dog', 'hen', 'owl']) ?? []).toEqual(grouped(raw.classNames) ?? []);
  });
});
