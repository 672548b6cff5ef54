import { describe, expect, it } from 'vitest';
import { glossary, piecesOf, termOf } from '../../src/share/glossary';

describe('the glossary', () => {
  it('explains each word once, in one to three sentences', () => {
    const forms = glossary.flatMap(({ name, forms = [] }) => [name.toLowerCase(), ...forms]);
    expect(new Set(forms).size).toBe(forms.length);
    expect(new Set(glossary.map(({ id }) => id)).size).toBe(glossary.length);
    for (const { id, text } of glossary) {
      expect(id).toMatch(/^[a-z-]+$/);
      expect(text, id).toMatch(/^[A-Z].*\.$/);
      expect(text.split(/[.:] /).length, id).toBeLessThan(5);
    }
  });

  it.each([
    ...['teacher', 'student', 'logits', 'temperature', 'soft-targets', 'ece', 'nll', 'brier'],
    ...['dark-knowledge', 'capacity-gap', 'tap', 'lane', 'epoch'],
  ])('knows %s', (id) => expect(termOf(id)).toBeDefined());
});

const terms = (text: string, except?: string) =>
  piecesOf(text, except).flatMap(({ term }) => (term ? [term.id] : []));

describe('words in a text', () => {
  it('are found whole, in any case, and once each', () => {
    expect(terms('The Teacher’s logits at a temperature; the teacher again.')).toEqual([
      'teacher',
      'logits',
      'temperature',
    ]);
    expect(terms('epochal, preteacher, seedling, step by step, an-epoch')).toEqual([]);
    expect(terms('The learning rate and ECE (not ece-like).')).toEqual(['learning-rate', 'ece']);
  });
  it('leave out the one that is being explained', () => {
    expect(terms('A softer temperature of logits', 'temperature')).toEqual(['logits']);
  });
  it.each(['', 'teacher', 'no word', 'teacher student', ' logits.', 'Übung: épochs epoch'])(
    'lose nothing: %s',
    (text) =>
      expect(
        piecesOf(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text),
  );
});
