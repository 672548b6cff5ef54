import { useEffect, useState } from 'react';
import { count } from '../../core/format';
import { useDataset } from '../../state/dataset';
import type { Scheme } from '../../state/looks';
import { experimentName } from '../../state/naming';
import { openMethods, openPage } from '../../state/route';
import { useRun } from '../../state/run';
import { edit, useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import { cardOf } from '../hooks';
import { Button, Icon, IconButton, Menu, type MenuItem, useScheme } from '../kit';
import { DeviceChip } from './DeviceChip';
import { ExportMenu, useExports } from './ExportMenu';
import { ShareButton } from './ShareButton';

function NameField() {
  const config = useSetup((setup) => setup.config);
  const [draft, setDraft] = useState(config.name);
  useEffect(() => setDraft(config.name), [config.name]);
  const commit = () => edit((c) => ({ ...c, name: draft.trim().slice(0, 80) }));
  return (
    <input
      className="name-field"
      aria-label="Name of the experiment"
      value={draft}
      placeholder={experimentName({ ...config, name: '' }, cardOf)}
      maxLength={80}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setDraft(config.name);
      }}
    />
  );
}

function DataChip() {
  const current = useDataset((data) => data.current);
  const pending = useDataset((data) => data.pending);
  if (!current) return <span className="chip">{pending ? 'Making images…' : 'No data yet'}</span>;
  const { width, height } = current.shape;
  const total = current.counts.train + current.counts.validation + current.counts.test;
  return (
    <span className="chip chip-data" title={`${current.name}, fingerprint ${current.fingerprint}`}>
      <Icon name="images" size={14} />
      <span className="chip-text">
        {current.name} {width}×{height} · {current.classNames.length} classes · {count(total)}
      </span>
    </span>
  );
}

const openRuns = (): void => useView.setState({ runs: true });
const openExamples = (): void => openPage('presets', '');
const openLook = (): void => useView.setState({ look: 'confidence' });
const openHelp = (): void => useView.setState({ help: true });

const coloursText = (scheme: Scheme): string => (scheme === 'dark' ? 'Light colours' : 'Dark colours');

/** On phones: what the top bar has no room for. */
function MoreMenu() {
  const { scheme, toggle } = useScheme();
  const exports = useExports();
  const items: readonly MenuItem[] = [
    { label: 'Methods', detail: 'Every method, with its page', onSelect: () => openMethods('') },
    { label: 'Look closer', detail: 'Confidence, a map of the images, drawing', onSelect: openLook },
    { label: 'Runs', detail: 'Finished runs, to compare', onSelect: openRuns },
    ...exports.map((item) => ({ ...item, label: `Export: ${item.label}` })),
    { label: 'Examples', detail: 'Ready comparisons, also one near to every paper', onSelect: openExamples },
    { label: coloursText(scheme), onSelect: toggle },
    { label: 'Help', onSelect: openHelp },
  ];
  return (
    <Menu
      trigger={
        <IconButton className="narrow-only" label="More">
          <Icon name="more" />
        </IconButton>
      }
      items={items}
    />
  );
}

export function TopBar() {
  const { scheme, toggle } = useScheme();
  const colours = coloursText(scheme);
  const failure = useRun((run) => run.failure);
  return (
    <header className="top-bar">
      <IconButton
        className="rail-toggle"
        label="Set-up"
        onClick={() => useView.setState((v) => ({ railOpen: !v.railOpen }))}
      >
        <Icon name="menu" />
      </IconButton>
      <h1 className="wordmark">
        <img src="./icon.svg" alt="" width={22} height={22} />
        Condenser
      </h1>
      <NameField />
      <DataChip />
      <div className="top-right">
        {!failure && <DeviceChip />}
        <Button tone="quiet" className="wide-only" onClick={() => openMethods('')} title="M">
          Methods
        </Button>
        <Button tone="quiet" className="wide-only" onClick={openRuns} title="]">
          Runs
        </Button>
        <Button tone="quiet" className="wide-only" onClick={openLook} title="V">
          Look
        </Button>
        <Button tone="quiet" className="wide-only" onClick={openExamples} title="E">
          Examples
        </Button>
        <ExportMenu />
        <ShareButton />
        <IconButton className="wide-only" label={colours} onClick={toggle}>
          <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
        </IconButton>
        <IconButton className="wide-only" label="Help and shortcuts (?)" onClick={openHelp}>
          <Icon name="help" />
        </IconButton>
        <MoreMenu />
      </div>
    </header>
  );
}
