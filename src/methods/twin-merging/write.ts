/** The parts of every expert, written to the states of the extras. */
import type { NamedValues } from '../kit';
import { factorsOf } from './exclusive';
import type { TwinPass } from './fuse';
import { type Named, taskVector } from './merge';
import { type Exclusive, POINTS, type Values } from './parts';
import type { Memory } from './tasks';

/** One layer of every expert, written to the states; returns its singular values, mean over experts. */
function writeLayer(pass: TwinPass, own: Exclusive, name: string, apart: readonly Named[], params: Values) {
  const { kernel, bias, inputs, outputs } = own.linear;
  const rows = { inputs: new Float32Array(own.inputs.size), outputs: new Float32Array(own.outputs.size) };
  const biases = new Float32Array(apart.length * outputs);
  const values = new Float64Array(own.rank);
  for (const [task, exclusive] of apart.entries()) {
    const uniform = () => pass.uniform(`${name} of ${task}`, inputs * outputs);
    const factors = factorsOf(exclusive[kernel]!, [inputs, outputs], { ...params, uniform });
    rows.inputs.set(factors.inputs, task * own.rank * inputs);
    rows.outputs.set(factors.outputs, task * own.rank * outputs);
    if (bias !== undefined) biases.set(Float32Array.from(exclusive[bias]!), task * outputs);
    for (const [k, value] of factors.values.entries()) values[k]! += value / apart.length;
  }
  pass.held.write(own.inputs, rows.inputs);
  pass.held.write(own.outputs, rows.outputs);
  if (own.bias) pass.held.write(own.bias, biases);
  return values;
}

/** A curve of POINTS values over the largest. */
const curve = (values: Float64Array): number[] =>
  Array.from({ length: POINTS }, (_, i) => {
    const at = Math.round((i * (values.length - 1)) / (POINTS - 1));
    return values[0]! > 0 ? values[at]! / values[0]! : 0;
  });

/** What each expert has beyond the shared network. */
export function writeExclusive(
  pass: TwinPass,
  shared: Named,
  experts: readonly Named[],
  params: Values,
): void {
  const { extras, held } = pass;
  const apart = experts.map((expert) => taskVector(shared, expert));
  const curves = Object.entries(extras.exclusive).map(([name, own]) =>
    curve(writeLayer(pass, own, name, apart, params)),
  );
  if (curves.length > 0) held.write(extras.spectra, Float32Array.from(curves.flat()));
}

/** Far below every logit. */
const FOREIGN = -1e4;

/** The experts' own heads side by side; of classes of other tasks they say nothing. */
export function writeHeads(
  { held, extras, classes }: TwinPass,
  experts: readonly NamedValues[],
  { taskOf }: Memory,
): void {
  const { heads, linear } = extras;
  const { kernel, bias, inputs } = linear['head']!;
  const weight = new Float32Array(heads.weight.size);
  const shift = new Float32Array(heads.bias.size);
  const foreign = (task: number, label: number) => (taskOf[label] ?? task) !== task;
  for (const [task, expert] of experts.entries())
    for (let label = 0; label < classes; label++) {
      const column = task * classes + label;
      shift[column] = foreign(task, label) ? FOREIGN : (bias && expert[bias]?.[label]) || 0;
      for (let i = 0; i < inputs && !foreign(task, label); i++)
        weight[i * experts.length * classes + column] = expert[kernel]![i * classes + label]!;
    }
  held.write(heads.weight, weight);
  held.write(heads.bias, shift);
}
