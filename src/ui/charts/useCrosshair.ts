/** Pointer and keys on a chart: the crosshair all charts share, and the part of the x axis on show. */
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { type AxesChoice, setAxes, useView } from '../../state/view';
import { fromAxis, toAxis, zoomed } from './axes';
import type { Domains } from './domains';
import { invalidate } from './frame';

/** Pixels a drag must have to mean a part of the axis. */
const LEAST_DRAG = 8;
/** Change of the zoom by one press of + or -. */
const ZOOM = 0.5;

type Ends = Pick<Domains, 'from' | 'end' | 'whole'>;

/** @param place on the x axis, in its coordinates; undefined: no crosshair. */
function moveCursor(place: number | undefined, { from, end }: Ends, { x, logX }: AxesChoice): void {
  const held = place === undefined ? undefined : fromAxis(Math.min(end, Math.max(from, place)), logX);
  const whole = x === 'step' || x === 'images';
  useView.setState({ cursor: held !== undefined && whole ? Math.round(held) : held });
  invalidate();
}

function keyPlace(
  event: KeyboardEvent,
  { from, end }: Ends,
  { logX, x }: AxesChoice,
): number | undefined | 'other' {
  const { cursor } = useView.getState();
  const at = cursor === undefined ? end : toAxis(cursor, logX);
  const least = x === 'step' && !logX ? 1 : 0;
  const jump = Math.max(least, (end - from) / (event.shiftKey ? 10 : 100));
  if (event.key === 'ArrowLeft') return at - jump;
  if (event.key === 'ArrowRight') return at + jump;
  if (event.key === 'Home') return from;
  if (event.key === 'End') return end;
  return event.key === 'Escape' ? undefined : 'other';
}

/** + and - around the crosshair; 0 shows everything. True when the key was one of these. */
function zoomByKey(event: KeyboardEvent, { from, end, whole }: Ends, axes: AxesChoice): boolean {
  const factor = { '+': ZOOM, '=': ZOOM, '-': 1 / ZOOM }[event.key];
  if (event.key === '0') setAxes({ zoom: undefined });
  if (factor === undefined) return event.key === '0';
  const ends = whole.map((x) => toAxis(x, axes.logX)) as [number, number];
  const { cursor } = useView.getState();
  const centre = cursor === undefined ? (from + end) / 2 : toAxis(cursor, axes.logX);
  const next = zoomed([from, end], ends, centre, factor);
  const [a, b] = (next ?? []).map((place) => fromAxis(place, axes.logX));
  setAxes({ zoom: a === undefined || b === undefined ? undefined : [a, b] });
  return true;
}

/**
 * @param left pixels from the chart's edge to the plot. Returns the handlers, whether this chart is the one being
 * read, and the part being dragged over, in pixels of the plot.
 */
export function useCrosshair(ends: Ends, axes: AxesChoice, left: number, plotWidth: number) {
  const [active, setActive] = useState(false);
  const [drag, setDrag] = useState<readonly [number, number]>();
  const placeAt = (x: number) => ends.from + (x / plotWidth) * (ends.end - ends.from);
  const pixel = (event: PointerEvent<HTMLElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left - left;
  const held = (x: number) => Math.min(plotWidth, Math.max(0, x));
  const leave = () => {
    setActive(false);
    setDrag(undefined);
    moveCursor(undefined, ends, axes);
  };
  const handlers = {
    // Fingers scroll the page; they zoom with the buttons of the menu.
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const x = pixel(event);
      const inside = x >= 0 && x <= plotWidth && !(event.target instanceof HTMLButtonElement);
      if (event.pointerType !== 'touch' && event.button === 0 && inside) setDrag([x, x]);
    },
    onPointerUp: () => {
      setDrag(undefined);
      if (!drag || Math.abs(drag[1] - drag[0]) < LEAST_DRAG) return;
      const [a, b] = drag.map((x) => fromAxis(placeAt(x), axes.logX)) as [number, number];
      setAxes({ zoom: [Math.min(a, b), Math.max(a, b)] });
    },
    onDoubleClick: () => setAxes({ zoom: undefined }),
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const x = pixel(event);
      setActive(true);
      if (drag) setDrag([drag[0], held(x)]);
      moveCursor(x < -8 ? undefined : placeAt(x), ends, axes);
    },
    onPointerLeave: leave,
    onBlur: leave,
    onKeyDown: (event: KeyboardEvent) => {
      const place = keyPlace(event, ends, axes);
      const zooms = place === 'other' && !event.ctrlKey && !event.metaKey && zoomByKey(event, ends, axes);
      if (place === 'other' && !zooms) return;
      event.preventDefault();
      if (place === 'other') return;
      setActive(place !== undefined);
      moveCursor(place, ends, axes);
    },
  };
  return { active, drag, handlers };
}
