/**
 * Serves the built page without a network. The build fills in a version and the list of its own files
 * (`scripts/offline.mjs`): nothing else is ever kept, so no images, links or results lie in this cache.
 * A new version waits until the page asks for it or no window is open: a running one is never swapped.
 */
const VERSION = '__VERSION__';
const FILES = __FILES__;
const PREFIX = `condenser ${new URL('./', self.location.href).pathname} `;
const CACHE = PREFIX + VERSION;

self.addEventListener('install', (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

/** Older files stay as long as another window may still need them. */
async function tidy() {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (windows.length > 1) return;
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener('activate', (event) => event.waitUntil(tidy()));

self.addEventListener('message', (event) => {
  if (event.data === 'use-new-version') void self.skipWaiting();
});

/** The page itself, whatever its query, is one file. */
const isPage = ({ mode, url }) =>
  mode === 'navigate' &&
  /\/(index\.html)?$/.test(new URL(url).pathname.slice(PREFIX.split(' ')[1].length - 1));

async function answer(request) {
  const own = await caches.open(CACHE);
  if (isPage(request)) return (await own.match('./')) ?? fetch(request);
  const found = (await own.match(request)) ?? (await caches.match(request));
  return found ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(answer(request));
});
