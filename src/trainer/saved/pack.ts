/**
 * Plain values with typed arrays in them as JSON and bytes, and back bit for bit: numbers JSON has no word for,
 * `undefined` in lists and maps included.
 */

const KINDS = {
  u8: Uint8Array,
  c8: Uint8ClampedArray,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
type Kind = keyof typeof KINDS;
type Bytes = Uint8Array<ArrayBuffer>;

/** Marks what JSON cannot say; no key of ours begins like this. */
const MARK = '$is';

export interface Packed {
  readonly text: string;
  /** The arrays in order, each at the next multiple of `ALIGN` after the one before. */
  readonly arrays: readonly Uint8Array[];
}

export const ALIGN = 8;
export const padded = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

const isArray = (value: unknown): value is InstanceType<(typeof KINDS)[Kind]> =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);

function kindOf(value: object): Kind {
  const found = (Object.keys(KINDS) as Kind[]).find((kind) => value instanceof KINDS[kind]);
  if (!found) throw new Error(`${value.constructor.name} cannot be saved.`);
  return found;
}

/** Throws on functions, symbols and objects of classes. */
export function pack(root: unknown): Packed {
  const arrays: Uint8Array[] = [];
  let at = 0;
  const number = (value: number) =>
    Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [MARK]: 'number', value: Object.is(value, -0) ? '-0' : String(value) };
  const walk = (value: unknown): unknown => {
    if (typeof value === 'number') return number(value);
    if (value === undefined) return { [MARK]: 'undefined' };
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (isArray(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      const marked = { [MARK]: kindOf(value), at, length: value.length };
      arrays.push(bytes);
      at += padded(bytes.length);
      return marked;
    }
    if (Array.isArray(value)) return value.map(walk);
    if (value instanceof Map)
      return { [MARK]: 'map', entries: [...value].map(([key, held]) => [walk(key), walk(held)]) };
    const plain = typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
    if (!plain) throw new Error(`A ${typeof value} cannot be saved.`);
    const entries = Object.entries(value as object).filter(([, held]) => held !== undefined);
    return Object.fromEntries(entries.map(([key, held]) => [key, walk(held)]));
  };
  return { text: JSON.stringify(walk(root)), arrays };
}

/** Throws when the text names bytes that are not there. */
export function unpack(text: string, bytes: Bytes): unknown {
  const array = (kind: Kind, { at, length }: { at: number; length: number }) => {
    const Values = KINDS[kind];
    const end = at + length * Values.BYTES_PER_ELEMENT;
    if (!(at >= 0 && end <= bytes.length)) throw new Error('A saved array is not there.');
    return new Values(bytes.slice(at, end).buffer);
  };
  const walk = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(walk);
    const held = value as Record<string, unknown>;
    const kind = held[MARK];
    if (kind === undefined)
      return Object.fromEntries(Object.entries(held).map(([key, inner]) => [key, walk(inner)]));
    if (kind === 'undefined') return undefined;
    if (kind === 'number') return Number(held['value']);
    if (kind === 'map') return new Map(walk(held['entries']) as [unknown, unknown][]);
    return array(kind as Kind, held as { at: number; length: number });
  };
  return walk(JSON.parse(text));
}
