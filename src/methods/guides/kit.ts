/** What a page says about a method beside its card: when to use it, and a comparison near to its paper. */
import type { AnyValues } from '../../core/params';

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
  readonly regimes?: readonly Pick[];
  readonly teacher?: Pick;
  /** Network of all students. */
  readonly student?: Pick;
  /** Where the optimiser of the scale does not fit. */
  readonly optimizer?: 'adam';
  readonly training?: AnyValues;
  /** Methods side by side, the first the one that all are compared with. */
  readonly students: readonly Pick[];
}

export interface Guide {
  /** The method's. */
  readonly id: string;
  /** When to use the method, in a sentence or two. */
  readonly when: string;
  /** When not to. */
  readonly avoid: string;
  readonly setup: Setup;
}

export const defineGuide = (guide: Guide): Guide => guide;
