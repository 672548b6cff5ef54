/** Chart lines from the curves of a run. */
import { useMemo } from 'react';
import type { Config } from '../../core/config';
import { curves, FIRST_TERM, METRIC_IDS, TOTAL } from '../../state/curves';
import { useView, type XKind } from '../../state/view';
import type { Learner } from '../../worker/protocol';
import { X_WORDS, xMapOf, xText } from '../charts/axes';
import type { ChartLine, Member } from '../charts/line';
import { lineValues, placeOf, spine, valueNear } from '../charts/line';
import { type Names, useShownConfig } from '../hooks';

export const TOTAL_KEY = '';

type Shown = readonly { readonly key: string; readonly learners: readonly Learner[] }[];

/** Steps in which the learner sees every training image once. */
export function stepsPerEpoch({ key, steps }: Pick<Learner, 'key' | 'steps'>, { teacher, training }: Config) {
  const alone = key === 'teacher' && teacher.mode === 'trained';
  return steps / Math.max(1, alone ? teacher.epochs : training.epochs);
}

interface X {
  readonly kind: XKind;
  readonly config: Config;
}

function useX(): X {
  const kind = useView((view) => view.axes.x);
  const config = useShownConfig();
  // Only these decide where steps lie; moving a slider must not draw the charts anew.
  const told = JSON.stringify([config.training, config.teacher.epochs, config.teacher.mode]);
  return useMemo(() => ({ kind, config }), [kind, told]);
}

function build(
  shown: Shown,
  names: Names,
  { kind, config }: X,
  member: (learner: Learner) => Member | undefined,
): readonly ChartLine[] {
  return shown.flatMap(({ key, learners }) => {
    const members = learners.map(member).filter((m) => m !== undefined);
    const [first] = learners;
    if (members.length === 0 || !first) return [];
    const facts = {
      stepsPerEpoch: stepsPerEpoch(first, config),
      batchSize: config.training.batchSize,
      times: curves.times.get(first.id),
    };
    const drawn = { label: names.label(key), look: names.look(key), color: names.color(key) };
    return [{ key, ...drawn, members, planned: first.steps, x: xMapOf(kind, facts) }];
  });
}

/** Training loss, in total or one of its terms. */
export function useTrainingLines(shown: Shown, names: Names, term: string): readonly ChartLine[] {
  const x = useX();
  return useMemo(
    () =>
      build(shown, names, x, (learner) => {
        const series = curves.training.get(learner.id);
        const index = learner.terms.findIndex((t) => t.key === term);
        if (!series || (term !== TOTAL_KEY && index < 0)) return undefined;
        return { series, column: term === TOTAL_KEY ? TOTAL : FIRST_TERM + index };
      }),
    [shown, names, x, term],
  );
}

/** A column of the training series that every learner has. */
export function useColumnLines(shown: Shown, names: Names, column: number | undefined): readonly ChartLine[] {
  const x = useX();
  return useMemo(
    () =>
      build(shown, names, x, (learner) => {
        const series = curves.training.get(learner.id);
        return series && column !== undefined ? { series, column } : undefined;
      }),
    [shown, names, x, column],
  );
}

/** A validation metric over steps. */
export function useMetricLines(shown: Shown, names: Names, metric: string): readonly ChartLine[] {
  const x = useX();
  return useMemo(
    () =>
      build(shown, names, x, (learner) => {
        const series = curves.evaluated.get(learner.id);
        const column = METRIC_IDS.indexOf(metric);
        return series && column >= 0 ? { series, column } : undefined;
      }),
    [shown, names, x, metric],
  );
}

/** The same numbers as a table: up to twenty steps, one column per learner. */
export function tableOf(
  lines: readonly ChartLine[],
  format: (value: number) => string,
): readonly (readonly string[])[] {
  const { x: kind } = useView.getState().axes;
  const long = (line: ChartLine | undefined) => (line && spine(line)?.length) ?? 0;
  const longest = lines.reduce<ChartLine | undefined>(
    (best, line) => (long(line) > long(best) ? line : best),
    undefined,
  );
  const base = longest && spine(longest);
  const rows = Math.min(20, long(longest));
  const values = lines.map((line) => lineValues(line, 0));
  const body = Array.from({ length: rows }, (_, i) => {
    const step = base!.step(rows === 1 ? 0 : Math.round((i * (base!.length - 1)) / (rows - 1)));
    const x = placeOf(longest!, step);
    return [
      kind === 'step' ? String(step) : xText(kind, x),
      ...lines.map((line, n) => {
        const last = placeOf(line, spine(line)?.lastStep ?? 0);
        const point = x > last ? undefined : valueNear(line, x, values[n]!);
        return point ? format(point.value) : '–';
      }),
    ];
  });
  const head = X_WORDS[kind];
  return [[head.charAt(0).toUpperCase() + head.slice(1), ...lines.map((line) => line.label)], ...body];
}

/** What the x axis counts, for the head of a chart. */
export const useXWord = (): string => X_WORDS[useView((view) => view.axes.x)];
