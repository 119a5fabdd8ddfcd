// Somebody of the wijkteam draws on a photo what nobody may see: with a mouse, with a finger, and with numbers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectNoViolations } from './lib/axe.mjs';
import { PASSWORD, logIn, press, somebody, unfold } from './lib/browser.mjs';
import { png } from './lib/photo.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();

/** Something with a photo, handed in by Kofi; the address where the wijkteam takes parts of it away. */
async function handedIn(key) {
  const ask = async (path, type, body, headers = {}) => {
    const answer = await fetch(`${set.server.base}/api/v1${path}`, { method: 'POST', headers: { 'content-type': type, ...headers }, body });
    assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.json();
  };
  const login = { email: 'kofi@voorbeeld.test', wachtwoord: PASSWORD };
  const { toegang } = await ask('/sessies', 'application/json', JSON.stringify(login));
  const own = (what) => ({ authorization: `Bearer ${toegang}`, 'idempotency-key': `${what}-${key}` });
  const foto = await ask('/fotos', 'image/png', png(), own('photo'));
  const idea = {
    soort: 'idee',
    titel: 'Een bankje bij het veld',
    tekst: 'Er is plaats genoeg, en de buren doen graag mee.',
    overPersoon: 'nee',
    wijk: 'WK020207',
    thema: 'groen',
    fotos: [foto.id],
  };
  const { id } = await ask('/initiatieven', 'application/json', JSON.stringify(idea), own('idea'));
  return `/werk/weglaten/${id}`;
}

/** The form for parts of a photo, opened. */
const opened = (page) => unfold(page, 'Maak een deel van een foto onherkenbaar');

/** The numbers of a rectangle, by what its fields are called after their name. */
const numbers = (form, after = '') =>
  Promise.all(['links', 'boven', 'breedte', 'hoogte'].map((name) => form.locator(`[name="${name}${after}"]`).inputValue()));

/** A place on the photo, in hundredths of its width and height. */
async function placeOn(box, [x, y]) {
  const { x: left, y: top, width, height } = await box.boundingBox();
  return { x: left + (width * x) / 100, y: top + (height * y) / 100 };
}

/** Draws from one place to another, with the mouse. */
async function drag(page, box, from, to) {
  await box.scrollIntoViewIfNeeded();
  const [begin, end] = [await placeOn(box, from), await placeOn(box, to)];
  await page.mouse.move(begin.x, begin.y);
  await page.mouse.down();
  await page.mouse.move((begin.x + end.x) / 2, (begin.y + end.y) / 2);
  await page.mouse.move(end.x, end.y);
  await page.mouse.up();
}

/** All that was drawn over is in it, and no more than what a rounded number takes. */
function assertAround(found, [left, top, right, bottom]) {
  const [links, boven, breedte, hoogte] = found.map(Number);
  const around = [left - links, top - boven, links + breedte - right, boven + hoogte - bottom];
  assert.ok(around.every((more) => more > -0.5 && more <= 1.5), `${found}: ${around}`);
}

test('who drags over a photo fills the numbers, and can take each rectangle away', async () => {
  const path = await handedIn('mouse');
  const page = await somebody(set.browser, set.server);
  await logIn(page, 'rachid');
  await page.goto(path);
  const form = await opened(page);
  const box = form.locator('.wk-tekenen__foto');
  await form.getByText('Kies eerst een foto.').waitFor();
  assert.equal(await box.isVisible(), false, 'no photo was chosen');
  await form.getByLabel('Welke foto?').selectOption({ index: 1 });
  await box.waitFor();
  await box.locator('img').evaluate((own) => own.decode());

  await drag(page, box, [20, 30], [50, 60]);
  assertAround(await numbers(form), [20, 30, 50, 60]);
  await form.getByRole('status').getByText('Vlak 1 staat op de foto.').waitFor();
  // Backwards, and further than the photo goes.
  await drag(page, box, [80, 90], [106, 65]);
  assertAround(await numbers(form, '2'), [80, 65, 100, 90]);
  const drawn = box.locator('.wk-tekenen__vlak');
  assert.equal(await drawn.count(), 2);
  await expectNoViolations(page);

  // A press without drawing is none.
  await box.click();
  assert.deepEqual(await numbers(form, '3'), ['', '', '', '']);
  await form.getByRole('button', { name: 'Wis vlak 1' }).click();
  assert.deepEqual(await numbers(form), ['', '', '', '']);
  assert.equal(await drawn.count(), 1);

  // Numbers say the same: what is filled in is on the photo.
  for (const [name, value] of Object.entries({ links: '0', boven: '0', breedte: '10', hoogte: '25' })) {
    await form.locator(`[name="${name}"]`).fill(value);
  }
  assert.equal(await drawn.count(), 2);
  await form.locator('[name="breedte"]').fill('101');
  assert.equal(await drawn.count(), 1, 'it does not lie in the photo');
  await form.getByRole('button', { name: 'Wis vlak 2' }).click();
  await form.locator('[name="breedte"]').fill('10');
  await form.getByLabel('Waarom?').fill('Er staat een gezicht op.');
  await press(page, 'Bekijk eerst hoe het wordt', form);
  assert.equal(await page.locator('svg.wk-foto-vlakken rect').count(), 1, 'as it will be');
  await press(page, 'Maak dit deel onherkenbaar');
  await page.getByText('Weggelaten op 1 plek.').waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('a finger draws as a mouse does, and five rectangles are the most', async () => {
  const path = await handedIn('touch');
  const page = await somebody(set.browser, set.server, { hasTouch: true, isMobile: true });
  await logIn(page, 'rachid');
  await page.goto(path);
  const form = await opened(page);
  await form.getByLabel('Welke foto?').selectOption({ index: 1 });
  const box = form.locator('.wk-tekenen__foto');
  await box.waitFor();
  await box.locator('img').evaluate((own) => own.decode());
  const finger = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => finger.send('Input.dispatchTouchEvent', { type, touchPoints });
  const swipe = async (from, to) => {
    await box.scrollIntoViewIfNeeded();
    const [begin, end] = [await placeOn(box, from), await placeOn(box, to)];
    await touch('touchStart', [begin]);
    await touch('touchMove', [{ x: (begin.x + end.x) / 2, y: (begin.y + end.y) / 2 }]);
    await touch('touchMove', [end]);
    await touch('touchEnd', []);
  };
  for (let at = 0; at < 5; at++) {
    await swipe([at * 20, 40], [at * 20 + 15, 80]);
    await form.getByRole('status').getByText(`Vlak ${at + 1} staat op de foto.`).waitFor();
    assertAround(await numbers(form, at === 0 ? '' : `${at + 1}`), [at * 20, 40, at * 20 + 15, 80]);
  }
  await swipe([10, 10], [40, 30]);
  await form.getByText('Meer dan 5 vlakken in één keer kan niet.').waitFor();
  assert.equal(await box.locator('.wk-tekenen__vlak').count(), 5);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('without scripts there is nothing to draw on, and the numbers do it', async () => {
  const path = await handedIn('numbers');
  const page = await somebody(set.browser, set.server, { javaScriptEnabled: false });
  await logIn(page, 'rachid');
  await page.goto(path);
  const form = await opened(page);
  assert.equal(await form.locator('.wk-tekenen').isVisible(), false);
  await form.getByLabel('Welke foto?').selectOption({ index: 1 });
  for (const [name, value] of Object.entries({ links: '0', boven: '0', breedte: '50', hoogte: '50' })) {
    await form.locator(`[name="${name}"]`).fill(value);
  }
  await form.getByLabel('Waarom?').fill('Er staat een gezicht op.');
  await press(page, 'Bekijk eerst hoe het wordt', form);
  assert.equal(await page.locator('svg.wk-foto-vlakken rect').count(), 1, 'as it will be');
  await press(page, 'Maak dit deel onherkenbaar');
  await page.getByText('Weggelaten op 1 plek.').waitFor();
  await page.context().close();
});
