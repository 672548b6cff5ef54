import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { endTour, goTo, runTour } from '../../state/tour';
import { useTour } from '../../state/tour-store';
import { Button } from '../kit';
import { STOPS, type Stop } from './stops';

/** How often the place of what is pointed at is looked up, in milliseconds: it may come, go or move. */
const LOOK = 300;

const onScreen = (selector: string): Element | undefined =>
  [...document.querySelectorAll(selector)].find((element) => element.getClientRects().length > 0);

const targetOf = ({ at }: Stop): Element | undefined => {
  for (const selector of at) {
    const found = onScreen(selector);
    if (found) return found;
  }
  return undefined;
};

/** Where the stop's target is in the window; brought into view once. */
function usePlace(stop: Stop | undefined): DOMRect | undefined {
  const [place, setPlace] = useState<DOMRect>();
  useEffect(() => {
    if (!stop) return undefined;
    const look = () => {
      const next = targetOf(stop)?.getBoundingClientRect();
      setPlace((old) => (JSON.stringify(old) === JSON.stringify(next) ? old : next));
    };
    targetOf(stop)?.scrollIntoView({ block: 'nearest' });
    look();
    const timer = setInterval(look, LOOK);
    return () => clearInterval(timer);
  }, [stop]);
  return place;
}

function Ring({ place }: { place: DOMRect }) {
  const { left, top, width, height } = place;
  return (
    <div
      className="tour-ring"
      style={{ left: left - 4, top: top - 4, width: width + 8, height: height + 8 }}
      aria-hidden="true"
    />
  );
}

/** On the other half of the window, so that it does not cover what it points at. */
const sideOf = (place: DOMRect | undefined): CSSProperties =>
  place && place.top + place.height / 2 > innerHeight / 2 ? { top: 64 } : { bottom: 72 };

/** The card of the tour. It floats over the page, which stays usable; arrow keys and Escape work inside it. */
export function Tour() {
  const at = useTour((tour) => tour.at);
  const stop = at === undefined ? undefined : STOPS[at];
  const place = usePlace(stop);
  const title = useRef<HTMLHeadingElement>(null);
  const opener = useRef<Element>(null);
  useEffect(() => {
    if (at === undefined) return;
    if (at === 0) opener.current = document.activeElement;
    title.current?.focus({ preventScroll: true });
  }, [at]);
  if (at === undefined || !stop) return null;
  const leave = () => {
    endTour();
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };
  const go = (to: number) => {
    if (to < 0) return;
    if (stop.runs && to > at) runTour();
    if (to >= STOPS.length) leave();
    else goTo(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = {
      ArrowRight: () => go(at + 1),
      ArrowLeft: () => go(at - 1),
      Escape: leave,
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const last = at === STOPS.length - 1;
  return (
    <>
      {place && <Ring place={place} />}
      <aside className="tour" aria-label="Tour" style={sideOf(place)} onKeyDown={onKeyDown}>
        <h2 ref={title} tabIndex={-1}>
          {stop.title}
        </h2>
        <p>{stop.text}</p>
        <div className="row">
          <span className="quiet">
            {at + 1} of {STOPS.length}
          </span>
          <Button tone="quiet" size="small" onClick={leave}>
            Leave
          </Button>
          <Button size="small" onClick={() => go(at - 1)} disabled={at === 0}>
            Back
          </Button>
          <Button tone="main" size="small" onClick={() => go(at + 1)}>
            {last ? 'Done' : 'Next'}
          </Button>
        </div>
      </aside>
    </>
  );
}
