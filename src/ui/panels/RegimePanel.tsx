/** What the regimes of the run did: classes before and after, and images on both sides of the choice. */
import { short } from '../../core/format';
import type { RegimePicture, RegimeReport } from '../../data/dataset';
import { regimes } from '../../data/regimes/index';
import { useRun } from '../../state/run';
import { ClassBars } from './ClassBars';
import { Panel } from './Panel';
import { Picture } from './Picture';
import { RegimeTheory } from './RegimeTheory';
import { regimeSentences } from './regime-words';

interface RowProps {
  readonly title: string;
  readonly pictures: readonly RegimePicture[];
  readonly size: number;
  readonly classNames: readonly string[];
}

/** Images with what they are called; a wrong label is marked. */
function Row({ title, pictures, size, classNames }: RowProps) {
  if (pictures.length === 0) return null;
  return (
    <figure className="regime-pictures">
      <figcaption>{title}</figcaption>
      <ul>
        {pictures.map(({ label, wrong, score, rgba }, i) => {
          const name = classNames[label] ?? String(label);
          const said = `${name}${wrong ? ', a wrong label' : ''}${score === undefined ? '' : `, score ${short(score)}`}`;
          return (
            <li key={`${title} ${i + 1}`} className={wrong ? 'wrong' : ''} title={said}>
              <Picture rgba={rgba} width={size} height={size} size={36} label={said} />
              <span>{wrong ? `${name} ✗` : name}</span>
            </li>
          );
        })}
      </ul>
    </figure>
  );
}

const rows = ({ classNames, before, after }: RegimeReport) => [
  ['Class', 'Before', 'Students see'],
  ...classNames.map((name, i) => [name, String(before[i] ?? 0), String(after?.[i] ?? '')]),
];

/** Nothing without a run that has regimes. */
export function RegimePanel() {
  const report = useRun((run) => run.regimes);
  if (!report) return null;
  const { pictures, classNames } = report;
  const scored = pictures?.kept.some(({ score }) => score !== undefined) ?? false;
  return (
    <Panel
      title="Training images kept"
      note="images per class"
      className="regimes-kept"
      table={() => rows(report)}
    >
      <div className="regime-panel">
        <div>
          <ClassBars {...report} />
          {regimeSentences(report).map((sentence) => (
            <p key={sentence} className="quiet">
              {sentence}
            </p>
          ))}
          {report.regimes
            .filter((id) => regimes.has(id))
            .map((id) => (
              <RegimeTheory key={id} id={id} share={shareOf(report)} />
            ))}
        </div>
        {pictures && (
          <div>
            <Row
              title={scored ? 'Kept, hardest first' : 'Kept'}
              pictures={pictures.kept}
              size={pictures.size}
              classNames={classNames}
            />
            <Row
              title={scored ? 'Dropped, easiest first' : 'Dropped'}
              pictures={pictures.dropped}
              size={pictures.size}
              classNames={classNames}
            />
          </div>
        )}
      </div>
    </Panel>
  );
}

const shareOf = ({ students, before }: RegimeReport): number => students / before.reduce((a, b) => a + b, 0);
