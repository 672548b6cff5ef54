/** The kept runs are fetched when they are first opened. */
import { lazy, Suspense, useRef } from 'react';
import { useView } from '../../state/view';

const LazyRuns = lazy(() => import('./Runs').then((part) => ({ default: part.Runs })));

export function Runs() {
  const open = useView((view) => view.runs);
  // Once opened it stays, so that closing gives the focus back.
  const wanted = useRef(false);
  wanted.current ||= open;
  return <Suspense fallback={null}>{wanted.current && <LazyRuns />}</Suspense>;
}
