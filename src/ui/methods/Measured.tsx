import { useEffect } from 'react';
import { methods } from '../../methods/index';
import type { Section } from '../../share/results';
import { readMeasured, useMeasured } from '../../state/measured';
import { GridTable } from './GridTable';
import { budgetText, claimText, linesOf, originText, type Part, partsOf } from './words';

/** The shipped results of a method, fetched with the first page that shows them. */
export function useParts(id: string): { readonly waiting: boolean; readonly parts: readonly Part[] } {
  const { status, results } = useMeasured();
  useEffect(() => void readMeasured(), []);
  return { waiting: status === 'unread' || status === 'reading', parts: partsOf(results, id) };
}

const nameOf = (id: string): string => (methods.has(id) ? methods.get(id).name : id);

/** A trial's rows have names of their own. */
const rowNames =
  ({ rows }: Section) =>
  (id: string): string =>
    rows.find((row) => row.id === id)?.name ?? nameOf(id);

function Claims({ part }: { part: Part }) {
  if (!part.row) return null;
  return (
    <ul className="claims">
      {part.row.claims.map((claim) => {
        const { verdict, text } = claimText(claim, rowNames(part.section), part.section.trial);
        return (
          <li key={`${claim.metric} ${claim.against} ${claim.than}`}>
            <strong>{verdict}</strong>: {text}
          </li>
        );
      })}
    </ul>
  );
}

function Numbers({ part }: { part: Part }) {
  const { name } = part.section.dataset;
  if (!part.row)
    return (
      <p>
        <strong>{name}</strong> <span className="quiet">not measured yet</span>
      </p>
    );
  return (
    <div className="measured">
      <table>
        <caption>
          <strong>{name}</strong> <span className="quiet">{budgetText(part)}</span>
          {part.section.trial && <span> {part.section.trial.question}</span>}
        </caption>
        <thead>
          <tr>
            <th scope="col">Test images</th>
            <th scope="col">This method</th>
            <th scope="col">{part.base?.name ?? 'Labels only'}</th>
          </tr>
        </thead>
        <tbody>
          {linesOf(part).map((line) => (
            <tr key={line.label}>
              <th scope="row" title={line.title}>
                {line.label}
              </th>
              <td>{line.own}</td>
              <td>{line.base}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Claims part={part} />
    </div>
  );
}

/** Accuracy, calibration and cost on every data set of the results file, and whether the paper's claim shows. */
export function Measured({ id }: { id: string }) {
  const { waiting, parts } = useParts(id);
  const grids = useMeasured(({ results }) => results?.grids);
  if (waiting) return <p className="quiet">Reading the results…</p>;
  if (parts.length === 0) return <p className="quiet">Not measured yet.</p>;
  return (
    <>
      {parts.map((part) => (
        <Numbers key={part.section.dataset.name} part={part} />
      ))}
      {grids
        ?.filter(({ method }) => method === id)
        .map((grid) => (
          <GridTable key={`${grid.dataset} ${grid.regime} ${grid.columns.key}`} grid={grid} />
        ))}
      <p className="quiet">
        Mean ± standard deviation over N seeds, with this page’s own training code and the default parameters.
        “Shows”: a one-sided paired t-test at 95 %. Small networks, few images and few epochs: these are not
        the paper’s numbers, and a claim that does not show here is not refuted.
      </p>
      <p className="quiet">{originText(parts)}</p>
    </>
  );
}
