/** Colour, dash and marker of every learner: constant in every chart, table and link. */
/** Eight hues per theme, >= 3:1 on the chart surface (tests/ui/palette.test.ts). Worst pair in OKLab x100, over
 * normal vision and three colour deficiencies: 12.5 on light, 14.2 on dark. */
export const HUES = {
  light: ['#1e27a9', '#e06f1e', '#51a086', '#701d5e', '#50707a', '#af4220', '#ae6af2', '#352e04'],
  dark: ['#6489ff', '#fd661a', '#9cc3a9', '#a17e9a', '#7cfdf7', '#9f4e2f', '#6758b3', '#f0ea4f'],
} as const;
/** Chart background, and the ink of teacher and labels-only. */
export const SURFACE = { light: '#ffffff', dark: '#14171c' } as const;
export const INK = { light: '#20242c', dark: '#e8eaee' } as const;
export const QUIET = { light: '#5c6470', dark: '#a3abb8' } as const;

export type Scheme = keyof typeof HUES;
export const DASHES = ['', '7 4', '2 3', '9 3 2 3'] as const;
export const MARKERS = ['circle', 'square', 'triangle', 'diamond', 'plus', 'cross'] as const;
export type Marker = (typeof MARKERS)[number];

export interface Look {
  /** Index into HUES; undefined: neutral ink. */
  readonly hue: number | undefined;
  readonly dash: string;
  readonly marker: Marker;
  readonly width: number;
}

export const TEACHER_LOOK: Look = { hue: undefined, dash: '', marker: 'square', width: 3 };

export function colorOf(look: Look, scheme: Scheme): string {
  if (look.hue !== undefined) return HUES[scheme][look.hue] ?? INK[scheme];
  return look.width >= 3 ? INK[scheme] : QUIET[scheme];
}

function slotLook(slot: number): Look {
  return {
    hue: slot % HUES.light.length,
    dash: DASHES[Math.floor(slot / HUES.light.length) % DASHES.length] ?? '',
    marker: MARKERS[slot % MARKERS.length] ?? 'circle',
    width: 2,
  };
}

/** Slot a key asks for: `s2` is the first distilled student of the ready set-up. */
function wanted(key: string): number {
  const digits = /^s(\d{1,6})$/.exec(key)?.[1];
  if (digits !== undefined) return Math.max(0, Number(digits) - 2);
  return (
    [...key].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % HUES.light.length
  );
}

interface Named {
  readonly key: string;
  readonly method: { readonly id: string };
}

/** The look of every student by key. Labels-only students are neutral and dotted; collisions take the next slot. */
export function assignLooks(students: readonly Named[]): ReadonlyMap<string, Look> {
  const slots = HUES.light.length * DASHES.length;
  const taken = new Set<number>();
  const looks = new Map<string, Look>([['teacher', TEACHER_LOOK]]);
  let baselines = 0;
  for (const { key, method } of students) {
    if (method.id === 'labels-only') {
      const marker = MARKERS[(4 + baselines++) % MARKERS.length] ?? 'plus';
      looks.set(key, { hue: undefined, dash: '1.5 3.5', marker, width: 2 });
      continue;
    }
    let slot = wanted(key) % slots;
    while (taken.has(slot)) slot = (slot + 1) % slots;
    taken.add(slot);
    looks.set(key, slotLook(slot));
  }
  return looks;
}
