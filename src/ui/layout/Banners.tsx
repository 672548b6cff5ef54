import { useState } from 'react';
import { DATA_ROLES } from '../../core/config';
import { ready } from '../../share/catalogue';
import { useDataset } from '../../state/dataset';
import { removeOther, useOthers } from '../../state/others';
import { useRun } from '../../state/run';
import { cancelImport, start } from '../../state/session';
import { edit, useSetup } from '../../state/setup';
import { ROLE_WORDS } from '../dropzone/Shared';
import { Button } from '../kit';
import { SweepLeft } from '../sweeps/SweepLeft';
import { SweepProgress } from '../sweeps/SweepProgress';
import { Banner } from './Banner';
import { ADVICE, kindOf } from './DeviceChip';
import { MemoryTrouble } from './Memory';
import { NewVersion } from './NewVersion';
import { SavedRun, WaysOn } from './SavedRun';

function RunTrouble() {
  const failure = useRun((run) => run.failure);
  const silent = useRun((run) => run.silent);
  if (failure)
    return (
      <Banner tone="bad" actions={<WaysOn deviceLost={failure.deviceLost} />}>
        {failure.deviceLost ? '' : 'The run stopped. '}
        {failure.message} Data and set-up are kept.
      </Banner>
    );
  if (silent > 0)
    return (
      <Banner tone="warn" actions={<WaysOn silent />}>
        No sign of life from the training worker for {silent} s. It may be busy with a very large step.
      </Banner>
    );
  return null;
}

/** Further images that a link asks for. */
function OthersWanted() {
  const others = useOthers((state) => state.others);
  const config = useSetup((setup) => setup.config);
  return DATA_ROLES.map((role) => {
    const [found, named] = [others[role], config.others?.[role]];
    if (!found || !('problem' in found) || !found.absent || named?.source !== 'own') return null;
    return (
      <Banner
        key={role}
        tone="note"
        icon="images"
        actions={
          <Button size="small" onClick={() => removeOther(role)}>
            Do without
          </Button>
        }
      >
        This set-up uses <strong>{named.name}</strong> (fingerprint {named.fingerprint.slice(0, 8)}) as{' '}
        {ROLE_WORDS[role]}. Drop the same images to go on.
      </Banner>
    );
  });
}

function DataTrouble() {
  const wanted = useDataset((data) => data.wanted);
  const refused = useDataset((data) => data.refused);
  const importing = useDataset((data) => data.importing);
  return (
    <>
      {wanted && (
        <Banner
          tone="note"
          icon="images"
          actions={
            <Button size="small" onClick={() => edit((c) => ({ ...c, dataset: ready.dataset }))}>
              Use built-in images
            </Button>
          }
        >
          This link was made with <strong>{wanted.name}</strong> (fingerprint {wanted.fingerprint.slice(0, 8)}
          ). Drop the same data to go on.
        </Banner>
      )}
      {importing && (
        <Banner
          tone="note"
          icon="images"
          actions={
            <Button size="small" onClick={cancelImport}>
              Cancel
            </Button>
          }
        >
          {importing.total
            ? `Reading your images: ${importing.done} of ${importing.total}`
            : 'Looking through the folder…'}
          <progress value={importing.done} max={Math.max(1, importing.total)} aria-label="Files read" />
        </Banner>
      )}
      {refused && (
        <Banner tone="warn" onClose={() => useDataset.setState({ refused: undefined })}>
          <strong>Nothing was loaded.</strong> {refused.message}{' '}
          <span className="quiet">({refused.code})</span>
        </Banner>
      )}
    </>
  );
}

function LinkTrouble() {
  const problems = useSetup((setup) => setup.problems);
  if (problems.length === 0) return null;
  return (
    <Banner tone="warn" onClose={() => useSetup.setState({ problems: [] })}>
      <strong>The link was not quite right.</strong>
      <ul>
        {problems.slice(0, 6).map((p) => (
          <li key={`${p.path}/${p.message}`}>
            {p.path && <code>{p.path}</code>} {p.message}
          </li>
        ))}
        {problems.length > 6 && <li>and {problems.length - 6} more</li>}
      </ul>
    </Banner>
  );
}

/** Said once when there is no WebGPU at all; the chip keeps saying it. */
function SlowDevice() {
  const device = useRun((run) => run.device);
  const [closed, setClosed] = useState(false);
  if (!device || closed || ['condenser', 'webgpu'].includes(device.backend)) return null;
  return (
    <Banner tone="warn" onClose={() => setClosed(true)}>
      Training runs on {kindOf(device)}, which is slower than WebGPU. {device.reason}{' '}
      <a href={ADVICE} target="_blank" rel="noreferrer">
        Which browsers offer WebGPU
      </a>
    </Banner>
  );
}

function Notice() {
  const notice = useRun((run) => run.notice);
  const status = useRun((run) => run.status);
  if (!notice) return null;
  const again = status === 'starting';
  return (
    <Banner
      tone="note"
      icon="info"
      onClose={() => useRun.setState({ notice: '' })}
      actions={
        again && (
          <Button size="small" onClick={() => void start()}>
            Try again
          </Button>
        )
      }
    >
      {notice}
    </Banner>
  );
}

/** Everything that needs a word, above the results. */
export function Banners() {
  return (
    <div className="banners">
      <RunTrouble />
      <SavedRun />
      <SlowDevice />
      <LinkTrouble />
      <DataTrouble />
      <OthersWanted />
      <MemoryTrouble />
      <SweepLeft />
      <SweepProgress />
      <Notice />
      <NewVersion />
    </div>
  );
}
