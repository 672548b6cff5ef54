/** Tables of yes/no answers about training images: the user's, or what the data set knows about them. */
import { classMeans, type Pass, parseTable, type Table } from '../kit';

export type Source = 'image' | 'class' | 'shuffled' | 'random' | 'file';

/** Sides of the user's own table. */
export const SIDES = { rows: 'classes', columns: 'questions' } as const;

/** What the answers depend on. */
export interface Asked {
  readonly aspects: number;
  readonly source: Source;
  /** The user's answers per class, as JSON; empty: none. */
  readonly answers: string;
}

const ownTable = ({ answers }: Pick<Asked, 'answers'>): Table | undefined =>
  answers === '' ? undefined : parseTable(answers, SIDES).table;

/** Number of outputs: all that a file or an own table asks, else as many as are wanted. @param imported of a file. */
export function widthOf(asked: Asked, imported?: number): number {
  if (asked.source === 'file') return imported ?? asked.aspects;
  return ownTable(asked)?.columns.length ?? asked.aspects;
}

/** Throws where answers are to come from a file that was not imported, with the way out. */
export function checkSource(source: Source, imported: number | undefined): void {
  if (source === 'file' && imported === undefined)
    throw new Error(
      'Multi-aspect KD is to read its answers from a file. Drop your images again with a logits.csv or .npz beside them, a row for each image and a column for each question, or choose other answers.',
    );
}

/** Numbers of a file as answers: as they are within 0..1, else all of them logits of yes; UNKNOWN where there is none. */
function fromFile(rows: Float32Array): Float32Array {
  const logits = rows.some((x) => x < 0 || x > 1);
  return rows.map((x) => {
    if (Number.isNaN(x)) return UNKNOWN;
    return logits ? 1 / (1 + Math.exp(-x)) : x;
  });
}

/** Marks a cell that has no answer. */
export const UNKNOWN = -1;

/** One question per value of every attribute ("is it this one?"), 1 for yes; one question where there are two. */
function questionsOf(attributes: Readonly<Record<string, Int32Array>>): Uint8Array[] {
  return Object.values(attributes).flatMap((values) => {
    const distinct = [...new Set(values)].sort((a, b) => a - b);
    const asked = distinct.length > 2 ? distinct : distinct.slice(1);
    return asked.map((wanted) => Uint8Array.from(values, (value) => Number(value === wanted)));
  });
}

const imbalance = (answers: Uint8Array): number =>
  Math.abs(answers.reduce((sum, yes) => sum + yes, 0) / answers.length - 0.5);

/** Random numbers 0 .. n-1 in random order. */
const shuffle = (n: number, random: Float32Array): number[] =>
  Array.from({ length: n }, (_, i) => i).sort((a, b) => (random[a] as number) - (random[b] as number));

/** A code word per class: each question has random halves of the classes on its two sides. */
function codes(pass: Pass, count: number): Float32Array {
  const table = new Float32Array(pass.classes * count);
  for (let q = 0; q < count; q++)
    for (const [rank, label] of shuffle(pass.classes, pass.uniform(`code ${q}`, pass.classes)).entries())
      table[label * count + q] = Number(2 * rank < pass.classes);
  return table;
}

/** The answers of each row's class. */
const byClass = (table: Float32Array, labels: Int32Array, count: number): Float32Array =>
  Float32Array.from(
    { length: labels.length * count },
    (_, at) => table[(labels[Math.floor(at / count)] as number) * count + (at % count)] as number,
  );

/** A row of the user's table for every class of the data; UNKNOWN where the table has none. */
function matched({ classNames }: Pass, table: Table): Float32Array {
  const rows = new Map(table.rows.map(({ name, values }) => [name, values]));
  return Float32Array.from(
    classNames.flatMap((name) => table.columns.map((_, q) => rows.get(name)?.[q] ?? UNKNOWN)),
  );
}

/** What the data set's attributes answer; undefined when it has none. */
function fromAttributes(pass: Pass, count: number): Float32Array | undefined {
  const questions = questionsOf(pass.attributes ?? {})
    .sort((a, b) => imbalance(a) - imbalance(b))
    .slice(0, count);
  if (questions.length === 0) return undefined;
  return Float32Array.from(
    { length: pass.samples * count },
    (_, at) => questions[at % count]?.[Math.floor(at / count)] ?? UNKNOWN,
  );
}

/**
 * Answers `[samples, widthOf(asked)]` in 0..1, row-major, UNKNOWN where there is none. A table of the user's
 * replaces what the data set knows; that is asked for the most balanced questions first. With neither, every
 * class gets a random code word.
 */
export function answersOf(pass: Pass, asked: Asked): Float32Array {
  const { labels, samples, classes, numbers } = pass;
  if (asked.source === 'file' && numbers) return fromFile(numbers.rows);
  const count = widthOf(asked);
  const random = () => byClass(codes(pass, count), labels, count);
  if (asked.source === 'random') return random();
  const own = ownTable(asked);
  const answers = own ? byClass(matched(pass, own), labels, count) : fromAttributes(pass, count);
  if (!answers) return random();
  if (asked.source === 'class' && !own)
    return byClass(classMeans(answers, count, labels, classes), labels, count);
  if (asked.source !== 'shuffled') return answers;
  const order = shuffle(samples, pass.uniform('rows', samples));
  return answers.map((_, at) => answers[order[Math.floor(at / count)]! * count + (at % count)]!);
}
