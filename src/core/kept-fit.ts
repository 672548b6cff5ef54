/** Whether a kept network can take a place among the networks of a method, and which of its outputs then count. Pure. */
import type { Choice } from './config-shape';

/** What of a kept network matters. */
export interface KeptFacts {
  readonly name: string;
  /** `[height, width, channels]` it was built for. */
  readonly image: readonly number[];
  readonly classNames: readonly string[];
  readonly model: Choice;
}

/** What of a seat matters. */
export interface SeatFacts {
  readonly name: string;
  /** The classes it answers, in order; absent: those of the run. */
  readonly classNames?: readonly string[];
  /** How many answers it must give, whatever they mean; then no classes are asked for. */
  readonly outputs?: number;
  /** Weights are mixed with the student's. */
  readonly alike?: true;
}

/** The run it would take part in. */
export interface RunFacts {
  readonly image: readonly number[];
  readonly classNames: readonly string[];
  /** The student's model. */
  readonly model: Choice;
}

const listed = (names: readonly string[], most = 4): string =>
  names.length > most
    ? `${names.slice(0, most).join(', ')} and ${names.length - most} more`
    : names.join(', ');

const sameModel = (a: Choice, b: Choice): boolean =>
  a.id === b.id && Object.entries(a.params).every(([key, value]) => b.params[key] === value);

const sizeOf = (image: readonly number[]): string => image.join('×');

/** The outputs that are the classes of the seat, in their order; -1 for one it does not know. */
export const placesOf = (kept: KeptFacts, seat: SeatFacts, run: RunFacts): number[] =>
  (seat.classNames ?? run.classNames).map((name) => kept.classNames.indexOf(name));

const isInOrder = (places: readonly number[], outputs: number): boolean =>
  places.length === outputs && places.every((place, i) => place === i);

/** The outputs that count where these are not all in their order; undefined where they are. */
export function chosenPlaces(kept: KeptFacts, seat: SeatFacts, run: RunFacts): number[] | undefined {
  if (seat.outputs !== undefined) return undefined;
  const places = placesOf(kept, seat, run);
  return isInOrder(places, kept.classNames.length) ? undefined : places;
}

function reason(kept: KeptFacts, seat: SeatFacts, run: RunFacts): string | undefined {
  if (sizeOf(kept.image) !== sizeOf(run.image))
    return `it takes images of ${sizeOf(kept.image)}, and those of this run are ${sizeOf(run.image)}. Change the image size or the data, or choose another network.`;
  if (seat.alike && !sameModel(kept.model, run.model))
    return 'weights are mixed with the student’s, and it is of another model. Give the student the same model and sizes, or choose another network.';
  if (seat.outputs !== undefined)
    return kept.classNames.length === seat.outputs
      ? undefined
      : `it tells ${kept.classNames.length} classes apart, and a network here ${seat.outputs}. Choose another network, or change that number.`;
  const wanted = seat.classNames ?? run.classNames;
  const missing = wanted.filter((name) => !kept.classNames.includes(name));
  if (missing.length > 0)
    return `it does not know ${listed(missing)}. Choose a network that was trained on ${listed(wanted)}, or have one trained in the run.`;
  return seat.alike && chosenPlaces(kept, seat, run)
    ? 'weights are mixed with the student’s, and its classes are more, or in another order.'
    : undefined;
}

/** Why a kept network cannot have a seat, with the way out; undefined when it can. */
export function misfit(kept: KeptFacts, seat: SeatFacts, run: RunFacts): string | undefined {
  const why = reason(kept, seat, run);
  return why && `“${kept.name}” cannot be “${seat.name}”: ${why}`;
}
