/** The chart library is fetched after the first paint: before a run there is nothing to draw with it. */
import { lazy, Suspense } from 'react';
import type { LiveChartProps } from './LiveChart';

const live = () => import('./LiveChart');
const reliability = () => import('./ReliabilityChart');

const LazyLiveChart = lazy(() => live().then((part) => ({ default: part.LiveChart })));
const LazyReliabilityChart = lazy(() => reliability().then((part) => ({ default: part.ReliabilityChart })));

/** Fetches the charts in the background, so that they are there when a run starts. */
export function prefetchCharts(): void {
  setTimeout(() => void Promise.all([live(), reliability()]).catch(() => undefined), 300);
}

export function LiveChart(props: LiveChartProps) {
  return (
    <Suspense fallback={<div className="live-chart" />}>
      <LazyLiveChart {...props} />
    </Suspense>
  );
}

export function ReliabilityChart(props: Parameters<typeof LazyReliabilityChart>[0]) {
  return (
    <Suspense fallback={<div className="live-chart" />}>
      <LazyReliabilityChart {...props} />
    </Suspense>
  );
}
