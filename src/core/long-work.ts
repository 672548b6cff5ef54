/**
 * A thread that works without a pause cannot answer. It says so before, so that being busy is not taken for
 * being gone.
 */

/** Milliseconds after which work that is still going on says so again. */
const AGAIN = 5_000;

let tell: () => void = () => {};
let next = 0;

/** @param hook is called before work that may take seconds without a pause, and during it now and then. */
export function onLongWork(hook: () => void): void {
  tell = hook;
  next = 0;
}

/** Call before such work, or once for each piece of it: it costs next to nothing. */
export function longWork(): void {
  const now = performance.now();
  if (now < next) return;
  next = now + AGAIN;
  tell();
}

/** The thread has paused since: what comes next is to be said anew. */
export function rested(): void {
  next = 0;
}
