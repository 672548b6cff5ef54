import { type ComponentType, lazy, Suspense, useRef } from 'react';
import { useView, type ViewState } from '../state/view';

/**
 * A dialog whose code is fetched when it is first opened. Once opened it stays, so that closing gives the focus
 * back.
 */
export function openedLater(load: () => Promise<ComponentType>, isOpen: (view: ViewState) => boolean) {
  const Part = lazy(async () => ({ default: await load() }));
  return function OpenedLater() {
    const open = useView(isOpen);
    const wanted = useRef(false);
    wanted.current ||= open;
    return <Suspense fallback={null}>{wanted.current && <Part />}</Suspense>;
  };
}
