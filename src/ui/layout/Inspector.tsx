import { type InspectorTab, inspect, useView } from '../../state/view';
import { Icon, IconButton, Segments } from '../kit';
import { MethodPanel } from '../methods/lazy';
import { ConfusionPanel } from '../panels/ConfusionPanel';
import { ProbePanels } from '../panels/ProbePanels';
import { SamplesPanel } from '../panels/SamplesPanel';

const TABS: readonly { readonly value: InspectorTab; readonly label: string }[] = [
  { value: 'method', label: 'Method' },
  { value: 'samples', label: 'Images' },
  { value: 'confusion', label: 'Confusion' },
  { value: 'panels', label: 'Inside' },
];

/** Details of the selected learner. */
export function Inspector() {
  const tab = useView((view) => view.inspector);
  if (!tab) return null;
  return (
    <aside className="inspector" aria-label="Details of the selected learner">
      <header className="inspector-head">
        <Segments label="Details" value={tab} options={TABS} onChange={inspect} />
        <IconButton small label="Close details (i)" onClick={() => inspect(undefined)}>
          <Icon name="close" size={14} />
        </IconButton>
      </header>
      <div className="inspector-body">
        {tab === 'method' && <MethodPanel />}
        {tab === 'samples' && <SamplesPanel />}
        {tab === 'confusion' && <ConfusionPanel />}
        {tab === 'panels' && <ProbePanels />}
      </div>
    </aside>
  );
}
