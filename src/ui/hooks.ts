/** What several panels derive from the stores. */
import { useMemo } from 'react';
import type { Config } from '../core/config';
import { drawsOf, splitsClasses } from '../data/regimes/index';
import { methods, type Surroundings } from '../methods/index';
import { useDataset } from '../state/dataset';
import { useLibrary } from '../state/library';
import { assignLooks, colorOf, type Look, type Scheme, TEACHER_LOOK } from '../state/looks';
import { type CardOf, studentLabels } from '../state/naming';
import { useHasPool } from '../state/regimes';
import { type ResultRow, resultRows, teacherLabel } from '../state/results';
import { shownEvaluations, useRun } from '../state/run';
import { useSetup } from '../state/setup';
import { useView } from '../state/view';
import type { Learner } from '../worker/protocol';
import { useScheme } from './kit';

export const cardOf: CardOf = (id) => (methods.has(id) ? methods.get(id) : { name: id, params: {} });

/** The set-up behind the numbers on screen: the running one, or the edited one while nothing runs. */
export function useShownConfig(): Config {
  const running = useRun((run) => run.running);
  const edited = useSetup((setup) => setup.config);
  return running ?? edited;
}

export interface Names {
  readonly label: (key: string) => string;
  readonly look: (key: string) => Look;
  readonly color: (key: string) => string;
  readonly hidden: (key: string) => boolean;
  readonly scheme: Scheme;
}

type Outline = readonly {
  readonly key: string;
  readonly method: { readonly id: string };
  readonly hidden: boolean;
}[];

/** What names and looks depend on, as text: moving a slider leaves it the same, so charts are not drawn anew. */
const outline = (config: Config): string =>
  JSON.stringify(
    config.students.map(({ key, method, hidden }) => ({ key, method: { id: method.id }, hidden })),
  );

/** Labels, looks and visibility of every learner key. */
export function useNames(): Names {
  const running = useRun((run) => run.running && outline(run.running));
  const edited = useSetup((setup) => outline(setup.config));
  const { scheme } = useScheme();
  const teacher = useRun((run) => teacherLabel(run.learners));
  return useMemo(() => {
    const shown: Outline = JSON.parse(running ?? edited);
    const students: Outline = JSON.parse(edited);
    const labels = studentLabels(shown, cardOf);
    const looks = assignLooks(shown);
    const look = (key: string) => looks.get(key) ?? TEACHER_LOOK;
    return {
      label: (key) => (key === 'teacher' ? teacher : (labels.get(key) ?? key)),
      look,
      color: (key) => colorOf(look(key), scheme),
      hidden: (key) => students.find((s) => s.key === key)?.hidden ?? false,
      scheme,
    };
  }, [running, edited, scheme, teacher]);
}

const NO_NAMES: readonly string[] = [];

/** Names of the classes a learner knows, by its key. */
export function useClassNames(key: string): readonly string[] {
  const own = useRun((run) => run.learners.find((learner) => learner.key === key)?.classNames);
  const data = useDataset((dataset) => dataset.current?.classNames);
  return own ?? data ?? NO_NAMES;
}

/** What the methods of the set-up that is edited may object to. */
export function useSurroundings(): Surroundings {
  const { mode, saved } = useSetup((setup) => setup.config.teacher);
  const splits = useSetup((setup) => splitsClasses(setup.config.regimes));
  const known = useLibrary(
    (library) => library.networks?.find(({ key }) => key === saved)?.classNames.length,
  );
  const classes = useDataset((dataset) => dataset.current?.classNames.length);
  const differs = mode === 'saved' && known !== undefined && classes !== undefined && known !== classes;
  const hidden = useSetup((setup) => drawsOf(setup.config.regimes)?.draws.only);
  return { teacher: mode, pool: useHasPool(), hidden, otherClasses: splits || differs };
}

/** Learners to draw, by key, in the order of the table; hidden ones left out. */
export function useShownKeys(
  names: Names,
): readonly { readonly key: string; readonly learners: readonly Learner[] }[] {
  const learners = useRun((run) => run.learners);
  return useMemo(() => {
    const keys = [...new Set(learners.map((l) => l.key))].filter((key) => !names.hidden(key));
    return keys.map((key) => ({ key, learners: learners.filter((l) => l.key === key) }));
  }, [learners, names]);
}

/** Rows of the result table, or rows without numbers before the first run. */
export function useResults(): { readonly rows: readonly ResultRow[]; readonly split: 'validation' | 'test' } {
  const config = useShownConfig();
  const learners = useRun((run) => run.learners);
  const latest = useRun((run) => run.latest);
  const states = useRun((run) => run.states);
  const milliseconds = useRun((run) => run.progress?.learnerMilliseconds);
  return useMemo(() => {
    const labels = studentLabels(config.students, cardOf);
    const { split, shown } = shownEvaluations({ learners, latest });
    const rows = resultRows({ config, learners, labels, shown, states, milliseconds: milliseconds ?? {} });
    if (rows.length) return { rows, split };
    const empty = {
      parameters: 0,
      parametersBuilt: undefined,
      teachers: [],
      metrics: {},
      gain: undefined,
      kept: undefined,
      milliseconds: undefined,
      states: [],
    };
    const keys = ['teacher', ...config.students.map((s) => s.key)];
    return { rows: keys.map((key) => ({ ...empty, key, label: labels.get(key) ?? 'Teacher' })), split };
  }, [config, learners, latest, states, milliseconds]);
}

/** The selected learner, or the teacher as long as only that one has been measured. */
export function useMeasuredKey(): string {
  const learners = useRun((run) => run.learners);
  const latest = useRun((run) => run.latest);
  const selected = useView((view) => view.selected);
  return useMemo(() => {
    const { shown } = shownEvaluations({ learners, latest });
    const measured = learners.some((l) => l.key === selected && shown.has(l.id));
    return !measured && shown.has('teacher') ? 'teacher' : selected;
  }, [learners, latest, selected]);
}
