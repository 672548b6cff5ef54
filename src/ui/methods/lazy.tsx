/** What the page says of methods is fetched when it is first shown. */
import { lazy, Suspense } from 'react';

const LazyCostBadge = lazy(() => import('./CostBadge').then((part) => ({ default: part.CostBadge })));
const LazyMethodPanel = lazy(() => import('./MethodPanel').then((part) => ({ default: part.MethodPanel })));

export function MethodPanel() {
  return (
    <Suspense fallback={<p className="quiet">Opening…</p>}>
      <LazyMethodPanel />
    </Suspense>
  );
}

export function CostBadge({ id }: { id: string }) {
  return (
    <Suspense fallback={null}>
      <LazyCostBadge id={id} />
    </Suspense>
  );
}
