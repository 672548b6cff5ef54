import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * Holds the import order of the rooms. Imports are read from the text of the files, so a rule cannot be
 * switched off by a compiler setting; `tests/architecture.test.ts` itself is checked on made-up edges first.
 */
const root = join(import.meta.dirname, '..');

interface Edge {
  readonly from: string;
  /** A path below the root, or a package name. */
  readonly to: string;
  /** `import type`: leaves nothing in the bundle. */
  readonly type: boolean;
}

const PLUGIN_ROOMS = ['data', 'metrics', 'models', 'tasks', 'methods'];

/** Page code may load cards, never the readers of files and their decoders. */
const CARDS = [
  ...['metrics', 'models', 'tasks', 'methods'].flatMap((room) => [`${room}/index`, `${room}/kit`]),
  'methods/guides',
  // With the arithmetic, for what is fetched after the first paint: networks drawn as graphs, pages of methods.
  'methods/whole',
  'models/whole',
  'data/builtins',
  'data/limits',
  'data/regimes',
  'data/shifts',
];

/** What a room may load. `type:` entries may be imported as types only. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  engine: ['core'],
  data: ['core', 'type:engine/types'],
  metrics: ['core', 'type:engine/types'],
  models: ['core', 'type:engine/types'],
  methods: ['core', 'type:engine/types'],
  tasks: ['core', 'metrics', 'type:engine/types'],
  trainer: ['core', 'engine', ...PLUGIN_ROOMS, 'type:worker/protocol'],
  lab: ['core', 'engine', 'data', 'models', 'share/catalogue', 'trainer', 'type:worker/protocol'],
  golden: ['core', 'engine', ...PLUGIN_ROOMS, 'trainer', 'type:worker/protocol'],
  'worker/protocol': ['type:core', 'type:data/dataset'],
  'worker/client': ['core', 'worker/protocol'],
  'worker/host': ['core', 'engine', ...PLUGIN_ROOMS, 'trainer', 'golden', 'worker/protocol'],
  share: ['core', ...CARDS, 'type:engine/types'],
  state: ['core', 'share', ...CARDS, 'type:data/dataset', 'worker/client', 'worker/protocol'],
  ui: ['core', 'share', 'state', ...CARDS, 'type:data/dataset', 'type:worker/client', 'type:worker/protocol'],
  cli: [
    'core',
    'share',
    'metrics/tools',
    'state',
    ...CARDS,
    'type:data/dataset',
    'worker/client',
    'worker/protocol',
  ],
  main: ['core', 'share', 'state', 'ui', 'cli', 'type:worker/protocol'],
};

const ROOM_OF_FILE = /^src\/(?:(worker\/(?:protocol|client))|(worker)\/|(main)\.tsx$|(\w+)\/)/;

/** The room of a file below src; everything in worker/ but the contract and its page side is worker code. */
function roomOf(file: string): string | undefined {
  const match = ROOM_OF_FILE.exec(file);
  return match?.[1] ?? (match?.[2] ? 'worker/host' : undefined) ?? match?.[3] ?? match?.[4];
}

const withoutEnding = (file: string): string => file.replace(/^src\//, '').replace(/\.tsx?$/, '');

/** Why an import breaks the order, or undefined. */
function climb({ from, to, type }: Edge): string | undefined {
  const room = roomOf(from);
  if (room === undefined) return undefined;
  if (!to.startsWith('src/')) {
    const tensors = to.startsWith('@tensorflow/') && room !== 'engine';
    return tensors ? `${from} imports ${to}: only src/engine holds tensors` : undefined;
  }
  if (roomOf(to) === room) return undefined;
  const allowed = ALLOWED[room];
  if (!allowed) return `${from}: room '${room}' is not in the table`;
  const target = withoutEnding(to);
  const covers = (entry: string) => target === entry || target.startsWith(`${entry}/`);
  const fits = allowed.some((entry) =>
    entry.startsWith('type:')
      ? type && covers(entry.slice(5))
      : covers(entry) || (type && isKitOf(entry, target)),
  );
  return fits ? undefined : `${from} must not import ${to}${type ? ' (as a type)' : ''}`;
}

/** Types of a kit are as harmless as the card that uses them. */
const isKitOf = (entry: string, target: string): boolean =>
  entry === 'data/builtins' && target === 'data/kit';

const IMPORT = /\b(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"]+)['"]/g;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
const GLOB = /import\.meta\.glob(?:<[^(]*>)?\(\s*(\[[^\]]*\]|['"][^'"]+['"])/g;

const stripComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

function filesBelow(folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(file);
    return /\.(m?[tj]s|tsx)$/.test(entry.name) ? [file] : [];
  });
}

function resolveImport(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = normalize(join(dirname(from), specifier.replace(/\?.*$/, ''))).replaceAll('\\', '/');
  const found = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].find(
    (ending) => /\.\w+$/.test(path + ending) && existsSync(join(root, path + ending)),
  );
  return path + (found ?? '');
}

/** Files a glob such as `['./*.ts', '!./kit.ts']` loads: one star, one folder. */
function expandGlob(from: string, argument: string, files: readonly string[]): string[] {
  const patterns = [...argument.matchAll(/['"](!?)([^'"]+)['"]/g)].map(([, not, pattern]) => ({
    not: not === '!',
    test: new RegExp(
      `^${normalize(join(dirname(from), pattern!))
        .replace(/[.+^$()|[\]]/g, '\\$&')
        .replaceAll('*', '[^/]*')}$`,
    ),
  }));
  return files.filter(
    (file) =>
      file !== from &&
      patterns.some((p) => !p.not && p.test.test(file)) &&
      !patterns.some((p) => p.not && p.test.test(file)),
  );
}

function edgesOf(
  file: string,
  files: readonly string[],
  text = readFileSync(join(root, file), 'utf8'),
): Edge[] {
  const code = stripComments(text);
  return [
    ...[...code.matchAll(IMPORT)].map(([, type, to]) => ({
      from: file,
      to: resolveImport(file, to!),
      type: type !== undefined,
    })),
    ...[...code.matchAll(DYNAMIC)].map(([, to]) => ({
      from: file,
      to: resolveImport(file, to!),
      type: false,
    })),
    ...[...code.matchAll(GLOB)].flatMap(([, argument]) =>
      expandGlob(file, argument!, files).map((to) => ({ from: file, to, type: false })),
    ),
  ];
}

const sources = filesBelow('src');
const edges = sources.flatMap((file) => edgesOf(file, sources));

/** Everything the page loads, starting at `entry` and following values only. */
function reach(entry: string, graph: readonly Edge[]): Map<string, string> {
  const cause = new Map<string, string>([[entry, '']]);
  for (const file of cause.keys())
    for (const edge of graph)
      if (edge.from === file && !edge.type && !cause.has(edge.to)) cause.set(edge.to, file);
  return cause;
}

const tensorsIn = (graph: readonly Edge[]): string[] =>
  [...reach('src/main.tsx', graph)]
    .filter(([file]) => file.startsWith('@tensorflow/') || file.startsWith('src/engine/'))
    .map(([file, by]) => `${by} loads ${file} on the page`);

describe('the reader of imports', () => {
  const read = (text: string) => edgesOf('src/ui/App.tsx', sources, text).map((e) => [e.to, e.type]);

  test('sees every way to import', () => {
    expect(read("import { a,\n  type B } from 'x';\nimport c from 'y';\nimport * as d from 'z';")).toEqual([
      ['x', false],
      ['y', false],
      ['z', false],
    ]);
    expect(read("import 'side.css';\nexport * from 'q';\nconst l = await import('lazy');")).toEqual([
      ['side.css', false],
      ['q', false],
      ['lazy', false],
    ]);
    expect(read("import type { T } from 't';\nexport type { U } from 'u';")).toEqual([
      ['t', true],
      ['u', true],
    ]);
    expect(read("// import a from 'no';\n/* import b from 'no'; */")).toEqual([]);
  });

  test('opens globs', () => {
    const loaded = edges.filter((e) => e.from === 'src/methods/index.ts').map((e) => e.to);
    expect(loaded).not.toContain('src/methods/index.ts');
    expect(edges.filter((e) => e.from === 'src/metrics/index.ts').map((e) => e.to)).toEqual(
      expect.arrayContaining(['src/metrics/ece.ts', 'src/metrics/nll.ts']),
    );
    expect(edges.some((e) => e.from === 'src/metrics/index.ts' && e.to === 'src/metrics/tools.ts')).toBe(
      false,
    );
  });
});

describe('import order', () => {
  test.each([
    ['src/core/config.ts', 'src/methods/index.ts', false],
    ['src/core/config.ts', 'src/engine/types.ts', true],
    ['src/engine/layers.ts', 'src/models/kit.ts', true],
    ['src/methods/kd.ts', 'src/models/cnn.ts', false],
    ['src/methods/kd.ts', 'src/metrics/tools.ts', false],
    ['src/methods/kd.ts', 'src/engine/types.ts', false],
    ['src/methods/kd.ts', 'src/engine/ops/index.ts', false],
    ['src/methods/kd.ts', '@tensorflow/tfjs-core', true],
    ['src/trainer/lane.ts', '@tensorflow/tfjs-core', false],
    ['src/data/kit.ts', 'src/trainer/lane.ts', true],
    ['src/trainer/lane.ts', 'src/worker/protocol.ts', false],
    ['src/share/codec.ts', 'src/state/setup.ts', false],
    ['src/share/codec.ts', 'src/data/index.ts', false],
    ['src/state/run.ts', 'src/ui/App.tsx', true],
    ['src/ui/App.tsx', 'src/trainer/session.ts', true],
    ['src/ui/App.tsx', 'src/engine/boot.ts', false],
    ['src/ui/App.tsx', 'src/worker/host.ts', false],
    ['src/ui/App.tsx', 'src/data/importers/zip.ts', false],
    ['src/worker/protocol.ts', 'src/engine/boot.ts', true],
    ['src/attic/new.ts', 'src/core/rng.ts', false],
  ])('a climb is caught: %s -> %s', (from, to, type) => {
    expect(climb({ from, to, type })).toBeDefined();
  });

  test.each([
    ['src/methods/kd.ts', 'src/engine/types.ts', true],
    ['src/methods/kd.ts', 'src/methods/kit.ts', false],
    ['src/tasks/kit.ts', 'src/metrics/kit.ts', true],
    ['src/trainer/lane.ts', 'src/methods/index.ts', false],
    ['src/worker/host.ts', 'src/trainer/session.ts', false],
    ['src/ui/App.tsx', 'src/methods/index.ts', false],
    ['src/main.tsx', 'src/ui/App.tsx', false],
  ])('a way down is fine: %s -> %s', (from, to, type) => {
    expect(climb({ from, to, type })).toBeUndefined();
  });

  test('no file climbs', () => {
    expect(edges.length).toBeGreaterThan(20);
    expect(edges.map(climb).filter((reason) => reason !== undefined)).toEqual([]);
  });

  test('relative imports lead to files', () => {
    const lost = edges.filter((e) => e.to.startsWith('src/') && !existsSync(join(root, e.to)));
    expect(lost.map((e) => `${e.from} -> ${e.to}`)).toEqual([]);
  });

  test('the page loads no tensor library and nothing of the engine', () => {
    const planted = [...edges, { from: 'src/main.tsx', to: 'src/engine/gpu.ts', type: false }];
    expect(tensorsIn(planted)).not.toEqual([]);
    expect(tensorsIn(edges)).toEqual([]);
    expect(existsSync(join(root, 'src/main.tsx'))).toBe(true);
  });
});

describe('size', () => {
  test('no file is longer than 300 lines, no method longer than 120', () => {
    const long = [...sources, ...filesBelow('tests'), ...filesBelow('scripts')].flatMap((file) => {
      const lines = readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length;
      const plugin = /^src\/methods\/(?!kit|index)/.test(file);
      return lines > (plugin ? 120 : 300) ? [`${relative(root, join(root, file))}: ${lines} lines`] : [];
    });
    expect(long).toEqual([]);
  });
});
