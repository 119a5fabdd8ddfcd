// Everyone can take part: on a small phone, in the dark, enlarged, with a keyboard, with a screen reader (WCAG 2.2 AA).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violations } from './lib/axe.mjs';
import { logIn, press, somebody } from './lib/browser.mjs';
import { everyPage, everyRefusal } from './lib/pages.mjs';
import { focus, refusalTakesFocus, summaryTakesFocus, tabTo } from './lib/keyboard.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();

const WIDTHS = [320, 390, 1280];

/** Looks at the page as it stands, in each width and in light and dark. */
async function lookAt(page, name) {
  const flaws = new Map();
  const note = (flaw, where) => flaws.set(flaw, [...(flaws.get(flaw) ?? []), where]);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) note(`${over} px too wide`, width);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // What depends on neither width nor colour is asked at the smallest and at the widest.
      const isWhole = (width === WIDTHS[0] && colorScheme === 'light') || (width === WIDTHS.at(-1) && colorScheme === 'dark');
      for (const flaw of await violations(page, { isWhole })) note(flaw, `${width} ${colorScheme}`);
    }
  }
  return [...flaws].map(([flaw, where]) => `${name}: ${flaw} (${where.join(', ')})`);
}

test('every page, in each width, in light and dark', async () => {
  const found = [];
  for await (const { name, who, path, page } of everyPage(set.browser, set.server)) {
    await page.goto(path);
    found.push(...(await lookAt(page, `${name} as ${who}`)));
  }
  assert.ok(found.length === 0, found.join('\n'));
});

test('every form that is refused, and where the focus is then', async () => {
  const found = [];
  for await (const { name, page } of everyRefusal(set.browser, set.server)) {
    if (!(await refusalTakesFocus(page))) found.push(`${name}: what is wrong has no focus`);
    // Each line of the summary leads to a field that there is once, and says which one.
    const lines = page.getByRole('alert').getByRole('link');
    const said = await lines.allInnerTexts();
    if (new Set(said).size !== said.length) found.push(`${name}: lines of the summary cannot be told apart: ${said.join(' | ')}`);
    const hrefs = await lines.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    for (const href of hrefs) {
      const count = await page.locator(`[id="${href.slice(1)}"]`).count();
      if (count !== 1) found.push(`${name}: ${href} leads to ${count} places`);
    }
    const onTheWayDown = await page.evaluate((all) => [...document.querySelectorAll('[id]')].map((own) => `#${own.id}`).filter((own) => all.includes(own)), hrefs);
    if (hrefs.join() !== onTheWayDown.join()) found.push(`${name}: told in another order than the fields stand in: ${hrefs.join(' ')}`);
    found.push(...(await lookAt(page, name)));
  }
  assert.ok(found.length === 0, found.join('\n'));
});

test('every id on a page is there once, so that each label belongs to its own field', async () => {
  const found = [];
  for await (const { name, who, path, page } of everyPage(set.browser, set.server)) {
    await page.goto(path);
    const twice = await page.evaluate(() => {
      const ids = [...document.querySelectorAll('[id]')].map((own) => own.id);
      return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
    });
    if (twice.length > 0) found.push(`${name} as ${who}: ${twice.join(', ')}`);
  }
  assert.ok(found.length === 0, found.join('\n'));
});

test('enlarged to 200 % nothing is lost', async () => {
  const words = (page) => page.locator('body').innerText().then((text) => text.split(/\s+/).filter(Boolean).join(' '));
  const found = [];
  for await (const { name, who, path, page } of everyPage(set.browser, set.server, { deviceScaleFactor: 2 })) {
    await page.setViewportSize({ width: 1280, height: 1024 });
    await page.goto(path);
    // The button that asks for the place comes with its script.
    await page.waitForFunction(() => !document.querySelector('.wk-location[hidden]'));
    const whole = await words(page);
    await page.setViewportSize({ width: 640, height: 512 });
    if ((await words(page)) !== whole) found.push(`${name} as ${who}: other words`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (over > 0) found.push(`${name} as ${who}: ${over} px too wide`);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('main *, header *, footer *')]
        // What is cut to nothing is for screen readers.
        .filter((own) => own.checkVisibility() && getComputedStyle(own).clipPath === 'none' && getComputedStyle(own).overflowX === 'hidden' && own.scrollWidth > own.clientWidth + 1)
        .map((own) => own.outerHTML.slice(0, 100)),
    );
    if (cut.length > 0) found.push(`${name} as ${who}: cut off ${cut.join(' ')}`);
  }
  assert.ok(found.length === 0, found.join('\n'));
});

const onto = (page, name) => tabTo(page, name, (now) => now.name === name);
const ontoButton = (page, label) => tabTo(page, label, (now) => now.tag === 'BUTTON' && now.label === label);

test('the first thing to press leads past the menu', async () => {
  const page = await somebody(set.browser, set.server);
  await page.goto('/');
  await page.keyboard.press('Tab');
  const skip = await focus(page);
  assert.equal(skip.label, 'Naar de inhoud');
  assert.ok(skip.hasRing && skip.isInSight, JSON.stringify(skip));
  await page.keyboard.press('Enter');
  await tabTo(page, 'postcode', (now) => now.name === 'postcode');
  assert.match(page.url(), /#inhoud$/);
  await page.context().close();
});

test('an initiatief can be handed in with the keyboard alone', async () => {
  const page = await somebody(set.browser, set.server);
  await page.goto('/initiatieven/nieuw?wijk=WK020207');
  await onto(page, 'soort');
  await page.keyboard.press('ArrowDown');
  await onto(page, 'titel');
  await page.keyboard.type('Licht op het pad');
  await onto(page, 'tekst');
  await page.keyboard.type('Het is er donker, vooral in de winter.');
  await onto(page, 'overPersoon');
  await page.keyboard.press('Space');
  await onto(page, 'thema');
  await page.keyboard.press('ArrowDown');
  await onto(page, 'indiener.naam');
  await page.keyboard.type('Jo de Boer');
  await onto(page, 'indiener.email');
  await page.keyboard.type('jo');
  await ontoButton(page, 'Dien in');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  assert.ok(await summaryTakesFocus(page));
  // From the summary straight to the field that was not right.
  const line = await tabTo(page, 'the line of the summary', (now) => now.tag === 'A');
  assert.match(line.label, /e-mailadres/i);
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'indiener.email');
  await page.keyboard.press('End');
  await page.keyboard.type('@example.org');
  await ontoButton(page, 'Dien in');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await page.getByRole('heading', { level: 1, name: 'Kijk in uw mail' }).waitFor();
  await page.context().close();
});

test('a member of the wijkteam answers with the keyboard alone', async () => {
  const page = await somebody(set.browser, set.server);
  await page.goto('/inloggen');
  await onto(page, 'email');
  await page.keyboard.type('shanti@voorbeeld.test');
  await onto(page, 'wachtwoord');
  await page.keyboard.type('fiets molen lantaarn');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await tabTo(page, 'Mijn werk', (now) => now.label === 'Mijn werk');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await tabTo(page, 'an initiatief', (now) => now.name.startsWith('/werk/initiatieven/'));
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await tabTo(page, 'Stuur een bericht', (now) => now.tag === 'SUMMARY' && now.label === 'Stuur een bericht');
  await page.keyboard.press('Space');
  await tabTo(page, 'Uw bericht', (now) => now.tag === 'TEXTAREA' && now.label === 'Uw bericht');
  await page.keyboard.type('Wij komen woensdag kijken.');
  await ontoButton(page, 'Stuur het bericht');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await page.getByText('Wij komen woensdag kijken.').waitFor();
  await page.context().close();
});

test('whoever logs in wrongly hears so', async () => {
  const page = await somebody(set.browser, set.server);
  await logIn(page, 'fatima', 'niet het wachtwoord');
  await page.getByRole('alert').getByText('Inloggen is niet gelukt').waitFor();
  assert.ok(await summaryTakesFocus(page));
  assert.equal(await page.getByLabel('E-mailadres').inputValue(), 'fatima@voorbeeld.test');
  await page.getByLabel('Wachtwoord').fill('fiets molen lantaarn');
  await press(page, 'Inloggen');
  await page.getByRole('banner').getByText('Fatima Yılmaz').waitFor();
  await page.context().close();
});
