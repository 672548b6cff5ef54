/**
 * Shaders for several lanes at once, made from those for one: the lane comes from the third axis of the grid,
 * and every storage array begins at the lane's own place. The arithmetic of a lane stays as it is. Takes our
 * kernels and those of TensorFlow.js.
 */

interface Storage {
  readonly name: string;
  /** As declared. */
  readonly type: string;
  /** Bytes of one element; 0 for uniforms, which have no lanes. */
  readonly element: number;
  readonly writes: boolean;
}

/** What has to be known of a shader to make it serve several lanes. Bindings in order. */
export interface Shader {
  readonly code: string;
  readonly storage: readonly Storage[];
}

const BYTES: Readonly<Record<string, number>> = { f32: 4, i32: 4, u32: 4, vec2f: 8, vec4f: 16, vec4u: 16 };
const DECLARATION =
  /@group\(0\) @binding\((\d+)\) var<(storage, read_write|storage, read|uniform)> (\w+)\s*: (?:array<)?([\w<>]+?)>?;/g;
const ENTRY = /fn (main|_start)\(\s*@builtin/;

/** Name of the function a pipeline starts with. */
export const entryOf = (code: string): string => ENTRY.exec(code)?.[1] ?? 'main';

/** Index behind the bracket that closes the one at `open`. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    const c = code[i] as string;
    if ('([{'.includes(c)) depth++;
    if (')]}'.includes(c) && --depth === 0) return i + 1;
  }
  throw new Error('A bracket in a shader is never closed.');
}

function elementOf(type: string, code: string): number | undefined {
  const known = new RegExp(`\\balias ${type} = (\\w+);`).exec(code)?.[1] ?? type;
  const vector = /^vec(\d)<\w+>?$/.exec(known)?.[1];
  return vector ? 4 * Number(vector) : BYTES[known];
}

/** Texts of all functions, from their parameters to the end of their bodies. */
const functionsOf = (code: string): string[] =>
  [...code.matchAll(/\bfn \w+\(/g)].map(({ index, 0: text }) => {
    const open = index + text.length - 1;
    return code.slice(open, closing(code, code.indexOf('{', closing(code, open))));
  });

/** Undefined for shaders that use their storage in ways which cannot be moved lane by lane. */
export function readShader(code: string): Shader | undefined {
  const storage: Storage[] = [];
  for (const [, binding, kind = '', name = '', type = ''] of code.matchAll(DECLARATION)) {
    const element = kind === 'uniform' ? 0 : elementOf(type, code);
    if (element === undefined || Number(binding) !== storage.length) return undefined;
    storage.push({ name, type, element, writes: kind.endsWith('write') });
  }
  const functions = functionsOf(code);
  // An array that is used whole, or one that a local name hides where it is used.
  const awkward = storage.some(({ name, element }) => {
    const hidden = new RegExp(`\\b(?:let|var|const)\\s+${name}\\b|[(,]\\s*${name}\\s*:`);
    const used = new RegExp(`(?<![\\w.])${name}\\[`);
    const whole = new RegExp(`&${name}\\b(?!\\[)`);
    return element > 0 && functions.some((f) => whole.test(f) || (used.test(f) && hidden.test(f)));
  });
  const declared = (code.match(/var<(?:storage|uniform)/g) ?? []).length;
  return awkward || declared !== storage.length || !ENTRY.test(code) ? undefined : { code, storage };
}

/** Rewrites `name[i]` to `array[start + i]`, innermost brackets included. */
function moveAccesses(code: string, name: string, array: string): string {
  const access = new RegExp(`(?<![\\w.])${name}\\[`, 'g');
  let out = '';
  let from = 0;
  for (let match = access.exec(code); match; match = access.exec(code)) {
    const open = match.index + match[0].length - 1;
    const end = closing(code, open);
    const index = moveAccesses(code.slice(open + 1, end - 1), name, array);
    out += `${code.slice(from, match.index)}${array}[${name}_lane + i32(${index})]`;
    from = end;
    access.lastIndex = end;
  }
  return out + code.slice(from);
}

interface Parts {
  /** Up to the attributes of the entry function, and from there to its parameters. */
  readonly before: string;
  readonly head: string;
  readonly parameters: string;
  /** Without braces. */
  readonly body: string;
  readonly after: string;
}

function split(code: string): Parts {
  const at = ENTRY.exec(code)?.index as number;
  const attributes = code.lastIndexOf('@compute', at);
  const open = code.indexOf('(', at);
  const close = closing(code, open);
  const start = code.indexOf('{', close);
  const end = closing(code, start);
  return {
    before: code.slice(0, attributes),
    head: code.slice(attributes, open),
    parameters: code.slice(open + 1, close - 1),
    body: code.slice(start + 1, end - 1),
    after: code.slice(end),
  };
}

interface Entry {
  readonly parameters: string;
  /** Gives the names of the parameters the values they have for one lane. */
  readonly lines: readonly string[];
  /** The number of the lane. */
  readonly lane: string;
}

/** Takes the lane out of the grid's third axis, so that the rest of the shader sees a grid of one lane. */
function entryFor({ head, parameters, body }: Parts, z: number): Entry {
  const deep = Number(/@workgroup_size\([^,)]*,[^,)]*,\s*(\d+)/.exec(head)?.[1] ?? 1);
  const lines: string[] = [];
  let given = parameters;
  const hide = (builtin: string, period: number): string => {
    const name = new RegExp(`@builtin\\(${builtin}\\)\\s*(\\w+)`).exec(given)?.[1];
    if (!name) return '';
    if (!new RegExp(`\\b${name}\\b(?!\\.[xy]\\b)`).test(body)) return name;
    given = given.replace(new RegExp(`\\b${name}\\b`), `${name}_all`);
    lines.push(`let ${name} = vec3u(${name}_all.xy, ${name}_all.z % ${period}u);`);
    return `${name}_all`;
  };
  hide('global_invocation_id', z * deep);
  let group = hide('workgroup_id', z);
  if (!group) {
    group = 'lane_group';
    given = `${given}, @builtin(workgroup_id) ${group}: vec3u`;
  }
  return { parameters: given, lines, lane: `i32(${group}.z / ${z}u)` };
}

/** Where an array of one lane stands in what is bound for all. */
export interface Standing {
  /** Bytes from lane to lane; 0 for what all lanes share. */
  readonly stride: number;
  /** Bytes from the start of what is bound to the first lane's array. Default 0. */
  readonly start?: number;
  /** Number of the binding that holds it too, of the same type. Default its own. */
  readonly inside?: number;
}

/**
 * @param standing of each binding.
 * @param z third axis of the grid for one lane.
 */
export function lanedText({ code, storage }: Shader, standing: readonly Standing[], z: number): string {
  const own = storage.flatMap(({ name, element }, i) => {
    const { stride, start = 0, inside = i } = standing[i] as Standing;
    const array = (storage[inside] as Storage).name;
    return stride ? [{ name, array, step: stride / element, start: start / element }] : [];
  });
  const moved = own.reduce((text, { name, array }) => moveAccesses(text, name, array), code);
  // What stands inside another binding has none of its own.
  const gone = new Set(own.filter(({ name, array }) => name !== array).map(({ name }) => name));
  const text = moved.replace(DECLARATION, (line, _, __, name: string) => (gone.has(name) ? '' : line));
  const parts = split(text);
  const { before, head, body, after } = parts;
  const { parameters, lines, lane } = entryFor(parts, z);
  // Helper functions cannot see what the entry function has declared.
  const outside = own.filter(({ name }) => `${before}${after}`.includes(`${name}_lane`));
  const globals = outside.map(({ name }) => `var<private> ${name}_lane: i32;\n`).join('');
  const starts = own.map((storage) => {
    const { name, step, start } = storage;
    const at = `${lane} * ${step}${start ? ` + ${start}` : ''}`;
    return `${outside.includes(storage) ? '' : 'let '}${name}_lane = ${at};`;
  });
  return `${before}${globals}${head}(${parameters}) {
  ${[...lines, ...starts].join('\n  ')}
${body}}${after}`;
}
