// What scripts add to the form: initiatieven that look like it, and a place on the map; the form works without.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { follow, press, somebody } from './lib/browser.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();

/** The title of something that can be supported, and the wijk that it is in. */
async function example(page) {
  await page.goto('/initiatieven?status=ingediend&gebied=W3');
  const link = page.getByRole('main').getByRole('article').getByRole('link').first();
  const title = await link.innerText();
  await follow(page, title);
  const wijk = await page.locator('.wk-breadcrumbs a').last().getAttribute('href');
  return { title, wijk: wijk.split('/').at(-1) };
}

test('while somebody writes, they see what looks like it', async () => {
  const page = await somebody(set.browser, set.server);
  const { title, wijk } = await example(page);
  await page.goto(`/initiatieven/nieuw?wijk=${wijk}`);
  await page.getByLabel('Waar gaat het over?').pressSequentially(title);
  await page.getByText('Lijkt dit erop?').waitFor();
  const found = page.locator('.wk-similar').getByRole('link', { name: title });
  assert.match(await found.getAttribute('href'), /^\/initiatieven\/[0-9a-f-]{36}$/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('without scripts a button looks for the same, and nothing that was typed is lost', async () => {
  const page = await somebody(set.browser, set.server, { javaScriptEnabled: false });
  const { title, wijk } = await example(page);
  await page.goto(`/initiatieven/nieuw?wijk=${wijk}`);
  await page.getByLabel('Waar gaat het over?').fill(title);
  await press(page, 'Kijk of dit al is ingediend');
  await page.locator('#vergelijkbaar').getByRole('link', { name: title }).waitFor();
  assert.equal(await page.getByLabel('Waar gaat het over?').inputValue(), title);
  await page.context().close();
});

test('a place can be pointed at on the map, with a finger and with the keyboard', async () => {
  const page = await somebody(set.browser, set.server);
  await page.goto('/initiatieven/nieuw?wijk=WK020207');
  await page.getByRole('button', { name: 'Wijs de plek aan op een kaart' }).click();
  const map = page.locator('.leaflet-container');
  await map.waitFor();
  const chosen = () => page.evaluate(() => ['lon', 'lat'].map((name) => Number(document.querySelector(`input[name=${name}]`).value)));
  const isInArnhem = ([lon, lat]) => lon > 5.7 && lon < 6.1 && lat > 51.9 && lat < 52.1;
  await map.scrollIntoViewIfNeeded();
  await map.click({ position: { x: 150, y: 120 } });
  const first = await chosen();
  assert.ok(isInArnhem(first), first.join(' '));
  await page.getByRole('button', { name: 'Kies dit punt' }).focus();
  await page.keyboard.press('Enter');
  const second = await chosen();
  assert.ok(isInArnhem(second), second.join(' '));
  assert.notDeepEqual(second, first, 'the cross stands elsewhere');
  await page.getByText('Dit punt is gekozen.').waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
