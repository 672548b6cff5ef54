/** What the learned scales are worth: fewer numbers in their place, and two adapters alone at scales from 0 to 1. */
import type { Build, Ops, Tensor, Tensor2D, Variable } from '../../engine/types';
import type { Midway, Prediction } from '../kit';
import { used, type Values } from './answer';
import { combine, type Form, isShared, isUniform, transferParameters } from './maths';
import { type Parts, together } from './parts';

/** Scales of an adapter that are tried. */
export const TRIED = [0, 0.25, 0.5, 0.75, 1] as const;

/** Validation accuracies, shares. */
export interface Study {
  /** `[scale of the strongest source, scale of the target's own]`. */
  readonly grid: Variable;
  /** By form, finest first: log10 of the numbers, accuracy; `[forms, 2]`. */
  readonly trade: Variable;
}

const ORDER: readonly Form[] = ['scalearn', 'scalearn++', 'uniform', 'uniform++'];

/** The forms that scales of one form can be averaged to, itself first. */
export const coarser = (form: Form): readonly Form[] =>
  ORDER.filter(
    (other) =>
      other === form ||
      ((!isUniform(form) || isUniform(other)) &&
        (!isShared(form) || isShared(other)) &&
        ORDER.indexOf(other) > ORDER.indexOf(form)),
  );

export const studyOf = (build: Build, form: Form): Study => ({
  grid: build.state('study/grid', [TRIED.length, TRIED.length], 0),
  trade: build.state('study/trade', [coarser(form).length, 2], 0),
});

const meanOf = (ops: Ops, tensors: readonly Tensor[]): Tensor =>
  ops.div(ops.addN([...tensors]), tensors.length);

/** Scales of each task at each tap, as a form of fewer numbers would have them at best: means. */
export function averaged(ops: Ops, parts: Parts, params: Values, form: Form): (tap: string) => Tensor[] {
  const exact = new Map(parts.taps.map((tap) => [tap, used(ops, parts, params, tap)]));
  const scaleOf = (tap: string, task: number): Tensor => {
    const scale = exact.get(tap)![task] as Tensor;
    return isUniform(form) ? ops.reshape(ops.mean(scale), [1]) : scale;
  };
  // Vectors are shared among layers of one width, single numbers among all.
  const peers = (tap: string) =>
    parts.taps.filter((other) => isUniform(form) || parts.widths[other] === parts.widths[tap]);
  return (tap) =>
    parts.tasks.map((_, task) =>
      isShared(form)
        ? meanOf(
            ops,
            peers(tap).map((other) => scaleOf(other, task)),
          )
        : scaleOf(tap, task),
    );
}

type Given = Prediction<Values, Parts>;
type StudyPass = Midway<Parts, Values>;

/** Accuracy on the validation images with these scales. */
async function accuracy(
  pass: StudyPass,
  scales: (given: Given) => (tap: string) => Tensor[],
): Promise<number> {
  const { held } = pass;
  const logits = await held.answers((given) => {
    const { ops, extras, images, forward } = given;
    const of = scales(given);
    const hooks = together(ops, extras, (tap, _, ups) => combine(ops, ups, of(tap)));
    return extras.head(forward(images, { hooks }).embedding) as Tensor2D;
  });
  const { classes, labels } = held;
  const right = labels.reduce((sum, label, row) => {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    return sum + Number(own.every((z) => z <= (own[label] as number)));
  }, 0);
  return right / Math.max(1, labels.length);
}

/** Number of the source task with the largest mean scale. */
async function strongest(pass: StudyPass, params: Values): Promise<number> {
  const { ops, extras } = pass;
  const means = await pass.compute(() =>
    ops.concat(averaged(ops, extras, params, 'uniform++')(extras.taps[0]!), 0),
  );
  const sources = means.subarray(0, -1);
  return sources.reduce((best, mean, task) => (mean > (sources[best] as number) ? task : best), 0);
}

/** After the last step, with the sliders as they are then. */
export async function study(pass: StudyPass, params: Values): Promise<void> {
  const { extras, held } = pass;
  if (!extras.study) return;
  const widths = extras.taps.map((tap) => extras.widths[tap] as number);
  const trade: number[] = [];
  for (const form of coarser(params.form)) {
    const numbers = transferParameters(form, widths, extras.tasks.length);
    trade.push(Math.log10(numbers), await accuracy(pass, ({ ops }) => averaged(ops, extras, params, form)));
  }
  held.write(extras.study.trade, Float32Array.from(trade));
  const own = extras.tasks.length - 1;
  const source = own > 0 ? await strongest(pass, params) : 0;
  const grid: number[] = [];
  for (const ofSource of TRIED)
    for (const ofOwn of TRIED) {
      const scale = (task: number) => (task === own ? ofOwn : task === source ? ofSource : 0);
      const at =
        ({ ops }: Given) =>
        () =>
          extras.tasks.map((_, task) => ops.fill([1], scale(task)));
      grid.push(await accuracy(pass, at));
    }
  held.write(extras.study.grid, Float32Array.from(grid));
}
