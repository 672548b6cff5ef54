import { useEffect } from 'react';
import { percent } from '../core/format';
import { isActive, useRun } from '../state/run';
import { useSweeps } from '../state/sweep-store';
import { useView } from '../state/view';
import { Collect, Gallery, Glossary, Library, Look, Networks, Presets, Python, Runs } from './dialogs';
import { DropZone } from './dropzone/DropZone';
import { ImportDialog } from './dropzone/ImportDialog';
import { ErrorBoundary } from './ErrorBoundary';
import { Drawer } from './kit';
import { Banners } from './layout/Banners';
import { Help } from './layout/Help';
import { Inspector } from './layout/Inspector';
import { RunBar, shareDone } from './layout/RunBar';
import { useShortcuts } from './layout/shortcuts';
import { TopBar } from './layout/TopBar';
import { AccuracyPanel } from './panels/AccuracyPanel';
import { CalibrationPanel } from './panels/CalibrationPanel';
import { LossPanel } from './panels/LossPanel';
import { RegimePanel } from './panels/RegimePanel';
import { ReliabilityPanel } from './panels/ReliabilityPanel';
import { ResultTable } from './panels/ResultTable';
import { MethodPicker } from './rail/MethodPicker';
import { Rail } from './rail/Rail';
import { Tour } from './tour/lazy';
import { useMedia } from './useMedia';

const WIDE = '(min-width: 1100px)';

/**
 * The share that is done in the tab's title, for people who look elsewhere meanwhile. It draws nothing: it is apart so
 * that a percent more renders none of the page.
 */
function Title() {
  const status = useRun((run) => run.status);
  const done = useRun((run) => percent(shareDone(run.progress), 0));
  useEffect(() => {
    document.title = isActive(status) ? `${done} · Condenser` : 'Condenser';
  }, [status, done]);
  return null;
}

function Charts() {
  return (
    <div className="charts">
      <ErrorBoundary part="The loss chart">
        <LossPanel />
      </ErrorBoundary>
      <ErrorBoundary part="The accuracy chart">
        <AccuracyPanel />
      </ErrorBoundary>
      <ErrorBoundary part="The calibration chart">
        <CalibrationPanel />
      </ErrorBoundary>
      <ErrorBoundary part="The reliability diagram">
        <ReliabilityPanel />
      </ErrorBoundary>
    </div>
  );
}

export function App() {
  const wide = useMedia(WIDE);
  const drawer = useView((view) => view.railOpen);
  // The set-up is that of the point in training; what was edited would be lost with the next one.
  const sweeping = useSweeps((sweeps) => sweeps.running !== undefined);
  useShortcuts();
  const folded = wide && drawer;
  return (
    <div className={`app${folded ? ' rail-folded' : ''}`}>
      <Title />
      <TopBar />
      <RunBar />
      {wide && !folded && (
        <nav className="rail" aria-label="Set-up" inert={sweeping}>
          <ErrorBoundary part="The set-up">
            <Rail />
          </ErrorBoundary>
        </nav>
      )}
      <main className="centre">
        <Banners />
        <ErrorBoundary part="The results">
          <ResultTable />
        </ErrorBoundary>
        <Charts />
        <ErrorBoundary part="The training images">
          <RegimePanel />
        </ErrorBoundary>
      </main>
      <ErrorBoundary part="The details">
        <Inspector />
      </ErrorBoundary>
      {!wide && (
        <Drawer
          open={drawer}
          onClose={() => useView.setState({ railOpen: false })}
          title="Set-up"
          side="left"
        >
          <div inert={sweeping}>
            <Rail />
          </div>
        </Drawer>
      )}
      <MethodPicker />
      <ErrorBoundary part="The method pages">
        <Gallery />
      </ErrorBoundary>
      <ErrorBoundary part="The examples">
        <Presets />
        <Glossary />
      </ErrorBoundary>
      <ErrorBoundary part="The kept runs">
        <Runs />
      </ErrorBoundary>
      <ErrorBoundary part="The closer look">
        <Look />
      </ErrorBoundary>
      <Networks />
      <Python />
      <ErrorBoundary part="The kept networks">
        <Library />
      </ErrorBoundary>
      <Collect />
      <ImportDialog />
      <Help />
      <DropZone />
      <ErrorBoundary part="The tour">
        <Tour />
      </ErrorBoundary>
    </div>
  );
}
