/** The kept networks are fetched when they are first opened. */
import { lazy, Suspense, useRef } from 'react';
import { useView } from '../../state/view';

const LazyLibrary = lazy(() => import('./Library').then((part) => ({ default: part.Library })));

export function Library() {
  const open = useView((view) => view.library);
  // Once opened it stays, so that closing gives the focus back.
  const wanted = useRef(false);
  wanted.current ||= open;
  return <Suspense fallback={null}>{wanted.current && <LazyLibrary />}</Suspense>;
}
