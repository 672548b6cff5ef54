/** Parts of the closer look that other panels show, fetched when they are first needed. */
import { lazy, Suspense } from 'react';

const LazyPlaces = lazy(async () => ({ default: (await import('./Places')).Places }));

export function Places(props: Parameters<typeof LazyPlaces>[0]) {
  return (
    <Suspense fallback={null}>
      <LazyPlaces {...props} />
    </Suspense>
  );
}
