import { describe, expect, test } from 'vitest';
import { check, type Problem, table } from '../../src/core/params';
import { MAX_TABLE_TEXT, parseTable, readTable, writeTable, yesProbability } from '../../src/core/table';

const sides = { rows: 'classes', columns: 'questions' };
const read = (questions: unknown, classes: unknown, more: object = {}) =>
  readTable({ questions, classes, ...more }, sides);

describe('a table of answers', () => {
  test('reads numbers, yes and no, open cells and pairs of logits', () => {
    const found = read(['a?', 'b?', 'c?', 'd?'], { cat: [0.25, true, null, [2, 1]] }).table!;
    expect(found.rows).toEqual([{ name: 'cat', values: [0.25, 1, undefined, yesProbability(2, 1)] }]);
    expect(yesProbability(2, 1)).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    expect([yesProbability(1e4, -1e4), yesProbability(-1e4, 1e4)]).toEqual([1, 0]);
  });

  test('comes back from its text', () => {
    const text = '{"questions":["a?","b?"],"classes":{"cat":[0.25,null],"__proto__":[1,0.333]}}';
    const { table: found } = parseTable(text, sides);
    expect(writeTable(found!, sides)).toBe(text);
  });

  test.each([
    ['{"questions":', /^This is not JSON: /],
    ['[]', /must have the form \{"questions"/],
    ['{"questions":["a?"],"images":{}}', /must have the form/],
    ['{"questions":[],"classes":{"cat":[]}}', /"questions" must be a list of 1 to 100 texts/],
    ['{"questions":["a?",""],"classes":{"cat":[1,1]}}', /^question 2 has no text. Write one/],
    ['{"questions":["a?","a?"],"classes":{"cat":[1,1]}}', /^question 2 “a\?” is there twice/],
    ['{"questions":["a?"],"classes":{}}', /"classes" must hold 1 to 200 lists/],
    ['{"questions":["a?"],"classes":{"cat":1}}', /^class “cat” must be a list/],
    [
      '{"questions":["a?","b?"],"classes":{"cat":[1]}}',
      /^class “cat” has 1 answers for 2 questions. Give one/,
    ],
    [
      '{"questions":["a?","b?"],"classes":{"cat":[1,1.4]}}',
      /^class “cat”, question 2 “b\?”: 1.4 is not between 0 and 1. Use 0 for no/,
    ],
    ['{"questions":["a?"],"classes":{"cat":["yes"]}}', /question 1 “a\?”: "yes" is not between/],
    ['{"questions":["a?"],"classes":{"cat":[[1,1,1]]}}', /: \[1,1,1\] is not between/],
    [
      '{"questions":["a?"],"classes":{"cat":[1]},"images":{}}',
      /^"images" is not part of the table. Take it out/,
    ],
  ])('%s: the entry and the fix are named', (text, message) => {
    const { problems } = parseTable(text, sides);
    expect(problems).toHaveLength(1);
    expect(problems![0]).toMatch(message);
  });

  test('names a few of many faults and counts the others', () => {
    const classes = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`c${i}`, [7]]));
    const { problems } = read(['a?'], classes);
    expect(problems).toHaveLength(6);
    expect(problems!.at(-1)).toBe('And 4 more of the kind.');
  });

  test('is bounded', () => {
    const questions = Array.from({ length: 100 }, (_, i) => `${'long '.repeat(20)}${i}?`);
    const classes = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`c${i}`, Array(100).fill(0.125)]),
    );
    expect(read(questions, classes).problems?.[0]).toMatch(`at most ${MAX_TABLE_TEXT} fit into a link`);
  });
});

describe('as a parameter', () => {
  const schema = { own: table('Own answers', sides) };
  const text = '{"questions":["a?"],"classes":{"cat":[1]}}';
  const held = (raw: unknown) => {
    const problems: Problem[] = [];
    return { ...check(schema, { own: raw }, 'x', problems), problems };
  };

  test('is kept as text, whether written as text or as an object', () => {
    expect(held(text)).toEqual({ own: text, problems: [] });
    expect(held(` ${text.replace(',', ' , ')}`)).toEqual({ own: text, problems: [] });
    expect(held(JSON.parse(text))).toEqual({ own: text, problems: [] });
    expect(held('')).toEqual({ own: '', problems: [] });
  });

  test.each([['nonsense'], [7], [null], [true], ['x'.repeat(1e6)], [{ questions: 1 }]])(
    '%j is named and left out',
    (raw) => {
      const { own, problems } = held(raw);
      expect(own).toBe('');
      expect(problems.map((p) => p.path)).toEqual(['x.own']);
      expect(problems[0]!.message.length).toBeLessThan(400);
    },
  );
});
