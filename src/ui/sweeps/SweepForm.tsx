import { useMemo, useState } from 'react';
import type { Config } from '../../core/config';
import { duration } from '../../core/format';
import { catalogue } from '../../share/catalogue';
import { useDataset } from '../../state/dataset';
import { useHistory } from '../../state/history';
import { studentLabels } from '../../state/naming';
import { isActive, useRun } from '../../state/run';
import { useSetup } from '../../state/setup';
import {
  type Axis,
  configAt,
  grid,
  MAX_AXES,
  MAX_POINTS,
  type Point,
  random,
  type Setting,
  suggested,
  sweepable,
  valueAt,
} from '../../state/sweep';
import { expectedSeconds, runSweep } from '../../state/sweep-run';
import { cardOf } from '../hooks';
import { Button, Icon, NumberField, Segments } from '../kit';
import { type DraftAxis, SweepAxis } from './SweepAxis';

type Kind = 'grid' | 'random';

function useSettings(config: Config): readonly Setting[] {
  return useMemo(() => {
    const labels = studentLabels(config.students, cardOf);
    return sweepable(config, catalogue, (key) => labels.get(key) ?? key);
  }, [config]);
}

/** The first number of the last student's method: most often its temperature or weight. */
function firstAxis(config: Config, settings: readonly Setting[]): DraftAxis {
  const last = config.students.at(-1)?.key;
  const own = settings.find(
    ({ path, param }) => path.startsWith(`students.${last}.method.`) && param.kind === 'number',
  );
  const { path, param } = own ?? settings.find((each) => each.path === 'students.*.optimizer.rate')!;
  return { path, values: suggested(param, valueAt(config, path)) };
}

/** Labels that tell axes apart: with the owner where two settings have one name. */
function named(drafts: readonly DraftAxis[], settings: readonly Setting[]): readonly Axis[] {
  const found = drafts.map((draft) => ({
    draft,
    setting: settings.find(({ path }) => path === draft.path)!,
  }));
  return found.map(({ draft, setting }) => {
    const { label } = setting.param;
    const twin = found.filter((other) => other.setting.param.label === label).length > 1;
    return { ...draft, label: twin ? `${label} (${setting.group})` : label };
  });
}

function problemOf(drafts: readonly DraftAxis[], points: readonly Point[]): string {
  const paths = drafts.map(({ path }) => path);
  if (new Set(paths).size < paths.length)
    return 'Two axes vary the same setting. Choose another for one of them.';
  const empty = drafts.findIndex(({ values }) => values.length === 0);
  if (empty >= 0) return `Axis ${empty + 1} has no value. Give at least one.`;
  if (points.length > MAX_POINTS)
    return `This grid has ${points.length} points, at most ${MAX_POINTS} are trained. Take out values, or draw points at random.`;
  return '';
}

function Expected({ configs }: { configs: readonly Config[] }) {
  const runs = useHistory((history) => history.runs);
  const fingerprint = useDataset((data) => data.current?.fingerprint);
  const expected = expectedSeconds(configs, runs ?? [], fingerprint);
  const points = `${configs.length} ${configs.length === 1 ? 'point' : 'points'}`;
  return (
    <p className="quiet" role="status">
      {expected
        ? `${points}, about ${duration(expected.seconds)} at the pace of “${expected.from.name}”.`
        : `${points}. How long they take is known after the first one.`}
    </p>
  );
}

/** Which settings to vary over which values; starts the sweep. */
export function SweepForm() {
  const config = useSetup((setup) => setup.config);
  const busy = useRun((run) => isActive(run.status));
  const settings = useSettings(config);
  const [kind, setKind] = useState<Kind>('grid');
  const [count, setCount] = useState(8);
  const [seed, setSeed] = useState(1);
  const [edited, setDrafts] = useState<readonly DraftAxis[]>();
  const known = (edited ?? []).filter(({ path }) => settings.some((setting) => setting.path === path));
  const drafts = known.length ? known : [firstAxis(config, settings)];
  const axes = named(drafts, settings);
  const paramOf = (path: string) => settings.find((setting) => setting.path === path)!.param;
  const points = kind === 'grid' ? grid(axes) : random(axes, paramOf, count, seed);
  const problem = problemOf(drafts, points);
  const now = (path: string) => valueAt(config, path);
  const begin = () => {
    const created = Date.now();
    const name = axes.map(({ label }) => label).join(' × ');
    const sweep = { id: created.toString(36), created, name, kind, axes, points, failures: [] };
    void runSweep(sweep, config);
  };
  const add = () => {
    const free = settings.find(
      ({ path, param }) => param.kind === 'number' && !drafts.some((d) => d.path === path),
    );
    if (free) setDrafts([...drafts, { path: free.path, values: suggested(free.param, now(free.path)) }]);
  };
  return (
    <section className="stack sweep-form" aria-label="New sweep">
      <Segments
        label="Which points"
        value={kind}
        options={[
          { value: 'grid', label: 'Grid: every combination' },
          { value: 'random', label: 'Random points' },
        ]}
        onChange={setKind}
      />
      {drafts.map((draft, i) => (
        <SweepAxis
          key={`${i}/${drafts.length}`}
          number={i + 1}
          settings={settings}
          axis={draft}
          now={now}
          onChange={(axis) => setDrafts(drafts.with(i, axis))}
          onRemove={drafts.length > 1 ? () => setDrafts(drafts.toSpliced(i, 1)) : undefined}
        />
      ))}
      {kind === 'random' && (
        <div className="sweep-axis">
          <NumberField label="Points" value={count} onChange={setCount} min={2} max={MAX_POINTS} integer />
          <NumberField label="Seed of the draw" value={seed} onChange={setSeed} min={0} max={9999} integer />
          <p className="quiet">Numbers are drawn between the least and the greatest value of their axis.</p>
        </div>
      )}
      <div className="runs-foot">
        <Button
          size="small"
          tone="quiet"
          icon={<Icon name="plus" size={14} />}
          disabled={drafts.length >= MAX_AXES}
          onClick={add}
        >
          Add an axis
        </Button>
        {problem ? (
          <p className="note" role="alert">
            {problem}
          </p>
        ) : (
          <Expected configs={points.map((point) => configAt(config, point))} />
        )}
        <Button
          tone="main"
          disabled={problem !== ''}
          onClick={begin}
          title={busy ? 'Replaces the run in progress' : ''}
        >
          Start the sweep
        </Button>
      </div>
    </section>
  );
}
