/** What a page says about a method beside its card: when to use it, and a comparison near to its paper. */
import type { AnyValues, Schema, Values } from '../../core/params';

/** A plug-in by id with what differs from its defaults. */
export interface Pick {
  readonly id: string;
  readonly params?: AnyValues;
}

/**
 * The common ground of comparisons. 'ready': the set-up a first visitor sees. 'digits': fully connected networks on
 * generated digits. 'cifar': residual networks on small coloured images, trained as is usual on CIFAR.
 */
export type Scale = 'ready' | 'digits' | 'cifar';

/** A comparison as near to the paper as this page can. */
export interface Setup {
  /** The question it answers, in one sentence. */
  readonly question: string;
  /** What the paper did, and what was reduced or is missing here. */
  readonly reduced: string;
  readonly scale: Scale;
  readonly dataset?: Pick;
  /** How images and classes are prepared, such as classes in groups. */
  readonly data?: AnyValues;
  readonly regimes?: readonly Pick[];
  /** Further data sets by role: changes of the first. */
  readonly others?: Readonly<Record<string, { readonly source: 'shift' } & Pick>>;
  readonly teacher?: Pick;
  /** Network of all students. */
  readonly student?: Pick;
  /** Where the optimiser of the scale does not fit. */
  readonly optimizer?: 'adam';
  readonly training?: AnyValues;
  /** Methods side by side, the first the one that all are compared with. */
  readonly students: readonly Pick[];
}

type Rows = readonly (readonly number[])[];

interface Series<T> {
  readonly name: string;
  readonly values: readonly T[];
}

/**
 * 'bars': one group per category, one bar per series. 'curves': lines through points, with a mark at `at`. 'maps':
 * matrices side by side. 'points': a point for each pair; with `path` they are joined in order.
 */
export type Picture =
  | {
      readonly kind: 'bars';
      readonly categories: readonly string[];
      readonly series: readonly Series<number>[];
    }
  | {
      readonly kind: 'curves' | 'points';
      readonly x: string;
      readonly y: string;
      readonly series: readonly Series<readonly [number, number]>[];
      readonly at?: number;
      readonly path?: boolean;
    }
  | {
      readonly kind: 'maps';
      readonly maps: readonly { readonly name: string; readonly rows: Rows }[];
    };

/** What a figure shows for one setting of its controls. */
export interface Shown {
  readonly picture: Picture;
  /** Terms of the loss on the toy numbers, by their key on the card. */
  readonly terms?: Readonly<Record<string, number>>;
  /** Other numbers, by their label. */
  readonly numbers?: Readonly<Record<string, number>>;
  /** What to see, in one sentence. */
  readonly sentence: string;
}

/** What networks answered about the toy images. */
export interface ToyOutput {
  readonly logits: Rows;
  readonly embedding?: Rows;
  /** By tap, per image rows of cells of channels: `[images][h * w][channels]` of square maps. */
  readonly taps?: Readonly<Record<string, readonly Rows[]>>;
}

/** The toy numbers as the method itself would be handed them, so that a test can hold the terms against its loss. */
export interface Toy {
  readonly params: AnyValues;
  readonly labels: readonly number[];
  readonly students: readonly ToyOutput[];
  readonly teacher?: ToyOutput;
  readonly targets?: Rows;
}

/** The core of a method on toy numbers. */
export interface Figure<S extends Schema = Schema> {
  readonly title: string;
  readonly controls: S;
  show(values: Values<S>): Shown;
  toy?(values: Values<S>): Toy;
}

/** Infers the types of the controls. */
export const figure = <const S extends Schema>(made: Figure<S>): Figure => made as unknown as Figure;

export interface Guide {
  /** The method's. */
  readonly id: string;
  /** When to use the method, in a sentence or two. */
  readonly when: string;
  /** When not to. */
  readonly avoid: string;
  readonly setup: Setup;
  readonly figure: Figure;
}

export const defineGuide = (guide: Guide): Guide => guide;
