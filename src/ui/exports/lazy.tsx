/** What writes files is fetched when it is first asked for. */
import { lazy, Suspense, useRef } from 'react';
import { useView } from '../../state/view';

const LazyNetworks = lazy(() => import('./Networks').then((part) => ({ default: part.Networks })));

export function Networks() {
  const open = useView((view) => view.networks);
  // Once opened it stays, so that closing gives the focus back.
  const wanted = useRef(false);
  wanted.current ||= open;
  return <Suspense fallback={null}>{wanted.current && <LazyNetworks />}</Suspense>;
}
