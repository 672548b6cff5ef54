import type { ComparedRow } from '../../state/compare';
import { fileName } from '../../state/exports';
import type { KeptRun } from '../../state/history-db';
import { colorOf, type Look } from '../../state/looks';
import { Button } from '../kit';
import { save } from '../save';

interface Props {
  readonly runs: readonly KeptRun[];
  readonly rows: readonly ComparedRow[];
  readonly reference: ComparedRow;
  readonly looks: ReadonlyMap<string, Look>;
  readonly nameOf: (row: ComparedRow) => string;
}

const named = (runs: readonly KeptRun[], what: string): string =>
  fileName(runs.length === 1 ? runs[0]!.name : `${runs.length} runs`, what);

/** The comparison as a page, and its runs as data. */
export function TakeAway({ runs, rows, reference, looks, nameOf }: Props) {
  const saveReport = async () => {
    const { comparisonReport } = await import('../../state/report');
    const styleOf = (row: ComparedRow) => {
      const look = looks.get(row.id)!;
      return { color: colorOf(look, 'light'), dash: look.dash };
    };
    const made = new Date().toISOString().slice(0, 16).replace('T', ' ');
    const page = comparisonReport({ runs, rows, reference, nameOf, styleOf, address: location.href, made });
    save(named(runs, 'report.html'), page, 'text/html');
  };
  const saveRuns = async () => {
    const { keptRunsJson } = await import('../../state/results-json');
    save(named(runs, 'runs.json'), keptRunsJson(runs), 'application/json');
  };
  return (
    <div className="row">
      <Button size="small" onClick={() => void saveReport()}>
        Save report (HTML)
      </Button>
      <Button size="small" tone="quiet" onClick={() => void saveRuns()}>
        Save runs (JSON)
      </Button>
    </div>
  );
}
