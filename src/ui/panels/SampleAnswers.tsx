import { percent } from '../../core/format';
import { answerOf, rowOf, topOf } from '../../state/answers';
import { useRun } from '../../state/run';
import { setTemperature, useSamples } from '../../state/samples';
import type { PredictionItem } from '../../worker/protocol';
import { useClassNames, useNames } from '../hooks';
import { SliderField } from '../kit';
import { Swatch } from '../Swatch';

/** Bars per learner; the true class is added when it is not among them. */
const BARS = 5;
const HOTTEST = 10;

interface Shown {
  readonly row: number;
  readonly name: (index: number) => string;
}

function Bars({ item, row, name, color }: Shown & { item: PredictionItem; color: string }) {
  const temperature = useSamples((samples) => samples.temperature);
  const truth = item.labels[row];
  const ranked = topOf(item, row, item.classes, temperature);
  const shown = ranked.filter(({ index }, rank) => rank < BARS || index === truth);
  return (
    <ol className="answer-bars">
      {shown.map(({ index, probability }) => (
        <li key={index} className={index === truth ? 'answer-true' : ''}>
          <span className="answer-name" title={name(index)}>
            {name(index)}
          </span>
          <span className="answer-bar">
            <span style={{ width: percent(probability), '--learner': color } as React.CSSProperties} />
          </span>
          <span className="number">{percent(probability)}</span>
        </li>
      ))}
    </ol>
  );
}

function Answer({ item, row }: { item: PredictionItem; row: number }) {
  const names = useNames();
  const several = useRun((run) => new Set(run.learners.map((l) => l.seed)).size > 1);
  const [key = '', seed] = item.learner.split('/');
  const classNames = useClassNames(key);
  const name = (index: number) => classNames[index] ?? String(index);
  const right = answerOf(item, row) === item.labels[row];
  return (
    <section className="answer" aria-label={`Answer of ${names.label(key)}`}>
      <h4>
        <Swatch look={names.look(key)} />
        <span className="answer-learner">
          {names.label(key)}
          {several && seed ? `, seed ${seed}` : ''}
        </span>
        <span className={right ? 'answer-right' : 'answer-wrong'}>{right ? 'right' : 'wrong'}</span>
      </h4>
      <Bars item={item} row={row} name={name} color={names.color(key)} />
    </section>
  );
}

/** One image in the eyes of the teacher and of every student: their most probable classes, side by side. */
export function SampleAnswers({ image }: { image: number }) {
  const items = useSamples((samples) => samples.items);
  const temperature = useSamples((samples) => samples.temperature);
  const names = useNames();
  const shown = items
    .filter((item) => !names.hidden(item.learner.split('/')[0] ?? ''))
    .map((item) => ({ item, row: rowOf(item, image) }))
    .filter(({ row }) => row >= 0);
  return (
    <div className="stack">
      <SliderField
        label="Temperature"
        help="Divides the logits before softmax: the soft targets a student would see."
        value={temperature}
        onChange={setTemperature}
        min={1}
        max={HOTTEST}
        step={0.5}
        toShare={(value) => (value - 1) / (HOTTEST - 1)}
        fromShare={(share) => Math.round(2 * (1 + share * (HOTTEST - 1))) / 2}
        grain={0.5 / (HOTTEST - 1)}
      />
      {shown.map(({ item, row }) => (
        <Answer key={item.learner} item={item} row={row} />
      ))}
    </div>
  );
}
