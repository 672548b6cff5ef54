import { bytes, count } from '../../core/format';
import { LIMITS } from '../../data/limits';
import { useView } from '../../state/view';
import { Button, Icon } from '../kit';
import { FilePick } from './FilePick';

/** File and folder dialogs, for those who do not drag, and pictures of one's own making. */
export function PickButtons() {
  return (
    <div className="pick-buttons">
      <p className="quiet">
        Or your own: drop a folder per class, a zip of one, a Parquet file, or pictures with a list of labels
        anywhere on the page.
      </p>
      <details className="quiet">
        <summary>Limits</summary>
        <p>
          {count(LIMITS.files)} files, {count(LIMITS.classes)} classes, {bytes(LIMITS.held)} of images at the
          size they are used in; pictures of {count(LIMITS.side)} pixels a side and{' '}
          {count(LIMITS.pixels / 1e6)} million in all; archives that unpack to {bytes(LIMITS.unpacked)}, or to{' '}
          {LIMITS.unpackedRatio} times their own size. What is left out is listed with its reason.
        </p>
      </details>
      <div className="row pick-row">
        <FilePick />
        <Button icon={<Icon name="pen" size={14} />} onClick={() => useView.setState({ collecting: 'draw' })}>
          Draw…
        </Button>
        <Button
          icon={<Icon name="camera" size={14} />}
          onClick={() => useView.setState({ collecting: 'camera' })}
        >
          Camera…
        </Button>
      </div>
    </div>
  );
}
