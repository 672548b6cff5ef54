/** Answers of networks that are computed late, or kept for others. */
import type { NetOutput, Tensor } from '../engine/types';
import { keep } from '../engine/weights';

/** A getter that computes once. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Every tensor of an answer. */
export const tensorsOf = ({ logits, embedding, taps, normed }: NetOutput): Tensor[] => [
  logits,
  embedding,
  ...Object.values(taps),
  ...(normed ? [normed] : []),
];

/** Copies by reference that outlive the pass they were made in. */
export function keepOutput({ logits, embedding, taps, normed, lastStage }: NetOutput): NetOutput {
  const held = <T extends Tensor>(tensor: T): T => keep(tensor.clone()) as T;
  return {
    logits: held(logits),
    embedding: held(embedding),
    taps: Object.fromEntries(Object.entries(taps).map(([name, tap]) => [name, held(tap)])),
    normed: normed && held(normed),
    lastStage,
  };
}

/** An output that is computed when one of its fields is first read. */
export function lazyOutput(answer: () => NetOutput): NetOutput {
  return {
    get logits() {
      return answer().logits;
    },
    get embedding() {
      return answer().embedding;
    },
    get taps() {
      return answer().taps;
    },
    get normed() {
      return answer().normed;
    },
    get lastStage() {
      return answer().lastStage;
    },
  };
}
