// Counting again in the browser, and what somebody's own ballot did: with nothing but what everybody can download.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { expectNoViolations } from './lib/axe.mjs';
import { somebody } from './lib/browser.mjs';
import { round } from './lib/pages.mjs';
import { binary } from './lib/server.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();
const ROUND = 'Presikhaaf aan zet';

async function result(options) {
  const page = await somebody(set.browser, set.server, options);
  const asked = [];
  page.on('request', (request) => asked.push(request));
  await page.goto(await round(page, ROUND));
  await page.waitForLoadState('networkidle');
  return { page, asked };
}

test('the browser counts again, and says that the result is right', async () => {
  const { page, asked } = await result();
  assert.ok(!asked.some((request) => /\/tel\.|natellen/.test(request.url())), 'nothing is fetched before somebody asks');
  const section = page.locator('[data-natellen]');
  await section.getByRole('button', { name: 'Tel nu na' }).click();
  await section.getByText('Het klopt. Uw apparaat telde 143 stemmen').waitFor();
  await section.getByText(/Controlegetal van de getelde stemmen: [0-9a-f]{64}/).waitFor();
  const chosen = await section.getByText('Gekozen volgens uw apparaat').innerText();
  for (const plan of await page.locator('h2:text-is("Gekozen") + ul h3').allInnerTexts()) assert.ok(chosen.includes(plan), plan);
  await expectNoViolations(page);

  // What somebody fills in for themselves stays where it is.
  const before = asked.length;
  await section.getByLabel('1. Eettafel in het wijkcentrum').check();
  await section.getByRole('button', { name: 'Laat zien' }).click();
  await section.getByText(/Uw deel van het geld was €\s[\d.]+,\d\d\. Daarvan bleef/).waitFor();
  await section.getByText(/ging naar plan 1\. Eettafel/).waitFor();
  await section.getByLabel('2. Fietslessen voor vrouwen').check();
  for (const other of ['3. Taalcafé', '4. Muziekfestival in het park', '5. Reparatiewerkplaats', '6. Huiswerkplek in de bibliotheek']) await section.getByLabel(other).check();
  await section.getByRole('button', { name: 'Laat zien' }).click();
  await section.getByText('Niemand stemde precies zo').waitFor();
  assert.deepEqual(asked.slice(before).map((request) => request.url()), []);
  await expectNoViolations(page);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

// What a dishonest server might do, and what the device of a resident says then.
const CHANGES = [
  ['a result that was not counted', '**/uitslag', (text) => text.replace('"gekozen":true', '"gekozen":false'), 'uw apparaat komt op een andere uitslag'],
  ['ballots that were thrown away', '**/uitslag/stembiljetten', (text) => text.replace(/\n100;[^\n]*/, ''), 'passen niet bij elkaar'],
  ['rules that are not those of the page', '**/spelregels', (text) => text.replace('Presikhaaf aan zet', 'Presikhaaf aan Zet'), 'passen niet bij elkaar'],
];
for (const [what, path, change, told] of CHANGES) {
  test(`${what}: the device sees it`, async () => {
    // Without the service worker, which would fetch past the one who plays false here.
    const { page } = await result({ serviceWorkers: 'block' });
    let changed = 0;
    await page.context().route(path, async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      changed += change(text) === text ? 0 : 1;
      await route.fulfill({ response, body: change(text) });
    });
    const section = page.locator('[data-natellen]');
    await section.getByRole('button', { name: 'Tel nu na' }).click();
    await section.getByText(told).waitFor();
    assert.equal(changed, 1);
    await expectNoViolations(page);
    await page.context().close();
  });
}

test('without network it says so, and works when there is one again', async () => {
  const { page } = await result();
  const section = page.locator('[data-natellen]');
  await page.context().setOffline(true);
  await section.getByRole('button', { name: 'Tel nu na' }).click();
  await section.getByText('Het natellen lukt nu niet').waitFor();
  await page.context().setOffline(false);
  await section.getByRole('button', { name: 'Tel nu na' }).click();
  await section.getByText('Het klopt').waitFor();
  await page.context().close();
});

test('a stranger counts again with the file and the command of the page, and nothing else', async () => {
  const { page } = await result();
  const [program, tel, file, ...options] = (await page.locator('pre.wk-code').innerText()).trim().split(' ');
  assert.deepEqual([program, tel], ['wijkkoers', 'tel']);
  const folder = await mkdtemp(join(tmpdir(), 'wijkkoers-recount-'));
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /\.pb/ }).click()]);
  await download.saveAs(join(folder, file));
  const counted = await promisify(execFile)(binary, [tel, file, ...options, '--json'], { cwd: folder, env: {} });
  const report = JSON.parse(counted.stdout);
  const chosen = report.projecten.filter((project) => report.gekozen.includes(project.id)).map((project) => project.naam);
  const shown = await page.locator('h2:text-is("Gekozen") + ul h3').allInnerTexts();
  assert.deepEqual(chosen.toSorted(), shown.map((title) => title.replace(/^\d+\. /, '')).toSorted());
  assert.equal(report.stembiljetten.aantal, 143);
  // And the device finds the same number for the ballots.
  const section = page.locator('[data-natellen]');
  await section.getByRole('button', { name: 'Tel nu na' }).click();
  await section.getByText(report.stembiljetten.digest).waitFor();
  await rm(folder, { recursive: true });
  await page.context().close();
});

test('the result prints whole: reasons, figures and other rules, without what only works on a screen', async () => {
  const { page } = await result();
  await page.emulateMedia({ media: 'print' });
  for (const whole of ['.wk-details table', '.wk-card p']) assert.ok(await page.locator(whole).first().isVisible(), whole);
  const tables = page.locator('.wk-details table');
  assert.equal(await tables.count(), 2, 'what other rules would have given, and the figures');
  for (const own of await tables.all()) assert.ok(await own.isVisible());
  for (const screen of ['.wk-nav', '[data-natellen]']) assert.equal(await page.locator(screen).first().isVisible(), false, screen);
  const pdf = await page.pdf({ format: 'A4' });
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
  await page.context().close();
});
