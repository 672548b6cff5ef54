/** Hostile inputs as JSON lists, Parquet and sheets, made here and always alike, with the answers they must get. */
import type { ReasonCode, SourceFile } from '../../../src/data/kit';
import { memoryFile } from './files';
import { parquet } from './parquet';
import { encodePng, flatPng } from './png';

export interface HostileCase {
  readonly id: string;
  readonly why: string;
  readonly files: () => readonly SourceFile[];
  readonly verdict: 'accept' | 'partial' | 'reject';
  /** Codes of what is left out, or the one of the refusal. */
  readonly codes?: readonly ReasonCode[];
  readonly samples?: number;
  readonly classes?: readonly string[];
}

const pictures = (count = 6) =>
  Array.from({ length: count }, (_, i) => memoryFile(`${i}.png`, flatPng(5, 5, [i, 40 * i, 9])));
const good = (i: number) => ({ file: `${i}.png`, label: i % 2 ? 'dog' : 'cat' });
const six = [0, 1, 2, 3, 4, 5].map(good);
const list = (content: unknown, path = 'list.json', beside = pictures()) => [
  ...beside,
  memoryFile(path, typeof content === 'string' ? content : JSON.stringify(content)),
];

const JSON_CASES: readonly HostileCase[] = [
  {
    id: 'json-deep',
    why: '200,000 brackets inside one another',
    files: () => list('['.repeat(200_000)),
    verdict: 'reject',
    codes: ['BAD_HEADER'],
  },
  {
    id: 'json-nan',
    why: 'NaN as Python writes it',
    files: () => list('[{"file": "0.png", "label": NaN}]'),
    verdict: 'reject',
    codes: ['BAD_HEADER'],
  },
  {
    id: 'json-binary',
    why: 'random bytes called .json',
    files: () => [
      ...pictures(),
      memoryFile(
        'list.json',
        Uint8Array.from({ length: 999 }, (_, i) => (i * 77) & 255),
      ),
    ],
    verdict: 'reject',
    codes: ['BAD_HEADER'],
  },
  {
    id: 'json-paths-outside',
    why: 'paths that climb, are absolute, name a drive or an address',
    files: () =>
      list([
        ...six,
        ...['../0.png', '/etc/passwd', 'C:\\0.png', 'http://127.0.0.1/0.png', 'a/../../0.png'].map(
          (file) => ({
            file,
            label: 'cat',
          }),
        ),
      ]),
    verdict: 'partial',
    codes: ['UNSAFE_PATH', 'UNSAFE_PATH', 'UNSAFE_PATH', 'UNSAFE_PATH', 'UNSAFE_PATH'],
    samples: 6,
  },
  {
    id: 'json-prototype-keys',
    why: 'keys and labels that mean something in JavaScript',
    files: () =>
      list(
        '[{"file":"0.png","label":"__proto__","__proto__":{"x":1}},{"file":"1.png","label":"constructor"}]',
      ),
    verdict: 'accept',
    samples: 2,
    classes: ['__proto__', 'constructor'],
  },
  {
    id: 'json-markup-labels',
    why: 'labels that are markup or formulas are texts',
    files: () => list({ '0.png': '<img src=x onerror=alert(1)>', '1.png': '=1+1', '2.png': '‮abc' }),
    verdict: 'accept',
    samples: 3,
    classes: ['<img src=x onerror=alert(1)>', '=1+1', '‮abc'],
  },
  {
    id: 'json-odd-labels',
    why: 'labels that are lists, objects, empty or nothing',
    files: () => list([...six, ...[[], {}, '', null].map((label) => ({ file: '0.png', label }))]),
    verdict: 'partial',
    codes: ['LABEL_MISSING', 'LABEL_MISSING', 'LABEL_MISSING', 'LABEL_MISSING'],
    samples: 6,
  },
  {
    id: 'json-conflict',
    why: 'one picture as cat and as dog',
    files: () => list([...six, { file: '0.png', label: 'dog' }]),
    verdict: 'partial',
    codes: ['DUPLICATE'],
    samples: 6,
  },
  {
    id: 'json-1001-classes',
    why: '1001 classes of one picture',
    files: () =>
      list(
        Array.from({ length: 1001 }, (_, i) => ({ file: `${i}.png`, label: `c${i}` })),
        'list.json',
        pictures(1001),
      ),
    verdict: 'reject',
    codes: ['TOO_MANY'],
  },
  {
    id: 'json-without-pictures',
    why: 'the list alone',
    files: () => list(six, 'list.json', []),
    verdict: 'reject',
    codes: ['NO_IMAGES'],
  },
  {
    id: 'jsonl-damaged-lines',
    why: 'two of eight lines are no JSON',
    files: () =>
      list([...six.map((entry) => JSON.stringify(entry)), '{"file": "0', 'null'].join('\r\n'), 'list.jsonl'),
    verdict: 'partial',
    codes: ['LABEL_MISSING', 'LABEL_MISSING'],
    samples: 6,
  },
];

const rows = Array.from({ length: 6 }, (_, i) => ({ bytes: flatPng(5, 5, [i, 9, 40 * i]), label: i % 2 }));
const names = ['cat', 'dog'];
const file = (data: Uint8Array<ArrayBuffer>) => [memoryFile('a.parquet', data)];
/** A good file with some bytes counted from its end replaced. */
function patched(fromEnd: number, bytes: readonly number[]): Uint8Array<ArrayBuffer> {
  const data = parquet(rows, { names });
  data.set(bytes, data.length - fromEnd);
  return data;
}

const PARQUET_CASES: readonly HostileCase[] = [
  {
    id: 'parquet-empty-shell',
    why: 'first and last four bytes and nothing between',
    files: () => file(new TextEncoder().encode('PAR1PAR1')),
    verdict: 'reject',
    codes: ['TRUNCATED'],
  },
  {
    id: 'parquet-footer-length',
    why: 'the footer claims 4 GB',
    files: () => file(patched(8, [255, 255, 255, 255])),
    verdict: 'reject',
    codes: ['CORRUPT'],
  },
  {
    id: 'parquet-footer-zero',
    why: 'the footer claims to be empty',
    files: () => file(patched(8, [0, 0, 0, 0])),
    verdict: 'reject',
    codes: ['CORRUPT'],
  },
  {
    id: 'parquet-encrypted',
    why: 'the magic of an encrypted footer',
    files: () => file(patched(4, [...new TextEncoder().encode('PARE')])),
    verdict: 'reject',
    codes: ['ENCRYPTED'],
  },
  {
    id: 'parquet-cut',
    why: 'half a download',
    files: () => file(parquet(rows, { names }).slice(0, 400)),
    verdict: 'reject',
    codes: ['TRUNCATED'],
  },
  {
    id: 'parquet-bomb',
    why: 'a picture of 8 MB of zeros in a page of 8 kB',
    files: () =>
      file(parquet([...rows, { bytes: new Uint8Array(8 * 2 ** 20), label: 0 }], { names, codec: 'GZIP' })),
    verdict: 'reject',
    codes: ['BOMB'],
  },
  {
    id: 'parquet-brotli',
    why: 'a packing that is not read',
    files: () => file(parquet(rows, { names, codec: 'BROTLI' })),
    verdict: 'reject',
    codes: ['UNSUPPORTED_COMPRESSION'],
  },
  {
    id: 'parquet-labels-outside',
    why: 'class numbers below and above the names',
    files: () => file(parquet([...rows, { ...rows[0]!, label: -1 }, { ...rows[0]!, label: 7 }], { names })),
    verdict: 'partial',
    codes: ['LABEL_MISSING', 'LABEL_MISSING'],
    samples: 6,
  },
  {
    id: 'parquet-damaged-pictures',
    why: 'a cut PNG, text, and a picture that is not inside',
    files: () =>
      file(
        parquet(
          [
            ...rows,
            { bytes: rows[0]!.bytes.slice(0, 30), label: 0 },
            { bytes: new TextEncoder().encode('<svg onload=alert(1)>'), label: 0 },
            { bytes: null, path: '/etc/passwd', label: 1 },
          ],
          { names },
        ),
      ),
    verdict: 'partial',
    codes: ['FILE_MISSING', 'TRUNCATED', 'UNSUPPORTED_TYPE'],
    samples: 6,
  },
  {
    id: 'parquet-one-class',
    why: 'a single class',
    files: () =>
      file(
        parquet(
          rows.map((row) => ({ ...row, label: 0 })),
          { names },
        ),
      ),
    verdict: 'reject',
    codes: ['ONE_CLASS'],
  },
  {
    id: 'parquet-is-a-database',
    why: 'another format under the name',
    files: () => file(new TextEncoder().encode('SQLite format 3 and so on')),
    verdict: 'reject',
    codes: ['BAD_MAGIC'],
  },
];

const plain = (width: number, height: number) => encodePng(new Uint8Array(3 * width * height), width, height);
const sheet = (path: string, data: Uint8Array<ArrayBuffer>, table?: string) => [
  memoryFile(path, data),
  ...(table === undefined ? [] : [memoryFile('labels.csv', table)]),
];

const SHEET_CASES: readonly HostileCase[] = [
  {
    id: 'sheet-million-tiles',
    why: 'tiles of one pixel in a sheet of a million',
    files: () => sheet('a-1x1-rows.png', plain(1000, 1000)),
    verdict: 'reject',
    codes: ['TOO_MANY'],
  },
  {
    id: 'sheet-zero-tile',
    why: 'tiles of no pixels',
    files: () => sheet('a-0x8-rows.png', plain(16, 16)),
    verdict: 'reject',
    codes: ['BAD_SHAPE'],
  },
  {
    id: 'sheet-does-not-fit',
    why: 'tiles that do not fill the sheet',
    files: () => sheet('a-7x7-rows.png', plain(16, 16)),
    verdict: 'reject',
    codes: ['BAD_SHAPE'],
  },
  {
    id: 'sheet-table-too-long',
    why: '5 labels for 4 tiles',
    files: () => sheet('a-8x8.png', plain(16, 16), 'a\nb\na\nb\na\n'),
    verdict: 'reject',
    codes: ['COUNT_MISMATCH'],
  },
  {
    id: 'sheet-cut',
    why: 'half a picture',
    files: () => sheet('a-8x8-rows.png', plain(16, 16).slice(0, 60)),
    verdict: 'reject',
    codes: ['TRUNCATED'],
  },
  {
    id: 'sheet-says-nothing',
    why: 'one picture, no labels: asked, not guessed',
    files: () => sheet('holiday.png', plain(16, 16)),
    verdict: 'reject',
    codes: ['NO_LABELS'],
  },
];

export const HOSTILE: readonly HostileCase[] = [...JSON_CASES, ...PARQUET_CASES, ...SHEET_CASES];
