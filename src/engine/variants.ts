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

const standardForm = (): Variant => (facts.software ? 'direct' : 'tiled');

/** Form of kernels that come as 'direct' and 'tiled' only, and are not measured. */
export const variant = (): Variant => (forced === 'direct' || forced === 'tiled' ? forced : standardForm());

/** Whether forms that need subgroups can run. */
export const hasSubgroups = (): boolean => facts.subgroup !== undefined;

/** Invocations of the largest subgroup, a power of two; 32 where the device names none. */
export const subgroupSize = (): number => facts.subgroup ?? 32;

/** Products in half precision; undefined: in single precision. 'packed' rounds without 16 bit arithmetic. */
export function halfForm(): 'f16' | 'packed' | undefined {
  if (forced !== 'half' && !(halfPrecision && forced === undefined && facts.f16)) return undefined;
  return facts.f16 ? 'f16' : 'packed';
}

/** The form in which a kernel runs now. */
export function formOf(ask: Ask): Variant {
  if (forced && ask.forms.includes(forced)) return forced;
  const standard = standardForm();
  const usable = ask.forms.filter((form) => form !== 'subgroup' || hasSubgroups());
  if (forced || !chooser || usable.length < 2) return usable.includes(standard) ? standard : 'direct';
  return chooser.choose({ ...ask, forms: usable }, usable.includes(standard) ? standard : 'direct');
}
