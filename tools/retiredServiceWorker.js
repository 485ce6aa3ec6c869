/**
 * The way out of a broken service worker: publish this file as `sw.js` in its place. Browsers ask for `sw.js` again
 * at every visit, whatever the broken one does; this one takes over at once, deletes the files that were kept, and
 * removes itself. Nothing that was judged is touched. Pages then come from the host, until a sound `sw.js` is
 * published again.
 */
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener('activate', (event) => event.waitUntil(retire()));

async function retire() {
  const folder = new URL('./', self.location.href).pathname;
  const names = await self.caches.keys();
  const ours = names.filter((name) => name.startsWith(`palate ${folder} `));
  await Promise.all(ours.map((name) => self.caches.delete(name)));
  await self.registration.unregister();
}
