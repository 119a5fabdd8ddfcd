// The service worker (SECURITY-RULES H-5): what may be read again without network.
// Kept: hashed assets, one offline shell, and answers of /api/v1 that the server calls public.
// Never kept: any other page, anything of a person, this file. xtask fills in the version and the assets.

const VERSION = '__VERSIE__';
const ASSETS = __ASSETS__;
const SHELL = '/offline';
const SHELL_CACHE = `wijkkoers-${VERSION}`;
const ANSWER_CACHE = 'wijkkoers-antwoorden';
const MOST_ANSWERS = 100;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(event));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(asset(request));
  else if (url.pathname.startsWith('/api/v1/') && !request.headers.has('Authorization')) event.respondWith(answer(event));
});

async function install() {
  const cache = await caches.open(SHELL_CACHE);
  // Without cookies, so that the shell is nobody's.
  await cache.addAll([...ASSETS, new Request(SHELL, { cache: 'reload', credentials: 'omit' })]);
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL_CACHE && name !== ANSWER_CACHE).map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(SHELL, { cacheName: SHELL_CACHE })) ?? Response.error();
  }
}

async function asset(request) {
  const cache = await caches.open(SHELL_CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

async function answer(event) {
  const { request } = event;
  try {
    const response = await fetch(request);
    if (response.ok && isPublic(response)) event.waitUntil(keep(request, response.clone()));
    return response;
  } catch (failure) {
    const kept = await caches.match(request, { cacheName: ANSWER_CACHE });
    if (!kept) throw failure;
    return withAge(kept);
  }
}

function isPublic(response) {
  const directives = (response.headers.get('Cache-Control') ?? '').toLowerCase().split(',').map((part) => part.trim());
  return directives.includes('public') && !directives.includes('no-store') && !directives.includes('private');
}

async function keep(request, response) {
  const cache = await caches.open(ANSWER_CACHE);
  await cache.put(request, response);
  const requests = await cache.keys();
  await Promise.all(requests.slice(0, -MOST_ANSWERS).map((oldest) => cache.delete(oldest)));
}

// `Bewaard-Op` tells the page that it reads an old answer, and of when; `Age` is the same in seconds (RFC 9111).
function withAge(kept) {
  const headers = new Headers(kept.headers);
  const date = headers.get('Date');
  if (date) {
    headers.set('Age', Math.max(0, Math.round((Date.now() - Date.parse(date)) / 1000)));
    headers.set('Bewaard-Op', new Date(date).toISOString());
  }
  return new Response(kept.body, { status: kept.status, statusText: kept.statusText, headers });
}
