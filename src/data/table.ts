/** Comma, semicolon or tab separated text (RFC 4180) into rows of fields. */
import { ImportError } from './dataset';
import { shortName } from './names';

const MAX_FIELDS = 20_000;

/** UTF-8 or UTF-16 by the byte order mark. Throws BAD_HEADER when it is no text. */
export function decodeText(bytes: Uint8Array, name: string): string {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  try {
    const encoding = wide ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8';
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Falls through to the refusal below.
  }
  throw new ImportError('BAD_HEADER', `${shortName(name)} is not a text table; save it as CSV in UTF-8.`);
}

function separatorOf(text: string): string {
  const first = text.slice(0, 2000).split(/\r?\n/, 1)[0] ?? '';
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: first.split(mark).length }));
  return counts.sort((p, q) => q.count - p.count)[0]!.mark;
}

/** Rows without a field, such as the last line end, are left out. Throws BAD_HEADER and TOO_MANY. */
export function parseTable(text: string, name: string): string[][] {
  const separator = separatorOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endField = () => {
    row.push(field);
    field = '';
    if (row.length > MAX_FIELDS)
      throw new ImportError('TOO_MANY', `${shortName(name)} has more than ${MAX_FIELDS} columns.`);
  };
  const endRow = () => {
    endField();
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[i++]!;
      else quoted = false;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === separator) endField();
    else if (c === '\n') endRow();
    else if (c !== '\r' || text[i + 1] !== '\n') field += c;
  }
  if (quoted) throw new ImportError('BAD_HEADER', `${shortName(name)} has a quote that is never closed.`);
  if (field !== '' || row.length) endRow();
  return rows;
}
