import { useMemo } from 'react';
import { count, percent } from '../../core/format';
import { stat } from '../../state/aggregate';
import { type Bin, mergeBins } from '../../state/bins';
import { comparable } from '../../state/results';
import { shownEvaluations, useRun } from '../../state/run';
import { select } from '../../state/view';
import type { Evaluation } from '../../worker/protocol';
import { ReliabilityChart } from '../charts/lazy';
import { type Names, useClassNames, useMeasuredKey, useNames } from '../hooks';
import { SelectField } from '../kit';
import { Empty, Panel } from '../panels/Panel';
import { Swatch } from '../Swatch';

/** Evaluations of the shown split by learner key, one per seed. */
function useEvaluations(): ReadonlyMap<string, readonly Evaluation[]> {
  const learners = useRun((run) => run.learners);
  const latest = useRun((run) => run.latest);
  return useMemo(() => {
    const { shown } = shownEvaluations({ learners, latest });
    const keys = [...new Set(learners.map(({ key }) => key))];
    const of = (key: string) =>
      learners.filter((l) => l.key === key).flatMap(({ id }) => shown.get(id) ?? []);
    return new Map(keys.map((key) => [key, of(key)] as const).filter(([, own]) => own.length > 0));
  }, [learners, latest]);
}

const eceOf = (own: readonly Evaluation[], scaled: boolean): string => {
  const ece = stat(own.map((e) => (scaled ? e.scaled : e)?.metrics['ece']));
  return ece ? percent(ece.mean) : '–';
};

/** Before and after one temperature, side by side; bars below count the images. */
function BeforeAfter({ own, names, learner }: { own: readonly Evaluation[]; names: Names; learner: string }) {
  const line = (bins: readonly Bin[]) => ({ bins, look: names.look(learner), color: names.color(learner) });
  const before = mergeBins(own.map(({ reliability }) => reliability));
  const scaled = own.flatMap((e) => e.scaled ?? []);
  const temperature = stat(scaled.map((s) => s.temperature));
  return (
    <div className="look-pair">
      <Panel title="As trained" note="accuracy by confidence" className="look-chart">
        <ReliabilityChart
          label={names.label(learner)}
          summary={`ECE ${eceOf(own, false)}`}
          line={line(before)}
          ghost={undefined}
        />
      </Panel>
      <Panel
        title={temperature ? `Divided by T = ${temperature.mean.toFixed(2)}` : 'After temperature scaling'}
        note="accuracy by confidence"
        className="look-chart"
      >
        {temperature ? (
          <ReliabilityChart
            label={`${names.label(learner)}, scaled`}
            summary={`ECE ${eceOf(own, true)}`}
            line={line(mergeBins(scaled.map(({ reliability }) => reliability)))}
            ghost={undefined}
          />
        ) : (
          <Empty>Fitted at the end of a run, on the validation images.</Empty>
        )}
      </Panel>
    </div>
  );
}

/** Images by confidence, answered right and wrong on top of each other. */
function Histogram({ bins, label }: { bins: readonly Bin[]; label: string }) {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const wrong = bins.reduce((sum, bin) => sum + bin.count * (1 - bin.accuracy), 0);
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const sure = bins.reduce((sum, bin) => sum + (bin.confidence > 0.9 ? bin.count : 0), 0);
  return (
    <div
      className="histogram"
      role="img"
      aria-label={`${label}: ${count(total)} images, ${count(Math.round(wrong))} answered wrong, ${count(sure)} with more than 90% confidence.`}
    >
      {bins.map((bin, i) => {
        const bad = Math.round(bin.count * (1 - bin.accuracy));
        const from = percent(i / bins.length, 0);
        const height = (n: number) => `${(100 * n) / most}%`;
        return (
          <div
            key={`${i}/${bins.length}`}
            className="histogram-bar"
            title={`${from} to ${percent((i + 1) / bins.length, 0)}: ${count(bin.count - bad)} right, ${count(bad)} wrong`}
          >
            <span className="histogram-wrong" style={{ height: height(bad) }} />
            <span className="histogram-right" style={{ height: height(bin.count - bad) }} />
          </div>
        );
      })}
    </div>
  );
}

function Histograms({ all, names }: { all: ReadonlyMap<string, readonly Evaluation[]>; names: Names }) {
  return (
    <section className="stack" aria-label="Confidence histograms">
      <h3>
        How sure the answers are{' '}
        <span className="quiet histogram-key">
          <span className="histogram-right" /> right <span className="histogram-wrong" /> wrong
        </span>
      </h3>
      <div className="look-grid">
        {[...all].map(([key, own]) => (
          <div key={key}>
            <h4 className="look-name">
              <Swatch look={names.look(key)} /> {names.label(key)}
            </h4>
            <Histogram bins={mergeBins(own.map(({ reliability }) => reliability))} label={names.label(key)} />
            <p className="quiet histogram-axis">
              <span>0%</span>
              <span>confidence</span>
              <span>100%</span>
            </p>
          </div>
        ))}
      </div>
    </section>
  );
}

const classText = (own: readonly Evaluation[], k: number, scaled: boolean): string => {
  const found = stat(own.map((e) => (scaled ? e.scaled : e)?.classErrors?.[k]));
  return found ? percent(found.mean, 2) : '–';
};

/** Calibration error of every class's probability, for every learner; of the selected one also when scaled. */
function PerClass({
  all,
  names,
  learner,
}: {
  all: ReadonlyMap<string, readonly Evaluation[]>;
  names: Names;
  learner: string;
}) {
  const classNames = useClassNames(learner);
  const same = useRun((run) => comparable(run.learners, learner));
  const selected = all.get(learner) ?? [];
  const columns = [...all].filter(([key]) => JSON.parse(same).includes(key));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable from the keyboard
    <section className="table-scroll look-classes" tabIndex={0} aria-label="Calibration error by class">
      <table className="result-table">
        <thead>
          <tr>
            <th scope="col">Class</th>
            {columns.map(([key]) => (
              <th key={key} scope="col" className="number">
                {names.label(key)}
              </th>
            ))}
            <th scope="col" className="number">
              {names.label(learner)}, scaled
            </th>
          </tr>
        </thead>
        <tbody>
          {classNames.map((name, k) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map(([key, own]) => (
                <td key={key} className="number">
                  {classText(own, k, false)}
                </td>
              ))}
              <td className="number">{classText(selected, k, true)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** How far confidences can be trusted: before and after temperature scaling, as histograms, and class by class. */
export function ConfidenceView() {
  const all = useEvaluations();
  const names = useNames();
  const measured = useMeasuredKey();
  const split = useRun((run) => shownEvaluations(run).split);
  const learner = all.has(measured) ? measured : ([...all.keys()][0] ?? '');
  const own = all.get(learner);
  if (!own)
    return <Empty>Reliability, histograms and calibration by class, after the first epoch of a run.</Empty>;
  const where = split === 'test' ? 'final test images' : 'validation images';
  return (
    <div className="stack">
      <SelectField
        label="Learner"
        value={learner}
        options={[...all.keys()].map((key) => ({ value: key, label: names.label(key) }))}
        onChange={select}
      />
      <p className="quiet">
        Measured on the {where}
        {own.length > 1 ? `, ${own.length} seeds together` : ''}. The temperature is fitted on the validation
        images by NLL, so that the test images stay unseen; it changes confidences, never answers.
      </p>
      <BeforeAfter own={own} names={names} learner={learner} />
      <Histograms all={all} names={names} />
      <h3>Calibration error by class</h3>
      <PerClass all={all} names={names} learner={learner} />
      <p className="quiet">
        For each class, how far its probability and its frequency lie apart, over 15 bins (Kull et al. 2019).
      </p>
    </div>
  );
}
