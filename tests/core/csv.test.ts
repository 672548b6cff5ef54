/** Cells of every CSV file this project writes: no spreadsheet program runs them, and they are read back as they were. */
import { expect, it } from 'vitest';
import { cell } from '../../src/core/csv';
import { parseTable } from '../../src/data/table';
import { csvOf } from '../../src/state/exports';
import { prove } from '../proof';

const HOSTILE = [
  '=1+1',
  '+1+cmd|x',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '  =1+1',
  '＝1+1',
  '=HYPERLINK("http://x";"y")',
  '-1e5x',
];
const PLAIN = ['red', 'a b', '3', '-3', '-0.25', '+1.5', '-1e-7', '', 'x=1', 'mail@x'];

it.each(HOSTILE)('%j begins with a quote mark', (text) => {
  expect(cell(text).replace(/^"/, '')).toMatch(/^'/);
});

it.each(PLAIN)('%j stays as it is', (text) => {
  expect(cell(text)).toBe(text);
});

it('every text is one cell for each usual separator, and is read back', () => {
  const texts = [...HOSTILE, ...PLAIN, 'a;=1', 'a,=1', 'a\t=1', 'say "hi"', 'two\nlines', 'two\r\nlines'];
  const rows = parseTable(csvOf([['head', 'number'], ...texts.map((text) => [`x${text}`, 1])]), 'x.csv');
  expect(rows.slice(1)).toEqual(texts.map((text) => [`x${text}`, '1']));
  for (const text of ['a;=1', 'a\t=1', 'a,=1']) expect(cell(text)).toBe(`"${text}"`);
  prove(
    {
      id: 'csv-formulas',
      area: 'Privacy and safety',
      hazard: 'A class or file name runs as a formula when a saved table is opened in a spreadsheet program',
      promise: 'Text that could begin a formula is marked as text, in every CSV file; numbers stay numbers',
      figure: `${HOSTILE.length} of ${HOSTILE.length} formulas marked, ${PLAIN.length} of ${PLAIN.length} plain cells unchanged`,
    },
    expect.getState(),
  );
});
