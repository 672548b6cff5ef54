import { describe, expect, it } from 'vitest';
import { parseTable, readTable, type Table } from '../../src/core/table';
import {
  draftOf,
  misfits,
  promptFor,
  rawOf,
  withCell,
  withColumn,
  withoutColumn,
} from '../../src/ui/controls/table';

const sides = { rows: 'classes', columns: 'questions' };
const table: Table = {
  columns: ['fur?', 'wings?'],
  rows: [
    { name: 'lion', values: [1, undefined] },
    { name: 'cat', values: [0.95, 0] },
  ],
};

describe('the editor of a table', () => {
  const draft = draftOf(table, ['cat', 'dog']);

  it('shows the classes of the data first, then those only the table knows', () => {
    expect(draft.rows).toEqual([
      { name: 'cat', known: true, cells: ['0.95', '0'] },
      { name: 'dog', known: true, cells: ['', ''] },
      { name: 'lion', known: false, cells: ['1', ''] },
    ]);
  });

  it('gives back what it was given, without the rows nothing was typed into', () => {
    const { table: read } = readTable(rawOf(draft, sides), sides);
    expect(read).toEqual({ columns: table.columns, rows: [table.rows[1], table.rows[0]] });
  });

  it('adds and removes questions, and names a wrong cell', () => {
    const more = withColumn(withColumn(draft));
    expect(more.columns).toEqual(['fur?', 'wings?', 'Question 3?', 'Question 4?']);
    expect(withoutColumn(more, 0).rows[0]!.cells).toEqual(['0', '', '']);
    expect(withColumn({ columns: ['Question 2?'], rows: [] }).columns[1]).toBe('Question 3?');
    const wrong = withCell(draft, 1, 0, 'perhaps');
    expect(readTable(rawOf(wrong, sides), sides).problems).toEqual([
      expect.stringContaining('class “dog”, question 1 “fur?”: "perhaps" is not between 0 and 1'),
    ]);
    expect(readTable(rawOf(withCell(draft, 1, 0, '0,5'), sides), sides).table?.rows[1]?.values[0]).toBe(0.5);
  });

  it('says which classes have no answers and what is used instead', () => {
    expect(misfits(table, ['cat', 'lion'], sides)).toEqual([]);
    expect(misfits(table, ['cat', 'dog'], sides)).toEqual([
      'Without answers: dog. Their images learn from the labels alone.',
      'Not in the data, so not used: lion.',
    ]);
    expect(misfits(table, ['0', '1'], sides)[0]).toMatch(/No row .*\(0, 1\).* the labels alone do/);
    expect(misfits(table, [], sides)).toEqual([]);
  });

  it('asks an assistant for the form that is read', () => {
    const form = /this form: (\{.*\})$/.exec(promptFor(['cat', 'dog'], sides))![1]!;
    expect(parseTable(form, sides).table).toBeDefined();
  });
});
