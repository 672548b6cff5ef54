import method from '../methods/lelp';
import { principal } from '../methods/lelp/axes';
import { headBasis, projection, splitClass, without } from '../methods/lelp/fit';
import { classLogits, lelpTargets, project } from '../methods/lelp/targets';
import { defineGolden, type Given, makeStep, net, ops, table, total } from './kit';

const rowsOf = (given: Given, input: string): number[][] => given.inputs[input] as number[][];

const vectors = (rows: readonly number[][]) => rows.map((row) => Float64Array.from(row));

/** Logits of the case's linear head in float64. */
function logitsOf(given: Given, embeddings: readonly number[][]): number[][] {
  const [W, b] = [rowsOf(given, 'W'), given.inputs['b'] as number[]];
  return embeddings.map((h) => b.map((bias, k) => h.reduce((sum, x, d) => sum + x * (W[d]?.[k] ?? 0), bias)));
}

/** The fitting pass with the rotations of the case; the head is found from its logits, as the app does. */
function fit(given: Given) {
  const embeddings = rowsOf(given, 'H');
  const labels = given.inputs['y'] as number[];
  const width = embeddings[0]?.length ?? 0;
  const basis = given.params['null_space']
    ? headBasis(vectors(embeddings), vectors(logitsOf(given, embeddings)))
    : [];
  const seen = vectors(embeddings).map((row) => without(row, basis));
  // Any start leads to the same axes: all of the small space is searched.
  const random = (() => {
    let at = 0;
    return () => (Math.sin(++at) + 1) / 2;
  })();
  const splits = (given.inputs['Q'] as number[][][]).map((turn, label) =>
    splitClass(
      seen.filter((_, i) => labels[i] === label),
      width,
      turn.map((row) => Float64Array.from(row)),
      (centred) => principal(centred, given.number('S'), random),
    ),
  );
  const unit = (d: number) => Float64Array.from({ length: width }, (_, i) => Number(i === d));
  const projector = Array.from({ length: width }, (_, d) => [...without(unit(d), basis)]);
  return { splits, width, projector };
}

export default defineGolden({
  id: 'lelp',
  compute(given) {
    const { splits, width, projector } = fit(given);
    const [classes, parts] = [given.number('K'), given.number('S')];
    const shape: [number, number] = [width + 1, classes * parts];
    const memory = table(ops.tensor2d(projection(splits, width), shape));
    const embedding = given.matrix('h_batch');
    const logits = ops.tensor2d(logitsOf(given, rowsOf(given, 'h_batch')));
    const z = given.matrix('z_s');
    const [temperature, beta] = [given.number('T'), given.number('beta')];
    const projected = project(ops, memory, embedding);
    const step = makeStep(method, {
      params: { temperature, beta, alpha: 0 },
      extras: { head: (x) => x },
      memory: {
        splits: memory,
        finer: table(ops.zeros([embedding.shape[0], 1])),
        match: table(ops.zeros([classes, 1])),
      },
      student: net({ embedding: z, logits: ops.zerosLike(logits) }),
      teacher: net({ embedding, logits }),
    });
    return {
      P: ops.tensor2d(projector),
      mean: ops.tensor2d(splits.map(({ mean }) => [...mean])),
      U: ops.concat(splits.map((s) => ops.transpose(ops.tensor2d(s.directions.map((d) => [...d]))))),
      sigma: ops.tensor1d(splits.map(({ scale }) => scale)),
      eigenvalues: ops.tensor2d(splits.map(({ eigenvalues }) => [...eigenvalues])),
      proj_normalised: projected,
      target: lelpTargets(ops, projected, logits, temperature, beta),
      loss: total(method.losses(step)),
      class_probs_T1: ops.softmax(classLogits(ops, z, classes)),
    };
  },
});
