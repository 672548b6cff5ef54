/** How many numbers a lane needs to answer, where its method answers in its own way. */
import type { NetworkBuild } from '../engine/layers';
import { ops } from '../engine/ops/index';
import { readBy } from '../engine/reach';
import type { Tensor4D, Variable } from '../engine/types';
import type { Lane } from './lane';

/** Weights, and states that a method keeps: all but running statistics, which no count of parameters holds. */
const counted = ({ weights, states, statistics }: NetworkBuild): Variable[] => [
  ...weights.values(),
  ...[...states].flatMap(([name, state]) => (statistics.has(name) ? [] : [state])),
];

/**
 * Numbers that one answer of the trained lane reads: of any student, and of what the method adds. A network's layers
 * that are not read do not count, nor does what the first student has removed.
 */
export function answeringParameters(lane: Lane): number {
  const { students } = lane.options;
  const variables = [...students.map(({ build }) => build), lane.extrasBuild].flatMap(counted);
  const shape = [1, ...students[0]!.input.image] as Tensor4D['shape'];
  const read = readBy(() => lane.predictTrained(ops.zeros(shape) as Tensor4D), variables);
  return [...read].reduce((sum, { size }) => sum + size, 0) - students[0]!.removed;
}
