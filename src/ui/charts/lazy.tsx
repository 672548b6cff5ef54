/** The chart library is fetched after the first paint: before a run there is nothing to draw with it. */
import { lazy, Suspense } from 'react';
import type { LiveChartProps } from './LiveChart';

const LazyLiveChart = lazy(() => import('./LiveChart').then((part) => ({ default: part.LiveChart })));
const LazyReliabilityChart = lazy(() =>
  import('./ReliabilityChart').then((part) => ({ default: part.ReliabilityChart })),
);

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
