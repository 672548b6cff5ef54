/**
 * Which form of a kernel runs. Adapter facts give the standard form; a measured choice (`tuning.ts`) replaces it
 * where there is one; tests force one for all kernels that have it.
 */
import type { Gpu } from './gpu';

/**
 * 'direct': registers only. 'tiled': workgroup memory. 'subgroup': invocations exchange values without memory,
 * sums and rows only. 'half': tiles of 16 bit floats added up in 32 bits, products only and never by measurement,
 * since its numbers differ.
 */
export type Variant = 'direct' | 'tiled' | 'subgroup' | 'half';

export const VARIANTS: readonly Variant[] = ['direct', 'tiled', 'subgroup', 'half'];

/** What the choice depends on. */
export interface Facts {
  /** Software adapters pay dearly for barriers, so they take 'direct' and nothing is measured. */
  readonly software: boolean;
  /** Most invocations of a subgroup; undefined where the device has none. */
  readonly subgroup: number | undefined;
  /** The device computes with 16 bit floats. */
  readonly f16: boolean;
}

/** A kernel that has several forms of the same numbers up to rounding. */
export interface Ask {
  readonly kernel: string;
  /** Sizes that decide which form is fast, cost-bearing ones only. */
  readonly size: readonly number[];
  readonly forms: readonly Variant[];
  /** Runs it on scratch tensors of its own. */
  launch(gpu: Gpu, form: Variant): void;
}

/** Answers asks that are left open by force and facts; see `tuning.ts`. */
export interface Chooser {
  choose(ask: Ask, standard: Variant): Variant;
}

let facts: Facts = { software: true, subgroup: undefined, f16: false };
let forced: Variant | undefined;
let halfPrecision = false;
let chooser: Chooser | undefined;

export function setFacts(value: Facts): void {
  facts = value;
}

export const factsOf = (): Facts => facts;

/** Forces a form on all kernels that have it; undefined ends that. */
export function chooseVariant(variant: Variant | undefined): void {
  forced = variant;
}

export const forcedForm = (): Variant | undefined => forced;

/** Half precision: products round their operands to 16 bit floats. */
export function setHalfPrecision(on: boolean): void {
  halfPrecision = on;
}

export function setChooser(value: Chooser | undefined): void {
  chooser = value;
}

/** Runs `work` with standard forms, whatever was measured, and answers no asks for good. */
export function withoutChooser<T>(work: () => T): T {
  const kept = chooser;
  chooser = undefined;
  try {
    return work();
  } finally {
    chooser = kept;
  }
}

const standardForm = (): Variant => (facts.software ? 'direct' : 'tiled');

/** Form of kernels that come as 'direct' and 'tiled' only, and are not measured. */
export const variant = (): Variant => (forced === 'direct' || forced === 'tiled' ? forced : standardForm());

/** Whether forms that need subgroups can run. */
export const hasSubgroups = (): boolean => facts.subgroup !== undefined;

/** Invocations of the largest subgroup, a power of two; 32 where the device names none. */
export const subgroupSize = (): number => facts.subgroup ?? 32;

/** Whether products round their operands now. */
export const wantsHalf = (): boolean =>
  forced === 'half' || (halfPrecision && forced === undefined && facts.f16);

/** In what the form 'half' keeps its rounded operands. */
export const halfStorage = (): 'f16' | 'f32' => (facts.f16 ? 'f16' : 'f32');

/** The form in which a kernel runs now. */
export function formOf(ask: Ask): Variant {
  const forms = ask.forms.filter((form) => form !== 'subgroup' || hasSubgroups());
  if (forced && forms.includes(forced)) return forced;
  const usual = standardForm();
  const standard = forms.includes(usual) ? usual : 'direct';
  if (forced || !chooser || forms.length < 2) return standard;
  return chooser.choose({ ...ask, forms }, standard);
}

/** Which forms run, in words. `chosen`: by kernel and size, undefined where nothing is measured. */
export function describeForms(chosen: string | undefined): string {
  const standard = standardForm();
  const parts = [forced ? `${forced}, forced where a kernel has it` : standard];
  if (chosen !== undefined) parts.push(chosen ? `by kernel and size: ${chosen}` : 'nothing measured yet');
  if (wantsHalf()) parts.push(`products of 16 bit floats, kept in ${halfStorage()}`);
  else if (halfPrecision) parts.push('half precision was asked for, but this adapter has no 16 bit floats');
  return parts.join('; ');
}
