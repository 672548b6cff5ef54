import type { ReactNode } from 'react';
import { type EmbedPanel, wholeAddress } from '../../share/embed';
import { useSetup } from '../../state/setup';
import { ErrorBoundary } from '../ErrorBoundary';
import { Banners } from '../layout/Banners';
import { MainButton, PhaseBar, StatusText } from '../layout/RunBar';
import { AccuracyPanel } from '../panels/AccuracyPanel';
import { CalibrationPanel } from '../panels/CalibrationPanel';
import { LossPanel } from '../panels/LossPanel';
import { ReliabilityPanel } from '../panels/ReliabilityPanel';
import { ResultTable } from '../panels/ResultTable';

const PANELS: Readonly<Record<EmbedPanel, () => ReactNode>> = {
  results: ResultTable,
  loss: LossPanel,
  accuracy: AccuracyPanel,
  calibration: CalibrationPanel,
  reliability: ReliabilityPanel,
};

/** For frames in lessons and posts: chosen panels, start and pause, and the way to the whole page. */
export function EmbedApp({ panels }: { panels: readonly EmbedPanel[] }) {
  const config = useSetup((setup) => setup.config);
  const charts = panels.filter((panel) => panel !== 'results');
  const part = (panel: EmbedPanel) => {
    const Shown = PANELS[panel];
    return (
      <ErrorBoundary key={panel} part="This panel">
        <Shown />
      </ErrorBoundary>
    );
  };
  return (
    <div className="embed">
      <section className="embed-bar" aria-label="Run">
        <MainButton />
        <PhaseBar />
        <span className="number">
          <StatusText />
        </span>
        <a href={wholeAddress(config, location.href)} target="_blank" rel="noreferrer">
          Open in Condenser
        </a>
      </section>
      <main className="centre">
        <h1 className="sr-only">{config.name || 'Condenser'}</h1>
        <Banners />
        {panels.includes('results') && part('results')}
        {charts.length > 0 && <div className="charts">{charts.map(part)}</div>}
      </main>
    </div>
  );
}
