/** The tour is fetched when it is first taken. */
import { lazy, Suspense } from 'react';
import { useRun } from '../../state/run';
import { canTour, startTour } from '../../state/tour';
import { useTour } from '../../state/tour-store';
import { Button } from '../kit';

const LazyTour = lazy(() => import('./Tour').then((part) => ({ default: part.Tour })));

export function Tour() {
  const runs = useTour((tour) => tour.at !== undefined);
  return <Suspense fallback={null}>{runs && <LazyTour />}</Suspense>;
}

/** Offers the tour; not while something trains, which it would end. */
export function TourButton({ before, wide = false }: { before?: () => void; wide?: boolean }) {
  useRun((run) => run.status);
  const free = canTour();
  return (
    <Button
      tone="quiet"
      size="small"
      wide={wide}
      disabled={!free}
      {...(free ? {} : { title: 'Let the run end first, or reset it' })}
      onClick={() => {
        before?.();
        startTour();
      }}
    >
      Take the tour, one minute
    </Button>
  );
}
