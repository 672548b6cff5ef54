import { lazy, Suspense } from 'react';

const Marked = lazy(() => import('./Marked').then((part) => ({ default: part.Marked })));

/** A text whose words are links to the glossary; plain until the glossary is there. */
export function Words({ children, except }: { children: string; except?: string }) {
  return (
    <Suspense fallback={children}>
      <Marked text={children} except={except} />
    </Suspense>
  );
}
