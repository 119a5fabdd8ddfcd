// A phone that two people use: one logs out and hands it over, the other looks (SECURITY-RULES X-12, H-5).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn, press, somebody } from './lib/browser.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();

/** What tells of who was here. */
const TRACES = ['Kofi', 'kofi@voorbeeld.test', 'Mensah', 'Een geheim plan van Kofi'];

/** Everything that a page of ours can find on this phone, as one text. */
const everything = (page) =>
  page.evaluate(async () => {
    const found = [document.cookie, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), JSON.stringify(history.state)];
    found.push(JSON.stringify((await indexedDB.databases?.()) ?? []));
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        found.push(`${request.url} ${await answer.text()}`);
      }
    }
    return found.join('\n');
  });

const expectNothing = (text, where) => {
  for (const trace of TRACES) assert.ok(!text.includes(trace), `${where}: ${trace}`);
};

const shown = (page) => page.locator('html').innerHTML();

test('X-12: whoever gets the phone next finds nothing of who had it before', async () => {
  const page = await somebody(set.browser, set.server);
  await logIn(page, 'kofi');
  await page.goto('/');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.goto('/mijn');
  await page.getByText('Kofi Mensah').waitFor();
  const own = await page.getByRole('main').locator('a[href^="/mijn/initiatieven/"]').first().getAttribute('href');
  for (const path of [own, '/initiatieven', '/initiatieven/nieuw']) await page.goto(path);
  await page.getByLabel('Waar gaat het over?').fill('Een geheim plan van Kofi');
  await page.evaluate(() => fetch('/api/v1/ik').then((answer) => answer.text()));
  await page.goto('/mijn');
  await press(page, 'Uitloggen', page.getByRole('banner'));

  // What stays on the phone.
  expectNothing(await everything(page), 'on the phone');
  // That somebody logged in on this phone before is known; who that was, no page can read.
  const cookies = (await page.context().cookies()).filter(({ name }) => name.startsWith('__Host-') && name !== '__Host-wk_apparaat');
  assert.deepEqual(cookies, []);

  // Back, further back, and forward again.
  for (let steps = 0; steps < 6; steps++) {
    await page.goBack();
    expectNothing(await shown(page), `${steps + 1} back, at ${page.url()}`);
  }
  for (let steps = 0; steps < 6; steps++) {
    await page.goForward();
    expectNothing(await shown(page), `forward, at ${page.url()}`);
  }
  for (const path of ['/mijn', own, '/initiatieven/nieuw', '/mijn/initiatieven']) {
    await page.goto(path);
    expectNothing(await shown(page), path);
  }

  // Without network it shows no more.
  await page.context().setOffline(true);
  for (const path of ['/mijn', own, '/']) {
    await page.goto(path).catch(() => {});
    expectNothing(await shown(page), `${path} offline`);
  }
  await page.context().setOffline(false);

  // And the next one who logs in is themselves.
  await logIn(page, 'fatima');
  await page.goto('/mijn');
  await page.getByText('Fatima Yılmaz').waitFor();
  expectNothing(await shown(page), 'logged in as somebody else');
  expectNothing(await everything(page), 'on the phone of somebody else');
  await page.context().close();
});
