/** The method pages are fetched when they are first opened. */
import { lazy, Suspense, useRef } from 'react';
import { useView } from '../../state/view';

const LazyGallery = lazy(() => import('./Gallery').then((part) => ({ default: part.Gallery })));
const LazyCostBadge = lazy(() => import('./CostBadge').then((part) => ({ default: part.CostBadge })));
const LazyMethodPanel = lazy(() => import('./MethodPanel').then((part) => ({ default: part.MethodPanel })));

export function Gallery() {
  const open = useView((view) => view.methods !== undefined);
  // Once opened it stays, so that closing gives the focus back.
  const wanted = useRef(false);
  wanted.current ||= open;
  return <Suspense fallback={null}>{wanted.current && <LazyGallery />}</Suspense>;
}

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
