import { count, duration } from '../../core/format';
import type { DatasetSummary, Skipped } from '../../data/dataset';
import { useDataset } from '../../state/dataset';
import { isActive, useRun } from '../../state/run';
import { cancelImport, useImported } from '../../state/session';
import { Button, Icon, Modal } from '../kit';
import { Thumbnails } from './Thumbnails';

function Facts({ summary }: { summary: DatasetSummary }) {
  const { width, height, channels } = summary.shape;
  const { train, validation, test } = summary.counts;
  const sizes = summary.sizes.slice(0, 4).map(({ size, count: n }) => `${size} (${count(n)})`);
  const more = summary.sizes.length > 4 ? ` and ${summary.sizes.length - 4} more` : '';
  return (
    <dl className="facts">
      <dt>Images</dt>
      <dd>{count(train + validation + test)}</dd>
      <dt>Classes</dt>
      <dd>{summary.classNames.length}</dd>
      <dt>Split</dt>
      <dd>
        {count(train)} training, {count(validation)} validation, {count(test)} final test
      </dd>
      <dt>Sizes found</dt>
      <dd>{sizes.length ? sizes.join(', ') + more : 'one size'}</dd>
      <dt>Used as</dt>
      <dd>
        {width}×{height}, {channels === 1 ? 'grey' : 'colour'}
      </dd>
      <dt>Read in</dt>
      <dd>
        {summary.milliseconds < 5000
          ? `${(summary.milliseconds / 1000).toFixed(1)} s`
          : duration(summary.milliseconds / 1000)}
      </dd>
    </dl>
  );
}

function Classes({ summary }: { summary: DatasetSummary }) {
  const most = Math.max(1, ...summary.perClass);
  const shown = summary.classNames.slice(0, 60);
  return (
    <ul className="classes" aria-label="Images per class">
      {shown.map((name, i) => (
        <li key={name}>
          <span className="class-name" title={name}>
            {name}
          </span>
          <span className="class-bar">
            <span style={{ width: `${(100 * (summary.perClass[i] ?? 0)) / most}%` }} />
          </span>
          <span className="number">{count(summary.perClass[i] ?? 0)}</span>
        </li>
      ))}
      {summary.classNames.length > shown.length && (
        <li className="quiet">and {summary.classNames.length - shown.length} more</li>
      )}
    </ul>
  );
}

function SkippedFiles({ skipped }: { skipped: readonly Skipped[] }) {
  if (skipped.length === 0) return null;
  return (
    <details className="skipped">
      <summary>
        {count(skipped.length)} {skipped.length === 1 ? 'file was' : 'files were'} left out
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

function Wanted({ summary }: { summary: DatasetSummary }) {
  const wanted = useDataset((state) => state.wanted);
  if (!wanted) return null;
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
          <Wanted summary={summary} />
          {summary.warnings.map((warning) => (
            <p key={warning} className="note note-warn">
              <Icon name="warn" size={14} /> {warning}
            </p>
          ))}
          <div className="import-columns">
            <Facts summary={summary} />
            <Classes summary={summary} />
          </div>
          <SkippedFiles skipped={summary.skipped} />
          <div className="dialog-actions">
            {ran && (
              <span className="quiet">
                {running ? 'Ends the run in progress.' : 'Clears the results on screen.'} The set-up stays.
              </span>
            )}
            <Button onClick={cancelImport}>Cancel</Button>
            <Button tone="main" onClick={() => void useImported()}>
              Use this data
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
