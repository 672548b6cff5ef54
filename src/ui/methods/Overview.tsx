import { useEffect } from 'react';
import { percent, points } from '../../core/format';
import { methods } from '../../methods/index';
import { BASELINE, type Row, type Section } from '../../share/results';
import { readMeasured, useMeasured } from '../../state/measured';
import { openMethods } from '../../state/route';

const spreadText = (text: string, sd: number | undefined): string =>
  sd === undefined ? text : `${text} ± ${(100 * sd).toFixed(1)}`;

function Name({ row }: { row: Row }) {
  if (!methods.has(row.id)) return row.name;
  return (
    <button type="button" className="text-button" onClick={() => openMethods(row.id)}>
      {row.name}
    </button>
  );
}

function SectionTable({ section }: { section: Section }) {
  const { dataset, rows, teacher } = section;
  const baseline = section.trial?.baseline ?? BASELINE;
  return (
    <div className="measured">
      <table>
        <caption>
          <strong>{dataset.name}</strong>{' '}
          <span className="quiet">
            {dataset.shape}, {section.budget.epochs} epochs
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">Learner</th>
            <th scope="col">Accuracy</th>
            <th scope="col">Gain</th>
            <th scope="col">N</th>
          </tr>
        </thead>
        <tbody>
          {[teacher, ...rows].map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <Name row={row} />
              </th>
              <td>
                {row.metrics['accuracy']
                  ? spreadText(percent(row.metrics['accuracy'].mean), row.metrics['accuracy'].sd)
                  : '–'}
              </td>
              <td>
                {row.gain && row.id !== baseline && row.id !== 'teacher'
                  ? spreadText(points(row.gain.mean), row.gain.sd)
                  : '–'}
              </td>
              <td>{row.n}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the results file holds, one table for each data set, before a method is chosen. */
export function Overview() {
  const { status, results } = useMeasured();
  useEffect(() => void readMeasured(), []);
  return (
    <div className="stack method-info">
      <h3>{methods.all.length} methods</h3>
      <p>
        Choose one to read what it does, where it comes from, what it costs and what it brought on this page’s
        small runs: the same small student for all, nothing tuned.
      </p>
      {status === 'missing' && <p className="quiet">Not measured yet.</p>}
      {results?.sections.map((section) => (
        <SectionTable key={section.dataset.name} section={section} />
      ))}
    </div>
  );
}
