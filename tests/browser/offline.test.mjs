// Without network: what a phone still shows, and what it never keeps (SECURITY-RULES H-5).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn, somebody } from './lib/browser.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();

/** Everything that the service worker keeps: path and kind. */
const kept = (page) =>
  page.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        found.push({ path: new URL(request.url).pathname, kind: answer.headers.get('content-type') ?? '', control: answer.headers.get('cache-control') ?? '' });
      }
    }
    return found;
  });

test('a form that is sent without network stays as it is, and says so', async () => {
  const page = await somebody(set.browser, set.server);
  await page.goto('/initiatieven/nieuw?wijk=WK020207');
  await page.getByLabel('Waar gaat het over?').fill('Licht op het pad');
  await page.context().setOffline(true);
  const send = page.getByRole('main').getByRole('button', { name: 'Dien in', exact: true });
  for (let times = 0; times < 2; times++) {
    await send.click();
    await page.getByRole('alert').getByText('Er is niets verstuurd').waitFor();
  }
  assert.equal(await page.getByRole('alert').count(), 1);
  assert.equal(await page.getByLabel('Waar gaat het over?').inputValue(), 'Licht op het pad');
  await page.context().setOffline(false);
  await Promise.all([page.waitForEvent('load'), send.click()]);
  await page.getByRole('alert').getByText('Niet alles is goed ingevuld').waitFor();
  assert.equal(await page.getByLabel('Waar gaat het over?').inputValue(), 'Licht op het pad');
  await page.context().close();
});

test('H-5: a phone keeps what everybody may have, and says when there is no network', async () => {
  const kofi = await somebody(set.browser, set.server);
  await logIn(kofi, 'kofi');
  await kofi.goto('/');
  await kofi.evaluate(() => navigator.serviceWorker.ready);
  // From now on the worker sees what goes by: pages, what is personal, and what is public.
  for (const path of ['/mijn', '/initiatieven', '/']) await kofi.goto(path);
  await kofi.evaluate(async () => {
    await fetch('/api/v1/gebieden');
    await fetch('/api/v1/ik');
    await fetch('/api/v1/mijn/initiatieven');
  });
  const all = await kept(kofi);
  const paths = all.map(({ path }) => path);
  assert.ok(paths.includes('/offline'), paths.join(' '));
  assert.ok(paths.includes('/api/v1/gebieden'), paths.join(' '));
  for (const { path, kind, control } of all) {
    const isOurs = path.startsWith('/assets/') || path === '/offline' || (path.startsWith('/api/v1/') && control.includes('public'));
    assert.ok(isOurs, `${path} ${kind} ${control}`);
    assert.ok(!kind.startsWith('text/html') || path === '/offline', `a page is kept: ${path}`);
  }

  await set.server.kill();
  set.server = undefined;
  await kofi.goto('/mijn');
  await kofi.getByRole('heading', { level: 1, name: 'U hebt nu geen internet' }).waitFor();
  assert.equal(await kofi.getByText('Kofi Mensah').count(), 0);
  // What is public can still be read.
  const gebieden = await kofi.evaluate(() => fetch('/api/v1/gebieden').then((answer) => answer.json()));
  assert.ok(JSON.stringify(gebieden).includes('Klarendal'));
  await kofi.context().close();
});
