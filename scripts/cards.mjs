/**
 * Keeps out of the page what only the worker runs: the page shows the cards of methods, models, data sets, regimes and
 * shifts, and never their arithmetic. So little of a plug-in is fetched before the first paint.
 */
import { dirname, relative, sep } from 'node:path';
import { root } from './root.mjs';

const QUERY = '?card';

/** By registry: where its plug-ins are, and what of them only the worker calls. The page asks at most whether it is there. */
const ROOMS = {
  'src/methods/index.ts': {
    folder: 'src/methods',
    called: [
      'begin',
      'blank',
      'choose',
      'combineGradients',
      'epoch',
      'extras',
      'input',
      'losses',
      'predict',
      'prepare',
      'probe',
      'retune',
      'review',
    ],
    // Long, and read on the page of a method only, which has the methods whole.
    read: ['deviations'],
  },
  'src/models/index.ts': { folder: 'src/models', called: ['build'] },
  'src/data/builtins.ts': { folder: 'src/data/builtin', called: ['generate'] },
  'src/data/regimes/index.ts': { folder: 'src/data/regimes', called: ['select', 'spaces'] },
  'src/data/shifts/index.ts': { folder: 'src/data/shifts', called: ['apply'] },
};

const pathOf = (id) => relative(root, id.split('?')[0]).split(sep).join('/');
const nameOf = ({ key }) => key?.name ?? key?.value;

/** `code` of a plug-in: of the exported card, functions in `called` do nothing, and texts in `read` are empty. */
export function withoutCalls(code, { called, read = [] }, parse) {
  const exported = parse(code).body.find(({ type }) => type === 'ExportDefaultDeclaration');
  const card = exported?.declaration.arguments?.[0];
  if (card?.type !== 'ObjectExpression')
    throw new Error('A plug-in exports its card as one call: define...({ ... }).');
  let rest = code;
  for (const property of card.properties.toReversed()) {
    const name = nameOf(property);
    const value = called.includes(name) ? '() => {}' : read.includes(name) ? "''" : undefined;
    if (value) rest = `${rest.slice(0, property.start)}${name}: ${value}${rest.slice(property.end)}`;
  }
  return rest;
}

/** Vite plugins of the page's build; the worker is built without them and has everything whole. */
export const cards = () => [
  {
    name: 'cards: which',
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (!(pathOf(id) in ROOMS)) return undefined;
      const asked = code.replace("import: 'default'", `import: 'default', query: '${QUERY}'`);
      if (asked === code) throw new Error(`${pathOf(id)} does not import its plug-ins as expected.`);
      return { code: asked, map: null };
    },
  },
  {
    name: 'cards: without calls',
    apply: 'build',
    enforce: 'post',
    transform(code, id) {
      if (!id.endsWith(QUERY)) return undefined;
      const room = Object.values(ROOMS).find(({ folder }) => folder === dirname(pathOf(id)));
      if (!room) return undefined;
      return { code: withoutCalls(code, room, (text) => this.parse(text)), map: null };
    },
  },
];
