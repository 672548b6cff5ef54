/** Inputs at the edge of what a method may meet. */
import { expect, it } from 'vitest';
import type { NetOutput, Tensor2D } from '../../src/engine/types';
import { net, ops } from '../../src/golden/kit';
import type { AnyMethod } from '../../src/methods/index';
import { gradientsOf, labelsOf, matrix, type Parts, termsOf } from './support';

interface Edge {
  readonly name: string;
  readonly rows: number;
  readonly classes: number;
  readonly student: Tensor2D;
  readonly teacher: Tensor2D;
}

const oneHot = (rows: number, classes: number, scale: number): Tensor2D =>
  ops.mul(ops.oneHot(labelsOf(rows, classes), classes), scale);

const edge = (name: string, rows: number, classes: number, student?: Tensor2D, teacher?: Tensor2D): Edge => ({
  name,
  rows,
  classes,
  student: student ?? matrix(rows, classes, 1),
  teacher: teacher ?? matrix(rows, classes, 2, 3),
});

const flipped = (rows: number, classes: number): Tensor2D =>
  ops.sub(oneHot(rows, classes, 2e4), 1e4) as Tensor2D;

const edges = (): Edge[] => [
  edge('student and teacher logits of +-1e4', 4, 5, ops.neg(flipped(4, 5)) as Tensor2D, flipped(4, 5)),
  edge('a teacher that is certain', 4, 5, undefined, oneHot(4, 5, 1e3)),
  edge('equal logits everywhere', 4, 5, ops.zeros([4, 5]), ops.zeros([4, 5])),
  edge('a batch of one', 1, 5),
  edge('two classes', 4, 2),
  edge('two classes, batch of one', 1, 2),
  edge('a hundred classes', 4, 100),
];

/**
 * Every term and every gradient stays finite. `fill` completes a step from the networks' answers, for methods
 * that need extras, a memory or taps.
 */
export function staysFinite(
  method: AnyMethod,
  fill: (nets: {
    student: NetOutput;
    teacher: NetOutput;
    rows: number;
    classes: number;
  }) => Partial<Parts> = () => ({}),
): void {
  it.each(edges())('stays finite: $name', async ({ rows, classes, student, teacher }) => {
    const nets = {
      student: net({ logits: student, embedding: matrix(rows, 6, 3) }),
      teacher: net({ logits: teacher, embedding: matrix(rows, 6, 4) }),
    };
    const parts: Parts = { labels: labelsOf(rows, classes), ...nets, ...fill({ ...nets, rows, classes }) };
    const terms = await termsOf(method, parts);
    for (const [key, value] of Object.entries(terms)) expect(value, key).toSatisfy(Number.isFinite);
    for (const [key, values] of Object.entries(await gradientsOf(method, parts)))
      expect(values.every(Number.isFinite), key).toBe(true);
  });
}
