/**
 * The contract of a regime: what it makes of the training split before the students see it. A regime file imports
 * this kit, types and its own folder, nothing else. Validation and test images are never handed to it.
 */
import type { ClassGroups } from '../../core/class-groups';
import type { DataRole } from '../../core/config';
import type { LabelTask } from '../../core/label-tasks';
import { choice, type Schema, type Values } from '../../core/params';
import type { Card } from '../../core/registry';

export { groupsByLot, groupsByName } from '../../core/class-groups';
export { groupingTasks, knownTasks, oneAgainstRest } from '../../core/label-tasks';
export * from '../../core/params';
export { hash, Rng } from '../../core/rng';

/** The training rows as the regimes before left them. Rows are counted from 0 within the view. */
export interface TrainingView {
  /** `[rows]`, as the students would see them now. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** Whole numbers the data set knows beside the class, `[rows]` by name. */
  readonly attributes: Readonly<Record<string, Int32Array>>;
  /** The same for one set-up; differs between its first seeds. */
  readonly seed: number;
  /** `[rows]`, higher = harder; there for a regime whose `scores` asks for them, all zero in a preview. */
  readonly scores?: ArrayLike<number>;
}

export interface Selection {
  /** Rows that stay, ascending. Absent: all. How many they are must not depend on the scores. */
  readonly kept?: Int32Array;
  /** New labels of all rows of the view. */
  readonly labels?: Int32Array;
  /** Rows that lose their labels and become part of the pool, ascending; none of them is in `kept`. */
  readonly pooled?: Int32Array;
}

/** How hard each image is, found by training before the students: see `data-pruning`. */
export type ScoreKind = 'el2n' | 'grand' | 'forgetting' | 'margin' | 'entropy' | 'prototypes';

/** Whether a score comes from the trained teacher, not from short trainings. */
export const asksTeacher = (kind: ScoreKind): boolean =>
  kind === 'margin' || kind === 'entropy' || kind === 'prototypes';

export interface ScoreNeed {
  readonly kind: ScoreKind;
  /** Short trainings of the first student's network; not used by scores that ask the teacher. */
  readonly runs: number;
  readonly epochs: number;
}

/** What is known of the classes before any regime: 0 is the class, 1 and so on are the other ways to label. */
export interface LabelFacts {
  readonly labellings: readonly {
    readonly name: string;
    readonly classNames: readonly string[];
    /** Of the training rows; -1: none. */
    readonly values: Int32Array;
  }[];
  /** Of the classes, as the data know them. */
  readonly groups: readonly ClassGroups[];
  readonly seed: number;
}

/** The classes one side of a run learns: values of one of the ways to label the images, under new numbers. */
export interface LabelSpace {
  readonly classNames: readonly string[];
  /** Number of the labelling it reads. */
  readonly labelling: number;
  /** New class of each value; -1: its images are not part of this side. */
  readonly classOf: Int32Array;
}

/** What a regime may object to. */
export interface Surroundings {
  readonly teacher: 'trained' | 'online' | 'saved';
  /** A regime gives the teacher other classes than the students. */
  readonly otherClasses?: boolean;
  /** A regime takes validation and test images from another data set. */
  readonly measuredElsewhere?: boolean;
  /** Ids of all chosen regimes, itself among them. */
  readonly regimes: readonly string[];
}

export interface Paper {
  readonly title: string;
  readonly authors: string;
  readonly venue: string;
  readonly year: number;
  readonly url: string;
}

/** What becomes of a further data set of the set-up: its training images are the pool, without their labels. */
export interface Draws {
  readonly role: DataRole;
  /** Learners are measured on its validation and test images, in place of the first set's. */
  readonly measured?: true;
  /** Students see nothing but the pool: the labelled images are the teacher's alone. */
  readonly only?: true;
}

export interface Regime<S extends Schema = Schema> extends Card {
  /** Undefined where a regime is common practice. */
  readonly paper?: Paper;
  readonly fidelity: 'as published' | 'adapted' | 're-derived';
  /** What differs from the source, and why. */
  readonly deviations: string;
  readonly params: S;
  /** Place among the regimes of a set-up, lower first. */
  readonly order: number;
  /** The further data set it cannot do without; at most one regime of a set-up may ask for one. */
  readonly draws?: Draws;
  select(view: TrainingView, params: Values<S>): Selection;
  /** The tasks beside the class that methods may learn from, for all rows of the split as it was at first. */
  tasks?(view: TrainingView, params: Values<S>): readonly LabelTask[];
  /**
   * Two label spaces: the teacher is trained and measured on the images and classes of one, students on those of
   * the other, in every split. Other regimes then work on the students' side. Throws where the data do not allow it.
   */
  spaces?(
    facts: LabelFacts,
    params: Values<S>,
  ): { readonly teacher: LabelSpace; readonly students: LabelSpace };
  /** What the teacher sees: the split as it was before this regime, or what the students see. Default 'same'. */
  teacher?(params: Values<S>): TeacherSees;
  /** It hides labels, so that methods find images without any. */
  readonly pools?: true;
  /** Scores it has to be handed; at most one regime of a set-up may ask. */
  scores?(params: Values<S>): ScoreNeed | undefined;
  /** 'updates' (default): as many steps as with all images. 'epochs': as many passes over what is left. */
  budget?(params: Values<S>): Budget;
  /** What its paper's theory says where students keep this share of the images; drawn when a run reports. */
  theory?(share: number): Theory;
  /** Why it cannot be used here, with the way out; undefined when it can. */
  refuses?(params: Values<S>, around: Surroundings): string | undefined;
}

/** One curve of a made-up problem that can be computed exactly. */
export interface Theory {
  readonly title: string;
  /** At even spacing, not below 0. */
  readonly values: readonly number[];
  /** What is drawn, for those who cannot see it. */
  readonly label: string;
  readonly note: string;
}

export type TeacherSees = 'full' | 'same';
export type Budget = 'updates' | 'epochs';

export function defineRegime<const S extends Schema>(regime: Regime<S>): Regime<S> {
  return regime;
}

/** Whether the teacher sees what the regime takes away. */
export const teacherSees = (value: TeacherSees) =>
  choice<TeacherSees>(
    'The teacher sees',
    value,
    { full: 'All training images', same: 'What the students see' },
    { source: 'ours', help: 'A saved teacher has seen what it was trained on.' },
  );

/** How long students train on fewer images. */
export const sameBudget = () =>
  choice<Budget>(
    'Students train for',
    'updates',
    { updates: 'As many steps as on all images', epochs: 'As many epochs: fewer steps' },
    {
      source: 'ours',
      advanced: true,
      help: 'Equal steps compare the images, equal epochs the images and the effort at once.',
    },
  );

/** Why a teacher cannot see what the students see, or more than they do. */
export function refuseBeside(sees: TeacherSees, { teacher, otherClasses }: Surroundings): string | undefined {
  if (otherClasses && sees === 'same')
    return 'The teacher learns other classes, so it cannot see what the students see. Let it see all training images.';
  if (teacher !== 'online' || sees === 'same') return undefined;
  return 'A teacher that trains beside the students sees their batches only. Train it first, or let it see what the students see.';
}

/** The rows of each class, ascending. */
export function rowsByClass({ labels, classes }: Pick<TrainingView, 'labels' | 'classes'>): number[][] {
  const rows: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, row) => {
    rows[label]!.push(row);
  });
  return rows;
}

/** floor(share · n + 1/2), the number of rows a share of n means everywhere here. */
export const countOf = (share: number, n: number): number => Math.floor(share * n + 0.5);

export const ascending = (rows: readonly number[]): Int32Array => Int32Array.from(rows).sort();
