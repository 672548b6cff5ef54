/** What the tests of all methods share: golden files, made-up outputs, losses and gradients as numbers. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AnyValues } from '../../src/core/params';
import { Rng } from '../../src/core/rng';
import { gradient, read, tidy } from '../../src/engine/autodiff';
import type { NetOutput, Scalar, Tensor, Tensor1D, Tensor2D } from '../../src/engine/types';
import { makeStep, ops, total } from '../../src/golden/kit';
import { runGolden } from '../../src/golden/run';
import type { AnyMethod } from '../../src/methods/index';

const folder = new URL('../golden/', import.meta.url);

/** The content of the golden file of a method, whatever its number. */
export function goldenFile(id: string): unknown {
  const name = readdirSync(folder).find((file) => file.replace(/^\d+-/, '') === `${id}.json`);
  if (!name) throw new Error(`No golden file of '${id}' in tests/golden.`);
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
}

/** Golden cases of `id` on the CPU; those in `unshipped` must be reported as missing. */
export function golden(id: string, unshipped: readonly string[] = []): void {
  describe('golden', async () => {
    for (const result of await runGolden(goldenFile(id)))
      it(result.name, () => {
        const { passed, missing } = result;
        if (unshipped.includes(result.name)) expect(missing).toMatch(/not shipped/);
        else expect({ ...result, passed, missing }).toMatchObject({ passed: true, missing: undefined });
      });
  });
}

/** Normal numbers in a shape, by seed. */
export function normal(shape: readonly number[], seed = 1, scale = 1): Tensor {
  const rng = new Rng(seed, 'test');
  const n = shape.reduce((a, b) => a * b, 1);
  return ops.reshape(ops.tensor1d(Float32Array.from({ length: n }, () => scale * rng.normal())), [...shape]);
}

export const matrix = (rows: number, columns: number, seed = 1, scale = 1) =>
  normal([rows, columns], seed, scale) as Tensor2D;

export const labelsOf = (rows: number, classes: number): Tensor1D =>
  ops.tensor1d(
    Int32Array.from({ length: rows }, (_, i) => (i * 7) % classes),
    'int32',
  );

export const numbersOf = async (make: () => Tensor): Promise<number[]> => [...(await read(tidy(make)))];

export const numberOf = async (make: () => Tensor): Promise<number> => (await numbersOf(make))[0] as number;

export type Parts = Omit<Parameters<typeof makeStep>[1], 'params'> & { params?: AnyValues };

/** The terms of one step of a method, as numbers. */
export async function termsOf(method: AnyMethod, parts: Parts): Promise<Record<string, number>> {
  const keys = Object.keys(method.terms);
  const values = await numbersOf(() => {
    const terms = method.losses(makeStep(method, parts));
    return ops.stack(keys.map((key) => terms[key] as Scalar));
  });
  return Object.fromEntries(keys.map((key, i) => [key, values[i] as number]));
}

/** Gradients of the loss by logits, embedding and taps of every student; zero where it does not depend on them. */
export async function gradientsOf(method: AnyMethod, parts: Parts): Promise<Record<string, number[]>> {
  const students = parts.students ?? (parts.student ? [parts.student] : []);
  const out: Record<string, number[]> = {};
  for (const [i, student] of students.entries()) {
    const places: Record<string, Tensor> = {
      logits: student.logits,
      embedding: student.embedding,
      ...student.taps,
    };
    for (const [place, x] of Object.entries(places)) {
      const loss = (held: Tensor): Scalar => {
        const changed = {
          ...student,
          ...(place in student.taps ? { taps: { ...student.taps, [place]: held } } : { [place]: held }),
        };
        const all = students.map((each, j) => (i === j ? (changed as NetOutput) : each));
        const terms = method.losses(
          makeStep(method, { ...parts, student: all[0] as NetOutput, students: all }),
        );
        return ops.add(total(terms), ops.mul(0, ops.sum(held)));
      };
      out[`${i}/${place}`] = await numbersOf(() => gradient(loss, x));
    }
  }
  return out;
}
