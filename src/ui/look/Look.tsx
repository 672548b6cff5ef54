import { useRun } from '../../state/run';
import { canAsk } from '../../state/samples';
import { toggle } from '../../state/session';
import { type LookTab, useView } from '../../state/view';
import { Button, Modal, Segments } from '../kit';
import { Empty } from '../panels/Panel';
import { useMedia } from '../useMedia';
import { ConfidenceView } from './ConfidenceView';
import { DrawView } from './DrawView';
import { MapView } from './MapView';

const TABS: readonly { readonly value: LookTab; readonly label: string }[] = [
  { value: 'confidence', label: 'Confidence' },
  { value: 'map', label: 'Map of images' },
  { value: 'draw', label: 'Draw, camera' },
];

/** Learners can be asked only while the run stands still. */
function Standing({ children, what }: { children: React.ReactNode; what: string }) {
  const status = useRun((run) => run.status);
  if (canAsk(status)) return children;
  return (
    <div className="stack">
      <Empty>{what} Learners can be asked while a run is paused, or when it is over.</Empty>
      {status === 'running' && (
        <Button size="small" onClick={toggle}>
          Pause and look
        </Button>
      )}
    </div>
  );
}

/** A closer look at the learners of the run. */
export function Look() {
  const tab = useView((view) => view.look);
  const narrow = useMedia('(max-width: 699.98px)');
  return (
    <Modal
      open={tab !== undefined}
      onClose={() => useView.setState({ look: undefined })}
      title="Look closer"
      size={1100}
      fullScreen={narrow}
    >
      <div className="stack">
        <Segments
          label="What to look at"
          value={tab ?? 'confidence'}
          options={TABS}
          onChange={(look) => useView.setState({ look })}
          wide={narrow}
        />
        {tab === 'confidence' && <ConfidenceView />}
        {tab === 'map' && (
          <Standing what="Where each learner's last layer puts the images.">
            <MapView />
          </Standing>
        )}
        {tab === 'draw' && (
          <Standing what="Draw something or hold it to the camera, and see what every learner answers.">
            <DrawView />
          </Standing>
        )}
      </div>
    </Modal>
  );
}
