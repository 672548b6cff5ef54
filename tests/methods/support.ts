/** What the tests of all methods share: golden files, made-up outputs, losses and gradients as numbers. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AnyValues } from '../../src/core/params';
import { Rng } from '../../src/core/rng';
import { gradients, read, tidy } from '../../src/engine/autodiff';
import type { NetOutput, Scalar, Tensor, Tensor1D, Tensor2D } from '../../src/engine/types';
import { makeStep, ops, total } from '../../src/golden/kit';
import { runGolden } from '../../src/golden/run';
import type { AnyMethod } from '../../src/methods/index';
import { forwardOf } from './made-up';

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
    expect(Object.keys(terms).sort()).toEqual([...keys].sort());
    return ops.stack(keys.map((key) => terms[key] as Scalar));
  });
  return Object.fromEntries(keys.map((key, i) => [key, values[i] as number]));
}

/** Gradients of the loss by logits, embedding and taps of every student, then of own teachers; zero where it does not depend on them. */
export async function gradientsOf(method: AnyMethod, parts: Parts): Promise<Record<string, number[]>> {
  const students = parts.students ?? (parts.student ? [parts.student] : []);
  const networks = [...students, ...(parts.teachers ?? [])];
  const places = networks.flatMap((student, i) => {
    const all: Record<string, Tensor> = {
      logits: student.logits,
      embedding: student.embedding,
      ...student.taps,
    };
    return Object.entries(all).map(([place, x]) => ({ key: `${i}/${place}`, i, place, x }));
  });
  const loss = (...held: Tensor[]): Scalar => {
    const at = (i: number, place: string) => held[places.findIndex((p) => p.i === i && p.place === place)]!;
    const all = networks.map(
      (student, i): NetOutput => ({
        logits: at(i, 'logits') as Tensor2D,
        embedding: at(i, 'embedding') as Tensor2D,
        taps: Object.fromEntries(Object.keys(student.taps).map((key) => [key, at(i, key)])),
      }),
    );
    const [mine, teachers] = [all.slice(0, students.length), all.slice(students.length)];
    const forward = teachers.length > 0 ? { forward: forwardOf(mine, teachers) } : {};
    const given = { student: mine[0] as NetOutput, students: mine, teachers, ...forward };
    const terms = method.losses(makeStep(method, { ...parts, ...given }));
    const nothing = ops.addN(held.map((x) => ops.mul(0, ops.sum(x))));
    return ops.add(total(terms), nothing);
  };
  const slopes = tidy(() =>
    gradients(
      loss,
      places.map(({ x }) => x),
    ),
  );
  const out: Record<string, number[]> = {};
  for (const [i, { key }] of places.entries()) out[key] = [...(await read(slopes[i] as Tensor))];
  for (const slope of slopes) slope.dispose();
  return out;
}
