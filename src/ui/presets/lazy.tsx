/** The examples are fetched when they are first opened. */
import { lazy, Suspense, useRef } from 'react';
import { useView } from '../../state/view';

const LazyPresets = lazy(() => import('./Presets').then((part) => ({ default: part.Presets })));

export function Presets() {
  const open = useView((view) => view.presets !== undefined);
  // Once opened it stays, so that closing gives the focus back.
  const wanted = useRef(false);
  wanted.current ||= open;
  return <Suspense fallback={null}>{wanted.current && <LazyPresets />}</Suspense>;
}
