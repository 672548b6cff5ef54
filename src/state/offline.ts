/** The page without a network: its service worker, and a new version that waits to be used. */
import { create } from 'zustand';

export interface OfflineState {
  /** A newer version is there and waits; the running one goes on until it is asked for. */
  readonly waiting: boolean;
}

export const useOffline = create<OfflineState>()(() => ({ waiting: false }));

let registration: ServiceWorkerRegistration | undefined;

/** There is something to wait for only where an older version is in use. */
function look(): void {
  const waiting = registration?.waiting != null && navigator.serviceWorker.controller !== null;
  if (waiting !== useOffline.getState().waiting) useOffline.setState({ waiting });
}

function follow(made: ServiceWorkerRegistration): void {
  registration = made;
  look();
  made.addEventListener('updatefound', () => made.installing?.addEventListener('statechange', look));
}

/** Keeps the page for visits without a network. Where the browser forbids it, all else works as before. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    const address = new URL('sw.js', document.baseURI).href;
    follow(await navigator.serviceWorker.register(address, { updateViaCache: 'none' }));
  } catch {
    // Private windows and plain http on other machines: the page needs the network every time.
  }
}

/** Loads the version that waits. */
export function loadNewVersion(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  registration?.waiting?.postMessage('use-new-version');
}
