import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { withoutCalls } from '../../scripts/cards.mjs';

const parse = (code: string) => parseSync('card.js', code).program;
const left = { called: ['losses', 'input'], read: ['deviations'] };

test('what only the worker calls is left out of a card, and nothing else', () => {
  const code = `import { a } from './a';
const b = 1;
export default defineMethod({
  id: 'x',
  deviations: 'Long, (with) { braces }.',
  params: { losses: b },
  losses({ ops }) { return { ce: a(ops) }; },
  input: (x) => x,
  roles: { peers: () => 2 },
});
`;
  const card = withoutCalls(code, left, parse);
  expect(card).toContain(
    "deviations: '',\n  params: { losses: b },\n  losses: () => {},\n  input: () => {},",
  );
  expect(card).toContain('roles: { peers: () => 2 }');
  expect(card).not.toContain('a(ops)');
});

test('a file that exports something else is refused', () => {
  expect(() => withoutCalls('export default make();', left, parse)).toThrow(/exports its card as one call/);
});
