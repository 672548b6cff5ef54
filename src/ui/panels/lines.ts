/** Chart lines from the curves of a run. */
import { useMemo } from 'react';
import { curves, FIRST_TERM, METRIC_IDS, TOTAL } from '../../state/curves';
import type { Learner } from '../../worker/protocol';
import type { ChartLine, Member } from '../charts/line';
import { lineValues, spine, valueNear } from '../charts/line';
import type { Names } from '../hooks';

export const TOTAL_KEY = '';

type Shown = readonly { readonly key: string; readonly learners: readonly Learner[] }[];

function build(
  shown: Shown,
  names: Names,
  member: (learner: Learner) => Member | undefined,
): readonly ChartLine[] {
  return shown.flatMap(({ key, learners }) => {
    const members = learners.map(member).filter((m) => m !== undefined);
    if (members.length === 0) return [];
    return [{ key, label: names.label(key), look: names.look(key), color: names.color(key), members }];
  });
}

/** Training loss, in total or one of its terms. */
export function useTrainingLines(shown: Shown, names: Names, term: string): readonly ChartLine[] {
  return useMemo(
    () =>
      build(shown, names, (learner) => {
        const series = curves.training.get(learner.id);
        const index = learner.terms.findIndex((t) => t.key === term);
        if (!series || (term !== TOTAL_KEY && index < 0)) return undefined;
        return { series, column: term === TOTAL_KEY ? TOTAL : FIRST_TERM + index };
      }),
    [shown, names, term],
  );
}

/** A column of the training series that every learner has. */
export function useColumnLines(shown: Shown, names: Names, column: number | undefined): readonly ChartLine[] {
  return useMemo(
    () =>
      build(shown, names, (learner) => {
        const series = curves.training.get(learner.id);
        return series && column !== undefined ? { series, column } : undefined;
      }),
    [shown, names, column],
  );
}

/** A validation metric over steps. */
export function useMetricLines(shown: Shown, names: Names, metric: string): readonly ChartLine[] {
  return useMemo(
    () =>
      build(shown, names, (learner) => {
        const series = curves.evaluated.get(learner.id);
        const column = METRIC_IDS.indexOf(metric);
        return series && column >= 0 ? { series, column } : undefined;
      }),
    [shown, names, metric],
  );
}

/** The same numbers as a table: up to twenty steps, one column per learner. */
export function tableOf(
  lines: readonly ChartLine[],
  format: (value: number) => string,
): readonly (readonly string[])[] {
  const longest = lines
    .map(spine)
    .reduce((best, s) => (s && (!best || s.length > best.length) ? s : best), undefined);
  const rows = Math.min(20, longest?.length ?? 0);
  const values = lines.map((line) => lineValues(line, 0));
  const body = Array.from({ length: rows }, (_, i) => {
    const step = longest!.step(rows === 1 ? 0 : Math.round((i * (longest!.length - 1)) / (rows - 1)));
    return [
      String(step),
      ...lines.map((line, n) => {
        const last = spine(line)?.lastStep ?? 0;
        const point = step > last ? undefined : valueNear(line, step, values[n]!);
        return point ? format(point.value) : '–';
      }),
    ];
  });
  return [['Step', ...lines.map((line) => line.label)], ...body];
}
