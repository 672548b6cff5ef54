import { Fragment } from 'react';
import type { DataRole } from '../../core/config';
import { count, duration } from '../../core/format';
import type { DatasetSummary, Skipped } from '../../data/dataset';
import { type ImportPreview, useDataset } from '../../state/dataset';
import { factsOf, skippedByReason } from '../../state/dataset-report';
import { onlyPool } from '../../state/others';
import { isActive, useRun } from '../../state/run';
import { cancelImport, useImported } from '../../state/session';
import { Button, Icon, Modal, SelectField } from '../kit';
import { ClassList } from './ClassList';
import { ReportActions } from './ReportActions';
import { Shared } from './Shared';
import { Thumbnails } from './Thumbnails';

function Facts({ summary }: { summary: DatasetSummary }) {
  const { milliseconds } = summary;
  const seconds =
    milliseconds < 5000 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds / 1000);
  return (
    <div className="import-facts">
      <dl className="facts">
        {[...factsOf(summary), { name: 'Read in', text: seconds }].map(({ name, text }) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
      <ReportActions summary={summary} key={JSON.stringify(summary.edits)} />
    </div>
  );
}

function SkippedFiles({ skipped }: { skipped: readonly Skipped[] }) {
  if (skipped.length === 0) return null;
  return (
    <details className="skipped">
      <summary>
        {count(skipped.length)} {skipped.length === 1 ? 'file was' : 'files were'} left out:{' '}
        {skippedByReason(skipped)
          .map(([code, files]) => `${count(files)} ${code}`)
          .join(', ')}
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {skipped.slice(0, 200).map((entry) => (
            <tr key={`${entry.name}/${entry.code}`}>
              <td>{entry.name}</td>
              <td>{entry.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

const USES: readonly { readonly value: DataRole | ''; readonly label: string }[] = [
  { value: '', label: 'The data set' },
  { value: 'target', label: 'The target domain beside it, labels for tests only' },
  { value: 'pool', label: 'A pool beside it, without labels' },
];

/** What the images are for, and how their classes fit those of the first set. */
function Use({ preview }: { preview: ImportPreview }) {
  const first = useDataset((state) => state.current);
  const { role, summary } = preview;
  if (!first) return null;
  return (
    <div className="stack">
      <SelectField
        label="Use as"
        value={role ?? ''}
        options={onlyPool(summary) ? USES.filter(({ value }) => value === 'pool') : USES}
        onChange={(value) =>
          useDataset.setState({
            preview: { ...preview, role: value === '' ? undefined : (value as DataRole) },
          })
        }
      />
      {role === 'target' && <Shared first={first.classNames} second={summary.classNames} />}
    </div>
  );
}

function Wanted({ summary }: { summary: DatasetSummary }) {
  const wanted = useDataset((state) => state.wanted);
  const role = useDataset((state) => state.preview?.role);
  if (!wanted || role) return null;
  if (wanted.fingerprint === summary.fingerprint)
    return (
      <p className="note">
        <Icon name="check" size={14} /> These are the images the link was made with.
      </p>
    );
  return (
    <p className="note note-warn">
      <Icon name="warn" size={14} /> These are not the images the link was made with: the fingerprint is{' '}
      {summary.fingerprint.slice(0, 8)}, the link says {wanted.fingerprint.slice(0, 8)}. Results will differ.
    </p>
  );
}

/** What came in, before it replaces anything. */
export function ImportDialog() {
  const preview = useDataset((state) => state.preview);
  const running = useRun((run) => isActive(run.status));
  const ran = useRun((run) => run.running !== undefined);
  const summary = preview?.summary;
  return (
    <Modal
      open={summary !== undefined}
      onClose={cancelImport}
      title={summary && summary.name !== 'own images' ? `Your images: ${summary.name}` : 'Your images'}
      size={720}
    >
      {summary && (
        <div className="import">
          <Thumbnails summary={summary} limit={32} size={40} />
          <Use preview={preview} />
          <Wanted summary={summary} />
          {summary.warnings.map((warning) => (
            <p key={warning} className="note note-warn">
              <Icon name="warn" size={14} /> {warning}
            </p>
          ))}
          <div className="import-columns">
            <Facts summary={summary} />
            <ClassList preview={preview} />
          </div>
          <SkippedFiles skipped={summary.skipped} />
          <div className="dialog-actions">
            {ran && !preview.role && (
              <span className="quiet">
                {running ? 'Ends the run in progress.' : 'Clears the results on screen.'} The set-up stays.
              </span>
            )}
            <Button onClick={cancelImport}>Cancel</Button>
            <Button
              tone="main"
              disabled={preview.busy || (onlyPool(summary) && preview.role !== 'pool')}
              onClick={() => void useImported()}
            >
              Use this data
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
