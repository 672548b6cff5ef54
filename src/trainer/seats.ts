/** Kept networks among the networks of a lane: checked against their seat, built as they were, never trained. */
import type { Choice, Members } from '../core/config';
import { chosenPlaces, misfit } from '../core/kept-fit';
import type { AnyValues } from '../core/params';
import { type AnyMethod, seatsOf } from '../methods/index';
import type { ClassFacts, Seat } from '../methods/kit';
import type { ModelInput } from '../models/kit';
import type { NetworkCard } from '../worker/protocol';
import type { Fixed } from './contract';
import { Network, type Weights } from './network';

/** A kept network; without `weights` only its form is known. */
export interface KeptForm {
  readonly card: NetworkCard;
  readonly weights?: Weights;
}

/** Kept networks by their key. */
export type Kept = ReadonlyMap<string, KeptForm>;

/** What a seat is held against. */
export interface Around {
  readonly input: ModelInput;
  readonly classNames: readonly string[];
  /** The student's model. */
  readonly model: Choice;
}

/**
 * The network of a seat. One that knows the classes in another order, or further ones, answers those of the seat only.
 * Throws a sentence, with the way out, where it cannot.
 */
export function seated({ card, weights }: KeptForm, seat: Seat, around: Around, scope: string): Network {
  const run = { image: around.input.image, classNames: around.classNames, model: around.model };
  const refusal = misfit(card, seat, run);
  if (refusal) throw new Error(refusal);
  const network = new Network(card.model, { ...around.input, classes: card.classNames.length }, 1, scope);
  if (weights) network.load(weights);
  const places = chosenPlaces(card, seat, run);
  if (places) network.places = places;
  return network;
}

/** The kept networks of a lane: by the number of the student or of the own teacher whose place they take, and guests. */
export interface Seated {
  readonly students: ReadonlyMap<number, Network>;
  readonly teachers: ReadonlyMap<number, Network>;
  readonly fixed: Fixed;
  readonly guests: readonly Network[];
}

interface Asked {
  readonly method: AnyMethod;
  readonly params: AnyValues;
  readonly facts: ClassFacts;
  /** Keys by seat; seats that the method does not have now are passed over. */
  readonly members: Members | undefined;
  readonly kept: Kept;
}

/** Throws a sentence where a network is not there or cannot have its seat. Undefined without any. */
export function seatedIn(
  { method, params, facts, members, kept }: Asked,
  around: Around,
): Seated | undefined {
  const seats = Object.entries(members ? seatsOf(method, params, facts) : {});
  const students = new Map<number, Network>();
  const teachers = new Map<number, Network>();
  const guests: Network[] = [];
  for (const [id, seat] of seats) {
    const key = members?.[id];
    if (key === undefined) continue;
    const found = kept.get(key);
    if (!found)
      throw new Error(
        `The kept network for “${seat.name}” is not in this browser. Choose another one, or have it trained in the run.`,
      );
    const network = seated(found, seat, around, `kept ${id}`);
    if (seat.guest) guests.push(network);
    else if (seat.student !== undefined) students.set(seat.student, network);
    else teachers.set(seat.teacher ?? 0, network);
  }
  const fixed = { students: new Set(students.keys()), teachers: new Set(teachers.keys()) };
  return students.size + teachers.size + guests.length > 0
    ? { students, teachers, fixed, guests }
    : undefined;
}
