// Photos in an S3-compatible store: only a setting. The store is one of our own, as small as can be.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { png } from './lib/photo.mjs';
import { PASSWORD } from './lib/browser.mjs';
import { startServer } from './lib/server.mjs';

const objects = new Map();
let isAway = false;
let store;
let server;

before(async () => {
  store = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const path = request.url.split('?')[0];
    if (isAway) return response.writeHead(503).end();
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256')) return response.writeHead(403).end();
    if (request.method === 'PUT') {
      objects.set(path, Buffer.concat(parts));
      return response.writeHead(200, { etag: '"1"' }).end();
    }
    const found = objects.get(path);
    if (!found) return response.writeHead(404).end();
    const headers = { 'content-length': found.length, etag: '"1"', 'last-modified': new Date(0).toUTCString() };
    return response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : found);
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  server = await startServer({
    settings: {
      WIJKKOERS_PHOTOS: 's3://fotos',
      AWS_ENDPOINT: `http://127.0.0.1:${store.address().port}`,
      AWS_ALLOW_HTTP: 'true',
      AWS_REGION: 'here',
      AWS_ACCESS_KEY_ID: 'somebody',
      AWS_SECRET_ACCESS_KEY: 'something',
    },
  });
});
after(async () => {
  await server?.stop();
  store?.close();
});

const ask = (path, options = {}) => fetch(`${server.base}/api/v1${path}`, options);
const upload = (token, key) =>
  ask('/fotos', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png', 'idempotency-key': key },
    body: png(),
  });

test('U-1: a photo goes to the store and comes back from it; without the store it waits', async () => {
  const body = JSON.stringify({ email: 'kofi@voorbeeld.test', wachtwoord: PASSWORD });
  const login = await ask('/sessies', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { toegang } = await login.json();
  const before = new Set(objects.keys());
  const made = await upload(toegang, 'photo-one');
  assert.equal(made.status, 201, await made.clone().text());
  const added = [...objects.keys()].filter((name) => !before.has(name)).sort();
  const [name, small] = added;
  assert.equal(added.length, 2);
  assert.match(name, /^\/fotos\/[0-9a-f]{64}\.jpg$/);
  assert.equal(small, name.replace('/fotos/', '/fotos/klein/'));
  const bytes = objects.get(name);
  assert.deepEqual([...bytes.subarray(0, 2)], [0xff, 0xd8], 'it was made anew');

  const { id } = await made.json();
  const seen = await ask(`/fotos/${id}`, { headers: { authorization: `Bearer ${toegang}` } });
  assert.equal(seen.status, 200);
  assert.deepEqual(Buffer.from(await seen.arrayBuffer()), bytes);
  const listed = await ask(`/fotos/${id}/klein`, { headers: { authorization: `Bearer ${toegang}` } });
  assert.deepEqual(Buffer.from(await listed.arrayBuffer()), objects.get(small));
  // A backup has no small copies: they are made again.
  objects.delete(small);
  const again = await ask(`/fotos/${id}/klein`, { headers: { authorization: `Bearer ${toegang}` } });
  assert.equal(again.status, 200);
  assert.deepEqual(Buffer.from(await again.arrayBuffer()), objects.get(small));

  isAway = true;
  for (const answer of [await upload(toegang, 'photo-two'), await ask(`/fotos/${id}`, { headers: { authorization: `Bearer ${toegang}` } })]) {
    assert.equal(answer.status, 503, await answer.clone().text());
    assert.ok(answer.headers.get('retry-after'));
  }
  isAway = false;
  const repeated = await upload(toegang, 'photo-two');
  assert.equal(repeated.status, 201);
});
