// From the letter to the stembewijs, on a phone: as usual, with scripts off, by keyboard, and on a network that drops.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { expectNoViolations } from './lib/axe.mjs';
import { PASSWORD, follow, logIn, openBrowser, press, somebody, unfold } from './lib/browser.mjs';
import { tabTo } from './lib/keyboard.mjs';
import { round } from './lib/pages.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();
const ROUND = 'Klarendal en St. Marten kiezen';
const letter = (number) => `DEMO-0000-${String(number).padStart(4, '0')}`;
let letters = 0;
/** Each test has a letter of its own. */
const nextLetter = () => letter((letters += 1));

async function ballot(page, title = ROUND) {
  await page.goto('/buurtbegrotingen');
  await follow(page, title);
  await follow(page, 'Stem nu');
  await page.getByRole('heading', { name: `Stem: ${title}` }).waitFor();
}

/** From a ballot to its check. */
async function lookOver(page, code) {
  await page.getByLabel('Uw stemcode').fill(code);
  await press(page, 'Kijk uw stem na');
  await page.getByText('U hebt nog niet gestemd').waitFor();
}

/** The same, with the first plan of the ballot. */
async function chooseAndLookOver(page, code) {
  await page.locator('.wk-ballot input').first().check();
  await lookOver(page, code);
}

/** The code of the stembewijs and the code in the published list. */
async function proofOn(page) {
  await page.getByRole('heading', { name: 'U hebt gestemd' }).waitFor();
  const [secret, control] = await page.locator('.wk-proof__code').allInnerTexts();
  assert.match(secret, /^([0-9A-Z]{4}-){6}[0-9A-Z]{2}$/);
  assert.match(control, /^[0-9A-Z]{10}$/);
  const words = await page.locator('.wk-proof__words').innerText();
  assert.equal(words.split(' ').length, 16);
  return { secret, control, words };
}

/** On the smallest phone, which is also a large one enlarged twice, nothing sticks out and nothing is lost. */
async function expectToFit(page) {
  if (!page.hasScripts) return;
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), page.url());
  await expectNoViolations(page);
  await page.setViewportSize(before);
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? 'with scripts' : 'with scripts off', () => {
    test('a letter becomes a vote, and the stembewijs finds it again', async () => {
      const page = await somebody(set.browser, set.server, { javaScriptEnabled });
      const code = nextLetter();
      await ballot(page);
      const order = await page.locator('.wk-ballot strong').allInnerTexts();
      await page.reload();
      assert.deepEqual(await page.locator('.wk-ballot strong').allInnerTexts(), order, 'the order stays when the page is loaded again');

      // Everything that is wrong is told at once, and nothing that was chosen is lost.
      for (const name of order.slice(0, 5)) await page.getByLabel(name).check();
      await page.getByLabel('Uw stemcode').fill('7K3M');
      await press(page, 'Kijk uw stem na');
      const alert = page.getByRole('alert');
      await alert.getByText('Een stemcode heeft 12 tekens').waitFor();
      await alert.getByText('U hebt er 1 te veel gekozen').waitFor();
      for (const name of order.slice(0, 5)) assert.ok(await page.getByLabel(name).isChecked(), name);

      await page.getByLabel(order[4]).uncheck();
      await lookOver(page, code.toLowerCase().replaceAll('-', ' '));
      await expectToFit(page);

      // Back, another choice, and forward again.
      await press(page, 'Terug naar het stembiljet');
      for (const name of order.slice(0, 4)) assert.ok(await page.getByLabel(name).isChecked(), name);
      await page.getByLabel(order[3]).uncheck();
      await press(page, 'Kijk uw stem na');
      await page.getByText('U hebt nog niet gestemd').waitFor();
      assert.deepEqual(await page.locator('main .wk-list strong').allInnerTexts(), order.slice(0, 3));
      // With scripts the page stays: what it shows is made in the browser.
      await page.getByRole('button', { name: 'Stem nu' }).click();
      const { secret, control, words } = await proofOn(page);
      await expectToFit(page);

      await page.goto(`${await round(page, ROUND)}/stembewijs`);
      await page.getByLabel('Code van uw stembewijs').fill(secret);
      await press(page, 'Kijk');
      await page.getByText(`Ja, uw stem zit in de stembus. Uw controlecode is ${control}.`).waitFor();

      // The words say the same as the code.
      await page.getByLabel('Code van uw stembewijs').fill(words.replaceAll(' ', ', ').toUpperCase());
      await press(page, 'Kijk');
      await page.getByText(`Uw controlecode is ${control}.`).waitFor();

      // The letter is used up, and who finds it is told so before they fill anything in for nothing.
      await ballot(page);
      await page.getByLabel(order[0]).check();
      await page.getByLabel('Uw stemcode').fill(code);
      await press(page, 'Kijk uw stem na');
      await page.getByRole('alert').getByText('Er is al gestemd voor deze brief').waitFor();
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  });
}

test('plans have a photo and a place, and the map shows those of one corner', async () => {
  const page = await somebody(set.browser, set.server);
  await ballot(page);
  const photos = page.locator('.wk-ballot__photo');
  assert.equal(await photos.count(), 8);
  const first = photos.first();
  await first.scrollIntoViewIfNeeded();
  await page.waitForFunction((photo) => photo.complete, await first.elementHandle());
  assert.deepEqual(await first.evaluate((photo) => [photo.naturalWidth, photo.naturalHeight]), [288, 216], 'a small copy');

  const plans = page.locator('.wk-ballot > li:visible');
  await page.getByRole('button', { name: 'Laat de kaart zien' }).click();
  const box = page.getByLabel('Toon alleen de plannen in dit stuk van de kaart');
  await box.check();
  await page.getByText('In dit stuk: 8 van de 8 plannen op de kaart.').waitFor();
  const chosen = await page.locator('.wk-ballot strong').first().innerText();
  const mark = page.getByRole('checkbox', { name: chosen });
  await mark.check();
  // Closer, until some fall off.
  for (let more = 0; more < 3; more += 1) {
    await page.getByRole('button', { name: 'Dichterbij' }).click();
    await page.waitForTimeout(400);
  }
  const seen = await plans.count();
  assert.ok(seen < 8, `${seen} plans`);
  await page.getByText(`In dit stuk: ${seen} van de 8 plannen op de kaart.`).waitFor();
  await expectToFit(page);
  await box.uncheck();
  assert.equal(await plans.count(), 8);
  assert.ok(await mark.isChecked(), 'what is chosen stays');

  // A plan that the other filter hides is shown again by its name on the map.
  await page.getByLabel('Hitte, regen en energie').check();
  assert.ok((await plans.count()) < 8);
  const away = page.locator('.wk-ballot > li:not(:visible) strong').first();
  const title = await away.textContent();
  await page.locator(`.kaart__punt[title="${title}"]`).dispatchEvent('click');
  await page.getByRole('link', { name: title }).click();
  await page.getByRole('checkbox', { name: title }).waitFor();
  assert.equal(await plans.count(), 8);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

/** What stands in the fields of a page: that is not in how the page is written. */
const fieldsOf = (page) => page.evaluate(() => [...document.querySelectorAll('input, textarea')].map((own) => own.value).join());

/** This is not on a page, nor in its fields. */
async function expectGone(page, trace, where) {
  const read = `${await page.content()} ${await fieldsOf(page)}`;
  assert.ok(!read.includes(trace), `${where}: ${trace}`);
}

/** Nothing of what somebody chose and filled in is on this page, nor in what the tab keeps. */
async function expectNothingOf(page, { secret, code, plan }, where) {
  for (const trace of [secret, code, 'Nog niets verstuurd']) await expectGone(page, trace, where);
  assert.equal(await page.locator('input:checked').count(), 0, where);
  assert.ok(!(await page.locator('main').innerText()).includes(plan), `${where}: ${plan}`);
  const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, history.state]));
  assert.ok(!kept.includes(code) && !kept.includes('keuze-'), `${where}: ${kept}`);
}

/** The code that stands on the ballot, when it does. */
const expectCode = (page, code) => page.waitForFunction((own) => document.getElementById('nakijken.stemcode')?.value === own, code);

// H-5: each page that answered a form is in the history too: one that was refused, one that somebody went back to, the check.
test('after the vote neither back nor loading again shows what was chosen', async () => {
  const page = await somebody(set.browser, set.server);
  await ballot(page);
  const address = page.url();
  const plan = await page.locator('.wk-ballot strong').first().innerText();
  await page.getByLabel(plan).check();
  const own = nextLetter();
  await press(page, 'Kijk uw stem na');
  await page.getByRole('alert').waitFor();
  await lookOver(page, own);
  await press(page, 'Terug naar het stembiljet');
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  const { secret, control } = await proofOn(page);
  const expectNothing = (where) => expectNothingOf(page, { secret, code: own, plan }, where);
  await page.reload();
  await page.getByText('In dit venster is over deze buurtbegroting gestemd.').waitFor();
  await expectGone(page, control, 'loaded again');
  for (let steps = 1; steps <= 4; steps += 1) {
    await page.goBack();
    await page.getByRole('heading', { name: 'Zit mijn stem in de stembus?' }).waitFor();
    await expectNothing(`${steps} back`);
    await page.reload();
    await page.getByRole('heading', { name: 'Zit mijn stem in de stembus?' }).waitFor();
    await expectNothing(`${steps} back, loaded again`);
  }
  // Whoever comes to a ballot anew is another voter: what they came for stays.
  const code = nextLetter();
  await page.goto('about:blank');
  await page.goto(`${address.split('?')[0]}?plan=1#${code}`);
  await page.getByText('staat al in uw keuze').waitFor();
  assert.equal(await page.locator('.wk-ballot :checked').count(), 1);
  assert.equal(await page.getByLabel('Uw stemcode').inputValue(), code);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

// H-5: so is each place on the page that somebody went to by a link.
test('links to a place on the ballot change nothing of what the tab keeps and what it shows', async () => {
  const page = await somebody(set.browser, set.server);
  await ballot(page);
  const plan = await page.locator('.wk-ballot strong').first().innerText();
  await page.getByLabel(plan).check();
  const code = nextLetter();
  await press(page, 'Kijk uw stem na');
  const turn = await page.evaluate(() => history.state.beurt);
  const isOfTurn = async (where) => {
    assert.equal(new URL(page.url()).hash, where);
    await page.waitForFunction((own) => history.state?.beurt === own, turn);
  };
  await page.locator('.utrecht-alert--error').getByRole('link').first().click();
  await isOfTurn('#nakijken.stemcode');
  // What the points of the map lead to is no code.
  const box = page.locator('.wk-ballot input').first();
  await page.evaluate((place) => document.body.append(Object.assign(document.createElement('a'), { href: `#${place}`, id: 'punt' })), await box.getAttribute('id'));
  for (let times = 0; times < 2; times += 1) {
    await page.locator('#punt').dispatchEvent('click');
    await isOfTurn(`#${await box.getAttribute('id')}`);
  }
  await page.locator('a[href="#inhoud"]').first().press('Enter');
  await isOfTurn('#inhoud');
  assert.equal(await page.getByLabel('Uw stemcode').inputValue(), '');
  await lookOver(page, code);
  await page.goBack();
  await expectCode(page, code);
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  const { secret } = await proofOn(page);
  await page.reload();
  await page.getByText('In dit venster is over deze buurtbegroting gestemd.').waitFor();
  for (let steps = 1; steps <= 5; steps += 1) {
    await page.goBack();
    await page.getByRole('heading', { name: 'Zit mijn stem in de stembus?' }).waitFor();
    await expectNothingOf(page, { secret, code, plan }, `${steps} back`);
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

// H-5: who did not finish leaves nothing to who comes to the ballot after them, in the same tab.
for (const way of ['typed', 'by a QR code']) {
  test(`the next voter begins with an empty ballot, also when it is loaded again; their code is ${way}`, async () => {
    const page = await somebody(set.browser, set.server);
    const [code, next] = [nextLetter(), nextLetter()];
    await ballot(page);
    const address = page.url().split('?')[0];
    await chooseAndLookOver(page, code);
    const before = await page.evaluate(() => history.state.beurt);
    // From one page of a ballot to another: nothing in between makes the tab forget.
    await page.goto(way === 'typed' ? `${address}?plan=1` : `${address}?volgorde=a#${next.replaceAll('-', '')}`);
    const own = way === 'typed' ? '' : next;
    await expectCode(page, own);
    assert.notEqual(await page.evaluate(() => history.state.beurt), before);
    assert.equal(await page.locator('.wk-ballot :checked').count(), way === 'typed' ? 1 : 0);
    await page.reload();
    await page.getByLabel('Uw stemcode').waitFor();
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
    assert.ok(!kept.includes(code), kept);
    assert.ok([own, ''].includes(await page.getByLabel('Uw stemcode').inputValue()));
    // And the pages of who was there before give way.
    await page.goBack();
    await page.getByRole('heading', { name: 'Zit mijn stem in de stembus?' }).waitFor();
    await expectGone(page, code, 'back');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test('a code that is brought to a ballot that is there takes what was remembered of another away', async () => {
  const page = await somebody(set.browser, set.server);
  const [code, next] = [nextLetter(), nextLetter()];
  await ballot(page);
  await chooseAndLookOver(page, code);
  await page.goBack();
  await expectCode(page, code);
  const remembers = () => page.evaluate(() => Object.keys(sessionStorage).some((key) => key.startsWith('stembiljet-')));
  for (const [own, isKept] of [[code, true], [next, false]]) {
    await page.evaluate((hash) => { location.hash = hash; }, own.replaceAll('-', ''));
    await page.waitForFunction(() => location.hash === '');
    await expectCode(page, own);
    assert.equal(await remembers(), isKept, own);
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('who leaves the page with their stembewijs does not find it when they go back', async () => {
  const page = await somebody(set.browser, set.server);
  await ballot(page);
  await page.locator('.wk-ballot input').first().check();
  await page.getByLabel('Uw stemcode').fill(nextLetter());
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  const { secret } = await proofOn(page);
  await page.goto('/over');
  await page.goBack();
  await page.getByText('In dit venster is over deze buurtbegroting gestemd.').waitFor();
  await expectGone(page, secret, 'back');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

// H-5: browsers keep pages whole to go back to; Playwright turns that off. Chromium does it also with a page that says `no-store`, as
// each of ours does, but not when a script of that page fetched something, as a ballot's does. Others may: so that header is taken away.
test('a page that the browser kept whole shows nothing either', async () => {
  const browser = await openBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  const page = await somebody(browser, set.server, { serviceWorkers: 'block' });
  await page.addInitScript(() => addEventListener('pageshow', ({ persisted }) => {
    if (persisted) sessionStorage.setItem('heel', Number(sessionStorage.getItem('heel')) + 1);
  }));
  // A page that was kept loads nothing.
  const back = async (path) => {
    await page.evaluate(() => history.back());
    await page.waitForURL((url) => url.pathname === path, { waitUntil: 'commit' });
  };
  const expectKept = (times) => page.waitForFunction((own) => Number(sessionStorage.getItem('heel')) === own, times);
  const own = await round(page, ROUND);
  await page.goto(`${own}/stembewijs`);
  await page.getByLabel('Code van uw stembewijs').fill('ABCD');
  await page.goto('/over');
  await back(`${own}/stembewijs`);
  await expectKept(1);
  assert.equal(await page.getByLabel('Code van uw stembewijs').inputValue(), '');

  await page.route('**', async (route) => {
    if (!route.request().isNavigationRequest()) return route.fallback();
    const response = await route.fetch({ maxRedirects: 0 });
    const headers = Object.fromEntries(Object.entries(response.headers()).filter(([name]) => name !== 'cache-control'));
    return route.fulfill({ response, headers });
  });
  const code = nextLetter();
  await page.goto(`${own}/stemmen`);
  const plan = await page.locator('.wk-ballot strong').first().innerText();
  await page.getByLabel(plan).check();
  await lookOver(page, code);
  await back(`${own}/stemmen`);
  await expectKept(2);
  await expectCode(page, code);
  // Left in another way than by its own button, the ballot keeps no code.
  await page.goto('/over');
  await back(`${own}/stemmen`);
  await expectKept(3);
  await expectCode(page, '');
  assert.equal(await page.locator('.wk-ballot :checked').count(), 0, 'nor a choice');
  await page.getByLabel(plan).check();
  await page.getByLabel('Uw stemcode').fill(code);
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  const { secret } = await proofOn(page);
  await back(`${own}/stembewijs`);
  await expectKept(4);
  await page.getByRole('heading', { name: 'Zit mijn stem in de stembus?' }).waitFor();
  const kept = () => page.evaluate(() => JSON.stringify([document.documentElement.innerHTML, [...document.querySelectorAll('input, textarea')].map(({ value }) => value)]));
  for (const trace of [code, secret, plan]) assert.ok(!(await kept()).includes(trace), trace);

  // A proof that somebody typed to look it up is gone as well, sent or not.
  const field = page.getByLabel('Code van uw stembewijs');
  await field.fill(secret);
  await page.goto('/over');
  await back(`${own}/stembewijs`);
  await expectKept(5);
  await field.waitFor();
  assert.ok(!(await kept()).includes(secret));
  await field.fill(secret);
  await press(page, 'Kijk');
  await page.getByText('Ja, uw stem zit in de stembus').waitFor();
  await page.goto('/over');
  await back(`${own}/stembewijs`);
  await field.waitFor();
  for (const trace of [secret, 'Ja, uw stem zit']) assert.ok(!(await kept()).includes(trace), trace);

  // So are the links of a letter that is good for more than one vote.
  // No code has an O: it is a zero.
  const other = nextLetter().replaceAll('-', '').replaceAll('O', '0');
  await page.goto('/stem');
  await page.getByLabel('Uw stemcode').fill(other);
  await press(page, 'Naar mijn stembiljet');
  await page.getByText('Kies er een').waitFor();
  assert.ok((await kept()).includes(other));
  await page.goto('/over');
  await back('/stem');
  await page.getByLabel('Uw stemcode').waitFor();
  assert.ok(!(await kept()).includes(other));
  assert.deepEqual(page.complaints, []);
  await browser.close();
});

for (const how of ['typed', 'by its QR code']) {
  test(`who goes back from the check with the browser finds their choice and the code, ${how}, for a quarter of an hour`, async () => {
    const page = await somebody(set.browser, set.server);
    const code = nextLetter();
    if (how === 'typed') {
      await ballot(page);
      await page.getByLabel('Uw stemcode').fill(code);
    } else {
      await page.goto(`${await round(page, ROUND)}/stemmen#${code.replaceAll('-', '')}`);
      await page.waitForFunction(() => document.getElementById('nakijken.stemcode').value !== '');
    }
    const address = page.url();
    await page.locator('.wk-ballot input').first().check();
    const there = async (text) => {
      await page.waitForFunction((own) => document.getElementById('nakijken.stemcode')?.value === own, text);
      assert.equal(await page.locator('.wk-ballot :checked').count(), 1);
    };
    await press(page, 'Kijk uw stem na');
    await page.getByText('U hebt nog niet gestemd').waitFor();
    await page.goBack();
    await page.waitForURL(address);
    await there(code);
    await press(page, 'Kijk uw stem na');
    await page.getByText('U hebt nog niet gestemd').waitFor();
    // Loading the check again asks for nothing and sends nothing: it is the ballot, as it was.
    await page.reload();
    await there(code);
    await press(page, 'Kijk uw stem na');
    await page.getByText('U hebt nog niet gestemd').waitFor();
    assert.doesNotMatch(await page.evaluate(() => JSON.stringify(localStorage)), /DEMO/);
    const memory = () => page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('stembiljet-')).length);
    assert.equal(await memory(), 1);
    // Somewhere else it is forgotten; and what was remembered too long ago as well.
    await page.evaluate(() => {
      for (const key of Object.keys(sessionStorage)) sessionStorage.setItem(key, sessionStorage.getItem(key).replace(/"tot":\d+/, '"tot":1'));
    });
    await page.reload();
    await page.getByLabel('Uw stemcode').waitFor();
    assert.equal(await memory(), 0);
    assert.equal(await page.getByLabel('Uw stemcode').inputValue(), '');
    await page.getByLabel('Uw stemcode').fill(code);
    await press(page, 'Kijk uw stem na');
    assert.equal(await memory(), 1);
    await page.goto('/over');
    assert.equal(await memory(), 0);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

// H-5, P-2: who goes back finds what they sent as it was, to send once more, and no ballot that could be made another one. The code is
// in what the tab keeps for that (it was nowhere before, and a vote whose answer got lost lost its proof with it): so it is for the
// turn that sent it alone, and the next voter in the tab finds nothing.
test('who goes back while their ballot is on its way finds it to send again, and the next voter finds nothing', async () => {
  const page = await somebody(set.browser, set.server);
  const code = nextLetter();
  const toCheck = async () => {
    await ballot(page);
    await chooseAndLookOver(page, code);
  };
  const kept = (start) => page.evaluate((own) => Object.keys(sessionStorage).some((key) => key.startsWith(own)), start);
  const problem = { type: '/problemen/storing', title: 'Even niet', status: 500, detail: 'Probeer het straks weer.' };
  let refuses = false;
  await page.route('**/stemmen', (route) => {
    if (route.request().method() !== 'POST' || !route.request().url().includes('/api/')) return route.continue();
    // Otherwise no answer comes at all.
    return refuses ? route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) }) : undefined;
  });
  const unsure = page.getByText('Wij weten niet of uw stem binnen is.');
  await toCheck();
  assert.ok(await kept('stembiljet-'));
  await page.getByRole('button', { name: 'Stem nu' }).click();
  await page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith('stembiljet-')));
  await page.goBack();
  await unsure.waitFor();
  assert.equal(await page.getByRole('button', { name: 'Terug naar het stembiljet' }).count(), 0);
  // Another voter begins.
  await page.goto(`${new URL(page.url()).pathname}#${nextLetter().replaceAll('-', '')}`);
  await page.getByLabel('Uw stemcode').waitFor();
  assert.ok(!(await kept('onderweg-')));
  assert.ok(!(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).includes(code));
  await page.goBack();
  await page.getByRole('heading', { name: 'Zit mijn stem in de stembus?' }).waitFor();
  await expectGone(page, code, 'back');

  // An answer that does not say how it went is no answer.
  refuses = true;
  await toCheck();
  await page.getByRole('button', { name: 'Stem nu' }).click();
  await page.getByRole('alert').getByText('Even niet').waitFor();
  assert.ok(await kept('onderweg-'));
  await page.goBack();
  await unsure.waitFor();
  // Nor is it kept for longer than a quarter of an hour.
  await page.evaluate(() => {
    for (const key of Object.keys(sessionStorage)) sessionStorage.setItem(key, sessionStorage.getItem(key).replace(/"tot":\d+/, '"tot":1'));
  });
  await page.reload();
  await page.getByLabel('Uw stemcode').waitFor();
  assert.ok(!(await kept('onderweg-')));
  await page.context().close();
});

// H-5: the ballot stands at the place of its check as well, for the same turn.
test('who goes back from the check and forward again finds their ballot, with its code', async () => {
  const page = await somebody(set.browser, set.server);
  const code = nextLetter();
  await ballot(page);
  await chooseAndLookOver(page, code);
  await page.goBack();
  await expectCode(page, code);
  await page.goForward();
  await expectCode(page, code);
  assert.equal(await page.locator('.wk-ballot :checked').count(), 1);
  // The next voter begins.
  await ballot(page);
  assert.equal(await page.getByLabel('Uw stemcode').inputValue(), '');
  // By way of the round and the list, to the two pages of the turn that ended.
  for (let steps = 1; steps <= 4; steps += 1) {
    await page.goBack();
    if (steps > 2) await page.getByRole('heading', { name: 'Zit mijn stem in de stembus?' }).waitFor();
    await expectGone(page, code, `${steps} back`);
  }
  await page.context().close();
});

// H-5: whoever comes back to the very page that somebody left by its address may be another voter, also after it was looked over.
for (const left of ['the ballot', 'the check']) {
  test(`after it was looked over, ${left} that was left for another address shows nothing to who goes back to it`, async () => {
    const page = await somebody(set.browser, set.server);
    const code = nextLetter();
    await ballot(page);
    await chooseAndLookOver(page, code);
    if (left === 'the ballot') {
      await page.goBack();
      await expectCode(page, code);
    }
    await page.goto('about:blank');
    await page.goBack();
    await page.waitForFunction(() => document.getElementById('nakijken.stemcode') && !Object.keys(sessionStorage).some((key) => key.startsWith('stembiljet-')));
    assert.equal(await page.locator('.wk-ballot :checked').count(), 0);
    await expectGone(page, code, 'back');
    // Nor one page further back.
    await page.goBack();
    await page.waitForLoadState();
    await expectGone(page, code, 'further back');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

// H-5: who loads the ballot again is who filled it in; who left it in another way may not be.
test('a ballot that is loaded again is as it was, and not for who goes back to it from somewhere else', async () => {
  const page = await somebody(set.browser, set.server);
  const code = nextLetter();
  await ballot(page);
  const plan = await page.locator('.wk-ballot strong').first().innerText();
  // As in a browser that does not itself fill in again what stood there.
  await page.evaluate(() => { document.querySelector('.wk-stembiljet form').autocomplete = 'off'; });
  await page.getByLabel('Uw stemcode').fill(code);
  await page.getByLabel(plan).check();
  await page.reload();
  await expectCode(page, code);
  assert.ok(await page.getByLabel(plan).isChecked());
  await page.goto('about:blank');
  await page.goBack();
  await page.getByLabel('Uw stemcode').waitFor();
  assert.equal(await page.getByLabel('Uw stemcode').inputValue(), '');
  assert.ok(!(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).includes(code));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('the bar with the button leaves the code in sight, comes when it was passed, and stays after a refusal', async () => {
  const page = await somebody(set.browser, set.server);
  await ballot(page);
  const bar = page.locator('.wk-stembiljet .wk-form__buttons').last();
  const position = () => bar.evaluate((own) => getComputedStyle(own).position);
  assert.equal(await position(), 'static');
  await page.locator('.wk-ballot > li').last().scrollIntoViewIfNeeded();
  await page.locator('.wk-stembiljet[data-verder]').waitFor();
  assert.equal(await position(), 'sticky');
  const boxes = page.locator('.wk-ballot input');
  for (const at of [0, 1, 2, 3, 4]) await boxes.nth(at).check();
  await press(page, 'Kijk uw stem na');
  await page.locator('.utrecht-alert--error').getByText('U hebt er 1 te veel gekozen').waitFor();
  assert.equal(await position(), 'static', 'what is wrong is in sight');
  await boxes.nth(4).uncheck();
  assert.equal(await position(), 'sticky');
  await page.context().close();
});

// P-2, V-3: on a phone, where what is said below the button is below the screen.
for (const way of ['loads it again', 'goes back']) {
  test(`a vote that arrived and got no answer is told of in sight, and who ${way} gets its stembewijs`, async () => {
    const page = await somebody(set.browser, set.server);
    await page.setViewportSize({ width: 390, height: 600 });
    const code = nextLetter();
    await ballot(page);
    await chooseAndLookOver(page, code);
    const sent = [];
    await page.route('**/api/v1/buurtbegrotingen/*/stemmen', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      sent.push(JSON.parse(route.request().postData()).biljetId);
      const response = await route.fetch();
      return isAway ? route.abort('connectionreset') : route.fulfill({ response });
    });
    let isAway = true;
    await page.getByRole('button', { name: 'Stem nu' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'Er is nu geen verbinding' });
    await alert.waitFor();
    await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'alert');
    const [top, bottom] = await alert.evaluate((own) => [own.getBoundingClientRect().top, own.getBoundingClientRect().bottom]);
    assert.ok(top >= 0 && bottom <= 600, `${top} to ${bottom}`);
    for (const text of ['U hebt nog niet gestemd', 'nog niet verstuurd']) assert.ok(!(await page.locator('main').innerText()).includes(text), text);
    await expectNoViolations(page);
    // What leads elsewhere asks first: the stembewijs would be lost.
    const asked = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      return dialog.dismiss();
    });
    await page.locator('header a').first().click();
    await page.getByRole('button', { name: 'English' }).click();
    assert.deepEqual(asked.map((text) => text.includes('dan krijgt u uw stembewijs niet meer')), [true, true]);
    if (way === 'goes back') await page.goBack();
    else await page.reload();
    const unsure = page.getByText('Wij weten niet of uw stem binnen is.');
    await unsure.waitFor();
    assert.ok(!(await page.locator('main').innerText()).includes('U hebt nog niet gestemd'));
    // Loaded again and again it is the same.
    await page.reload();
    await unsure.waitFor();
    await expectToFit(page);
    // Pressed without network it is not said that nothing was sent: it was, before.
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Stem nu' }).click();
    await page.waitForFunction(() => document.activeElement.matches('[data-onzeker]'));
    assert.equal(await page.locator('[data-geen-net]').count(), 0);
    await page.context().setOffline(false);
    isAway = false;
    await page.getByRole('button', { name: 'Stem nu' }).click();
    const { secret, control } = await proofOn(page);
    assert.equal(new Set(sent).size, 1, 'the same ballot each time');
    await page.getByRole('button', { name: 'English' }).click();
    assert.ok(asked[2]?.includes('zonder het te bewaren'), asked.join());
    assert.match(await page.title(), /^U hebt gestemd – Wijkkoers /);
    await page.goto(`${await round(page, ROUND)}/stembewijs`);
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
    for (const trace of [secret, code]) assert.ok(!kept.includes(trace), kept);
    await page.getByLabel('Code van uw stembewijs').fill(secret);
    await press(page, 'Kijk');
    await page.getByText(`Ja, uw stem zit in de stembus. Uw controlecode is ${control}.`).waitFor();
    await page.context().close();
  });
}

test('who presses without network is told one thing: that nothing was sent', async () => {
  const page = await somebody(set.browser, set.server);
  await ballot(page);
  await chooseAndLookOver(page, nextLetter());
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Stem nu' }).click();
  await page.locator('[data-geen-net]').waitFor();
  await page.waitForTimeout(500);
  assert.equal(await page.getByRole('alert').filter({ hasText: /./ }).count(), 1);
  assert.ok(!(await page.locator('main').innerText()).includes('Er is nu geen verbinding'));
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Stem nu' }).click();
  await proofOn(page);
  await page.context().close();
});

test('who chose something else than the plan they came for finds their own choice when they go back', async () => {
  const page = await somebody(set.browser, set.server);
  const code = nextLetter();
  await page.goto(`${await round(page, ROUND)}/stemmen?plan=1`);
  const came = await page.locator('.wk-ballot :checked').getAttribute('id');
  const boxes = page.locator('.wk-ballot input:not(:checked)');
  const chose = await boxes.first().getAttribute('id');
  const ticked = () => page.locator('.wk-ballot :checked').evaluateAll((found) => found.map(({ id }) => id));
  await page.locator(`[id="${chose}"]`).check();
  await page.locator(`[id="${came}"]`).uncheck();
  // As in a browser that does not itself fill in again what stood there.
  await page.evaluate(() => { document.querySelector('.wk-stembiljet form').autocomplete = 'off'; });
  await lookOver(page, code);
  await page.goBack();
  await expectCode(page, code);
  assert.deepEqual(await ticked(), [chose]);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

// H-5
test('what the device cannot read keeps no vote from ending the turn', async () => {
  const page = await somebody(set.browser, set.server);
  const title = 'Malburgen vult de knapzak';
  await ballot(page, title);
  await page.getByLabel('Uw stemcode').fill(letter(6));
  await tick(page, ['Waterspeelplaats'], true);
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  const { secret } = await proofOn(page);
  await page.goto(`${await round(page, title)}/stemmen/wijzigen`);
  await page.getByLabel('Code van uw stembewijs').fill(secret);
  await tick(page, ['Beweegroute langs de dijk'], true);
  await press(page, 'Kijk uw stem na');
  await page.evaluate(() => localStorage.setItem('keuze-een', '{'));
  await page.getByRole('button', { name: 'Wijzig nu' }).click();
  await page.getByRole('heading', { name: 'Uw stem is gewijzigd' }).waitFor();
  const drafts = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('keuze-')));
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), ['gestemd']);
  await page.goto('/over');
  assert.deepEqual(await drafts(), [], 'and it goes with the next page');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

/** Somebody votes; gives their stembewijs. */
async function voted(page, title, code) {
  await ballot(page, title);
  await page.getByLabel('Uw stemcode').fill(code);
  await tick(page, ['Waterspeelplaats'], true);
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  return (await proofOn(page)).secret;
}

/** Each a letter of its own. */
const LOST = { 'presses again': 31, 'loads it again': 32, 'goes back': 33 };

/** Somebody chooses anew, as far as the check. */
async function toChange(page, secret) {
  await page.getByLabel('Code van uw stembewijs').fill(secret);
  await tick(page, ['Beweegroute langs de dijk'], true);
  await press(page, 'Kijk uw stem na');
  await page.getByText('Uw stem is nog niet gewijzigd.').waitFor();
}

// H-5: the tab lets go of a ballot when it is known to be in the box, and not when a form was sent.
test('a change that went as a form and did not arrive is found again by going back, until it has', async () => {
  const page = await somebody(set.browser, set.server);
  const title = 'Malburgen vult de knapzak';
  const secret = await voted(page, title, letter(7));
  await page.goto(`${await round(page, title)}/stemmen/wijzigen`);
  // Nothing that sends by itself is awake.
  await page.addInitScript(() => { WebAssembly.instantiate = WebAssembly.instantiateStreaming = () => Promise.reject(new Error('asleep')); });
  await toChange(page, secret);
  // What a proxy says when nothing answers behind it: no page of ours.
  let isAway = true;
  await page.route('**/stemmen/wijzigen*', (route) => {
    if (!isAway || route.request().method() !== 'POST') return route.continue();
    return route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' });
  });
  await press(page, 'Wijzig nu');
  await page.getByText('Bad Gateway').waitFor();
  await page.goBack();
  await page.waitForFunction((own) => document.getElementById('nakijken.stembewijs')?.value === own, secret);
  assert.ok(await page.getByLabel('Beweegroute langs de dijk').isChecked());
  const unsure = page.getByText('Wij weten niet of uw wijziging binnen is.');
  await unsure.waitFor();
  const expectNotDenied = async () => {
    const read = await page.locator('main').innerText();
    for (const text of ['Nog niets gewijzigd', 'Uw stem is nog niet gewijzigd']) assert.ok(!read.includes(text), read);
  };
  await expectNotDenied();
  isAway = false;
  await press(page, 'Kijk uw stem na');
  await unsure.waitFor();
  await expectNotDenied();
  await press(page, 'Wijzig nu');
  await page.getByRole('heading', { name: 'Uw stem is gewijzigd' }).waitFor();
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), ['gestemd']);
  await page.context().close();
});

// P-2, H-5: a change is sent as a first vote is: a lost answer is told of in the page, and going back or loading again finds it to send again.
for (const way of ['presses again', 'loads it again', 'goes back']) {
  test(`a change that arrived and got no answer is told of in the page, and who ${way} reads that it is in`, async () => {
    const page = await somebody(set.browser, set.server);
    const title = 'Malburgen vult de knapzak';
    const secret = await voted(page, title, letter(LOST[way]));
    await page.goto(`${await round(page, title)}/stemmen/wijzigen`);
    await toChange(page, secret);
    let isAway = true;
    await page.route('**/api/v1/buurtbegrotingen/*/stemmen/wijzigingen', async (route) => {
      const response = await route.fetch();
      return isAway ? route.abort('connectionreset') : route.fulfill({ response });
    });
    // Tried once more the server says that it is in; until then nothing is known.
    await page.getByRole('button', { name: 'Wijzig nu' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'Wij weten nog niet of uw wijziging binnen is.' });
    await alert.filter({ hasText: 'Wij proberen het zelf nog een paar keer.' }).waitFor();
    const read = await page.locator('main').innerText();
    for (const text of ['Uw wijziging is onderweg', 'Uw stem is nog niet gewijzigd', 'Druk nog een keer']) assert.ok(!read.includes(text), read);
    if (way === 'presses again') {
      // It tries for a quarter of a minute before it says so.
      await alert.filter({ hasText: 'Druk nog een keer' }).waitFor({ timeout: 30_000 });
    } else {
      // Pressed once more meanwhile, what the tab keeps of it is still whole.
      await page.getByRole('button', { name: 'Wijzig nu' }).click();
      if (way === 'goes back') await page.goBack();
      else await page.reload();
      await page.getByText('Wij weten niet of uw wijziging binnen is.').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Terug naar het stembiljet' }).count(), 0);
    }
    isAway = false;
    await page.getByRole('button', { name: 'Wijzig nu' }).click();
    await page.getByRole('heading', { name: 'Uw stem is al gewijzigd' }).waitFor();
    await page.getByText('Dan is uw wijziging binnen').waitFor();
    await page.getByRole('link', { name: 'Naar de buurtbegroting' }).waitFor();
    await expectNoViolations(page);
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
    assert.ok(!kept.includes(secret), kept);
    // Nothing of it is in reach of who comes next.
    await page.goBack();
    // What was found by going back came in place of the page that was gone back to.
    const before = way === 'goes back' ? 'Buurtbegroting' : 'Zit mijn stem in de stembus?';
    await page.getByRole('heading', { level: 1, name: before }).waitFor();
    await expectGone(page, secret, 'back');
    await page.context().close();
  });
}

// H-5: under the address of the ballot stands that there is no network: nobody left the ballot.
test('who goes back without network finds their ballot when there is one again', async () => {
  const page = await somebody(set.browser, set.server);
  await page.goto('/');
  await page.evaluate(() => navigator.serviceWorker.ready);
  await ballot(page);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  const code = nextLetter();
  await chooseAndLookOver(page, code);
  await page.context().setOffline(true);
  await page.goBack();
  await page.getByRole('heading', { name: 'U hebt nu geen internet' }).waitFor();
  await page.context().setOffline(false);
  await page.reload();
  await expectCode(page, code);
  assert.equal(await page.locator('.wk-ballot :checked').count(), 1);
  await page.context().close();
});

// H-5: the form of the page that looks a ballot up leads to the ballot of another voter.
test('who looks their ballot up and changes it begins a turn of their own, after somebody who did not finish', async () => {
  const page = await somebody(set.browser, set.server);
  const title = 'Malburgen vult de knapzak';
  const [first, second] = [await voted(page, title, letter(8)), await voted(page, title, letter(9))];
  const own = await round(page, title);
  await page.goto(`${own}/stemmen/wijzigen`);
  await toChange(page, first);
  const before = await page.evaluate(() => history.state.beurt);
  await page.goto(`${own}/stembewijs`);
  await page.getByLabel('Code van uw stembewijs').fill(second);
  await press(page, 'Kijk');
  await page.getByText('Ja, uw stem zit in de stembus').waitFor();
  await press(page, 'Wijzig uw stem');
  await page.getByRole('heading', { name: 'Wijzig uw stem' }).waitFor();
  assert.equal(await page.getByLabel('Code van uw stembewijs').inputValue(), second);
  assert.notEqual(await page.evaluate(() => history.state.beurt), before);
  assert.equal(await page.locator('.wk-ballot :checked').count(), 0);
  // Twice the page that looks a ballot up; then what the other one left gives way to it.
  for (let steps = 1; steps <= 3; steps += 1) {
    await page.goBack();
    await page.waitForURL((url) => url.pathname === `${own}/stembewijs`);
    await page.getByRole('heading', { name: 'Zit mijn stem in de stembus?' }).waitFor();
    await expectGone(page, first, `${steps} back`);
  }
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

// Without scripts nothing forgets: the answer to a form comes back when it is loaded again, and the page says what to do.
test('without scripts the page with the stembewijs says to close the tab, before the code', async () => {
  const page = await somebody(set.browser, set.server, { javaScriptEnabled: false });
  const code = nextLetter();
  await ballot(page);
  // A city that names no number has none on its pages.
  assert.equal(await page.locator('a[href^="tel:"]').count(), 0);
  await page.locator('.wk-ballot input').first().check();
  await page.getByLabel('Uw stemcode').fill(code);
  await press(page, 'Kijk uw stem na');
  await press(page, 'Stem nu');
  const { secret } = await proofOn(page);
  assert.ok(await page.getByText('Sluit dit tabblad als u klaar bent.').isVisible());
  const read = await page.locator('main').innerText();
  // Who closes it at once has no code: first what is to be kept.
  const first = read.indexOf('Bewaar eerst uw stembewijs. Sluit daarna dit tabblad.');
  assert.ok(first >= 0 && first < read.indexOf(secret), read);
  assert.ok(read.indexOf('Sluit dit tabblad als u klaar bent.') > read.indexOf('Naar de buurtbegroting'), read);
  assert.ok(!read.includes('hoeft niets over te typen'), 'without scripts nothing takes it from a QR code');
  await page.getByRole('link', { name: 'Stem met een andere brief' }).waitFor();
  assert.ok(!read.includes('dan is hij weg'), 'here it is not gone');
  await page.context().close();
});

test('a tab that can keep nothing cannot forget: the proof says to close the window', async () => {
  for (const keeps of [true, false]) {
    const page = await somebody(set.browser, set.server);
    if (!keeps) await page.addInitScript(() => {
      Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
    });
    await ballot(page);
    await page.locator('.wk-ballot input').first().check();
    await page.getByLabel('Uw stemcode').fill(nextLetter());
    await press(page, 'Kijk uw stem na');
    await page.getByRole('button', { name: 'Stem nu' }).click();
    await proofOn(page);
    assert.equal(await page.getByText('Sluit dit tabblad als u klaar bent.').isVisible(), !keeps);
    await expectNoViolations(page);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
});

test('without scripts the check says that going back loses the code, and the ballot that it is missing', async () => {
  const page = await somebody(set.browser, set.server, { javaScriptEnabled: false });
  const code = nextLetter();
  // The code in a QR code stays behind the #, where only a script takes it from: the page says so.
  await page.goto(`${await round(page, ROUND)}/stemmen#${code.replaceAll('-', '')}`);
  await page.getByText('Typ de code over.').waitFor();
  await page.locator('.wk-ballot input').first().check();
  await page.getByLabel('Uw stemcode').fill(code);
  await press(page, 'Kijk uw stem na');
  await page.getByText('Gaat u terug met uw browser, dan kunnen uw code en uw keuze weg zijn.').waitFor();
  await page.goBack();
  // Whoever comes next at this device sees no choice either.
  assert.equal(await page.locator('.wk-ballot :checked').count(), 0);
  await page.getByLabel('Uw stemcode').fill('');
  await press(page, 'Kijk uw stem na');
  await page.getByRole('alert').getByText('Dan kan de code weg zijn.').waitFor();
  await page.context().close();
});

// The other kinds of ballot: what is filled in, what of that is too much, and what the check then shows.
const KINDS = [
  {
    title: 'Malburgen vult de knapzak',
    start: 'Nog niets verstuurd. U koos er 0.',
    wrong: (page) => tick(page, ['Waterspeelplaats', 'Beweegroute langs de dijk'], true),
    told: 'Samen kosten uw plannen € 8.500 te veel. Haal een plan weg.',
    right: (page) => tick(page, ['Beweegroute langs de dijk'], false),
    shown: ['Waterspeelplaats'],
  },
  {
    title: 'Schuytgraaf en Elderveld geven punten',
    start: 'Nog niets verstuurd. Punten gegeven: 0, nog over: 10.',
    wrong: (page) => fill(page, { 'Skatehelling bij het station': '5', 'Wandelclub voor ouderen': '3', 'Schaduwdoek boven de speelplaats': '4' }),
    told: 'U hebt 2 punten te veel gegeven.',
    right: (page) => fill(page, { 'Schaduwdoek boven de speelplaats': '2' }),
    shown: ['Skatehelling bij het station', 'Wandelclub voor ouderen', 'Schaduwdoek boven de speelplaats'],
  },
  {
    title: 'De Laar en Elden op volgorde',
    start: 'Nog niets verstuurd. U koos er 0, er kunnen er nog 3 bij.',
    wrong: (page) => fill(page, { 'Hangplek met dak': '1', 'Kleine dorpsbibliotheek': '1' }),
    // The bar says that there are two, and the page that comes back which.
    told: 'hebben dezelfde plaats. Geef elk plan een eigen plaats.',
    right: (page) => fill(page, { 'Hangplek met dak': '2', 'Bloemen langs de Laarstraat': '3' }),
    shown: ['Kleine dorpsbibliotheek', 'Hangplek met dak', 'Bloemen langs de Laarstraat'],
    inOrder: true,
  },
];

async function tick(page, plans, checked) {
  for (const plan of plans) await page.getByLabel(plan).setChecked(checked);
}

async function fill(page, plans) {
  for (const [plan, value] of Object.entries(plans)) {
    const field = page.getByLabel(plan);
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
}

for (const { title, start, wrong, told, right, shown, inOrder } of KINDS) {
  for (const javaScriptEnabled of [true, false]) {
    test(`from letter to stembewijs: ${title}${javaScriptEnabled ? '' : ', with scripts off'}`, async () => {
      const page = await somebody(set.browser, set.server, { javaScriptEnabled });
      await ballot(page, title);
      if (javaScriptEnabled) await page.getByText(start).waitFor();
      await expectNoViolations(page);
      await page.getByLabel('Uw stemcode').fill(letter(javaScriptEnabled ? 1 : 2));
      await wrong(page);
      // With scripts the bar says it while it happens; without, the page that comes back does.
      if (javaScriptEnabled) await page.locator('.wk-balk--wrong').getByText(told).waitFor();
      await press(page, 'Kijk uw stem na');
      await page.getByRole('alert').getByText(told).waitFor();
      await right(page);
      await press(page, 'Kijk uw stem na');
      await page.getByText('U hebt nog niet gestemd').waitFor();
      const check = await page.locator('main .wk-list strong').allInnerTexts();
      assert.deepEqual(inOrder ? check : check.toSorted(), inOrder ? shown : shown.toSorted());
      await expectNoViolations(page);
      await page.getByRole('button', { name: 'Stem nu' }).click();
      await proofOn(page);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });
  }
}

test('while choosing, the page says what is left and what is too much, and takes a choice back', async () => {
  const page = await somebody(set.browser, set.server);
  await ballot(page);
  const says = page.getByRole('status').filter({ hasText: /./ }).last();
  await page.getByText('Nog niets verstuurd. U koos er 0, er kunnen er nog 4 bij.').waitFor();
  const boxes = page.locator('.wk-ballot input');
  for (const at of [0, 1, 2, 3]) await boxes.nth(at).check();
  await page.getByText('U koos er 4, er kunnen er nog 0 bij.').waitFor();
  await boxes.nth(4).check();
  await page.getByText('U hebt er 1 te veel gekozen. Haal er 1 weg.').waitFor();
  assert.match(await says.innerText(), /te veel/);
  await page.getByRole('button', { name: 'Maak mijn laatste keuze ongedaan' }).click();
  assert.equal(await boxes.nth(4).isChecked(), false);
  await page.getByText('U koos er 4, er kunnen er nog 0 bij.').waitFor();
  await expectNoViolations(page);
  await page.context().close();
});

test('who types the address of the letter and its code is on the ballot', async () => {
  const page = await somebody(set.browser, set.server);
  await page.goto('/stem');
  await page.getByLabel('Uw stemcode').fill(nextLetter().toLowerCase());
  await press(page, 'Naar mijn stembiljet');
  // A code of the demo is for each of its votes; that of a real letter goes on by itself.
  await page.getByText('Kies er een').waitFor();
  await expectNoViolations(page);
  await follow(page, ROUND);
  // No code has an O: one that is typed is a zero.
  const code = letter(letters).replaceAll('O', '0');
  await page.waitForFunction((own) => document.getElementById('nakijken.stemcode').value === own, code);
  assert.doesNotMatch(page.url(), /#/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('without scripts a code for several votes goes along in a form, and stays out of the address', async () => {
  const page = await somebody(set.browser, set.server, { javaScriptEnabled: false });
  const code = nextLetter();
  await page.goto('/stem');
  await page.getByLabel('Uw stemcode').fill(code.toLowerCase());
  await press(page, 'Naar mijn stembiljet');
  await page.getByText('Kies er een').waitFor();
  await expectNoViolations(page);
  await press(page, ROUND);
  await page.getByRole('heading', { name: `Stem: ${ROUND}` }).waitFor();
  assert.equal((await page.getByLabel('Uw stemcode').inputValue()).replaceAll('-', ''), code.replaceAll('-', '').replaceAll('O', '0'));
  assert.doesNotMatch(page.url(), /#/);
  await page.context().close();
});

test('the camera of a phone brings the code along, and it stays out of the address', async () => {
  const page = await somebody(set.browser, set.server);
  const code = nextLetter();
  await page.goto(`${await round(page, ROUND)}/stemmen#${code.replaceAll('-', '')}`);
  await page.waitForFunction((own) => document.getElementById('nakijken.stemcode').value === own, code);
  assert.doesNotMatch(page.url(), /#/);
  // The letter that is held before the camera last counts, also on a ballot that is there already.
  const newer = nextLetter();
  await page.evaluate((own) => { location.hash = own; }, newer.replaceAll('-', ''));
  await page.waitForFunction((own) => document.getElementById('nakijken.stemcode').value === own, newer);
  assert.doesNotMatch(page.url(), /#/);
  await page.locator('.wk-ballot input').first().check();
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  const { secret } = await proofOn(page);
  await page.goto(`${await round(page, ROUND)}/stembewijs#${secret}`);
  await page.waitForFunction((own) => document.getElementById('kijken.stembewijs').value === own, secret);
  await press(page, 'Kijk');
  await page.getByText('Ja, uw stem zit in de stembus').waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`a plan that was shared leads to the ballot, and plans of one theme can be shown ${javaScriptEnabled ? '' : 'without scripts'}`, async () => {
    const page = await somebody(set.browser, set.server, { javaScriptEnabled });
    await page.goto(`${await round(page, ROUND)}/plannen/2`);
    await page.getByText('U hebt de stemcode nodig uit de brief').waitFor();
    await expectNoViolations(page);
    const title = (await page.getByRole('heading', { level: 1 }).innerText()).replace(/^2\. /, '');
    await follow(page, 'Stem hierop');
    assert.ok(await page.getByLabel(title).isChecked());
    const plans = page.locator('.wk-ballot > li:visible');
    const all = await plans.count();
    await page.getByLabel('Sport en bewegen').check();
    const some = await plans.count();
    assert.ok(some > 0 && some < all, `${some} of ${all}`);
    for (const facts of await plans.locator('.wk-ballot__facts').allInnerTexts()) assert.match(facts, /Sport en bewegen/);
    await expectNoViolations(page);

    // What is not shown stays chosen.
    await lookOver(page, nextLetter());
    await page.getByRole('main').getByText(title).waitFor();
    await page.getByRole('button', { name: 'Stem nu' }).click();
    await proofOn(page);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test('a choice is kept on the device of whoever asks for that, until they have voted', async () => {
  const page = await somebody(set.browser, set.server);
  await ballot(page);
  const boxes = page.locator('.wk-ballot input');
  const kept = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('keuze-')).length);
  await boxes.nth(1).check();
  const address = page.url();
  await page.goto('/');
  await page.goto(address);
  assert.equal(await page.locator('.wk-ballot input:checked').count(), 0, 'nobody asked to keep it');
  assert.equal(await kept(), 0);

  const plan = await page.locator('.wk-ballot strong').nth(2).innerText();
  await page.getByLabel('Bewaar mijn keuze op dit toestel').check();
  await page.getByLabel(plan).check();
  await page.getByLabel('Uw stemcode').fill(nextLetter());
  assert.doesNotMatch(await page.evaluate(() => JSON.stringify(localStorage)), /DEMO/, 'the code of the letter is not kept');
  await page.goto('/buurtbegrotingen');
  await ballot(page);
  assert.ok(await page.getByLabel(plan).isChecked());
  await page.getByText('U koos er 1, er kunnen er nog 3 bij.').waitFor();
  await expectNoViolations(page);

  // A day later it is gone; and after voting as well.
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage)) localStorage.setItem(key, localStorage.getItem(key).replace(/"op":\d+/, '"op":1'));
  });
  await ballot(page);
  assert.equal(await page.locator('.wk-ballot input:checked').count(), 0);
  await page.getByLabel('Bewaar mijn keuze op dit toestel').check();
  await page.getByLabel(plan).check();
  assert.equal(await kept(), 1);
  await page.getByLabel('Uw stemcode').fill(nextLetter());
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  await proofOn(page);
  assert.equal(await kept(), 0);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

// What the keyboard does to the first plan of each kind of ballot.
const BY_KEYBOARD = [
  { title: ROUND, code: nextLetter, key: 'Space', chosen: 'input:checked' },
  { title: 'Malburgen vult de knapzak', code: () => letter(5), key: 'Space', chosen: 'input:checked' },
  { title: 'Schuytgraaf en Elderveld geven punten', code: () => letter(5), key: '3', chosen: 'input' },
  { title: 'De Laar en Elden op volgorde', code: () => letter(5), key: '1', chosen: 'select' },
];

for (const { title, code, key, chosen } of BY_KEYBOARD) {
  test(`by keyboard alone: ${title}`, async () => {
    const page = await somebody(set.browser, set.server);
    await ballot(page, title);
    await tabTo(page, 'the code', (now) => now.name === 'stemcode');
    await page.keyboard.type(code());
    await tabTo(page, 'a plan', (now) => now.name === 'keuze' || now.type === 'number' || now.tag === 'SELECT');
    await page.keyboard.press(key);
    assert.equal(await page.locator(`.wk-ballot ${chosen}`).first().evaluate((field) => field.checked || field.value === '3' || field.value === '1'), true);
    await tabTo(page, 'the button', (now) => now.label === 'Kijk uw stem na');
    await page.keyboard.press('Enter');
    await page.getByText('U hebt nog niet gestemd').waitFor();
    await tabTo(page, 'the last button', (now) => now.label === 'Stem nu');
    await page.keyboard.press('Enter');
    await proofOn(page);
    assert.equal(await page.evaluate(() => document.activeElement.innerText), 'U hebt gestemd', 'a screen reader says it at once');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`a vote is changed with the stembewijs, where the round allows it${javaScriptEnabled ? '' : ', with scripts off'}`, async () => {
    const page = await somebody(set.browser, set.server, { javaScriptEnabled });
    const title = 'Malburgen vult de knapzak';
    await ballot(page, title);
    await page.getByLabel('Uw stemcode').fill(letter(javaScriptEnabled ? 3 : 4));
    await tick(page, ['Waterspeelplaats'], true);
    await press(page, 'Kijk uw stem na');
    await page.getByRole('button', { name: 'Stem nu' }).click();
    const { secret, control, words } = await proofOn(page);
    await page.getByText('Tot het stemmen sluit kunt u uw stem nog wijzigen').waitFor();
    // What to keep comes before that nothing more is needed, the code to change with before the other one; the same for both.
    const read = await page.locator('main').innerText();
    const parts = ['Uw stem is binnen', secret, 'Wijzig uw stem', 'Uw controlecode', control, 'U hoeft verder niets te doen', 'Naar de buurtbegroting'];
    const places = parts.map((part) => read.indexOf(part));
    assert.ok(!places.includes(-1), `${places} in ${read}`);
    assert.deepEqual(places, places.toSorted((one, other) => one - other), read);
    if (javaScriptEnabled) {
      await page.getByRole('button', { name: 'Kopieer de code' }).click();
      await page.locator('[data-gekopieerd]').filter({ hasText: /gekopieerd|Kopiëren lukt niet/ }).waitFor();
    }

    await page.goto(`${await round(page, title)}/stembewijs`);
    await follow(page, 'Wijzig uw stem');
    await expectNoViolations(page);
    await page.getByLabel('Code van uw stembewijs').fill(secret.slice(0, -1));
    await tick(page, ['Waterspeelplaats', 'Beweegroute langs de dijk'], true);
    await press(page, 'Kijk uw stem na');
    const alert = page.getByRole('alert');
    await alert.getByText('Samen kosten uw plannen € 8.500 te veel.').waitFor();
    await page.getByLabel('Code van uw stembewijs').fill(secret);
    await tick(page, ['Waterspeelplaats'], false);
    await press(page, 'Kijk uw stem na');
    await page.getByText('Uw stem is nog niet gewijzigd.').waitFor();
    await page.getByText(/^Samen €.+ van €.+; over €/).waitFor();
    await expectToFit(page);
    assert.deepEqual(await page.locator('main .wk-list strong').allInnerTexts(), ['Beweegroute langs de dijk']);
    await expectNoViolations(page);
    await page.getByRole('button', { name: 'Wijzig nu' }).click();
    await page.getByRole('heading', { name: 'Uw stem is gewijzigd' }).waitFor();
    await page.getByText('Uw nieuwe keuze zit in de stembus.').waitFor();
    await expectNoViolations(page);

    await page.goto(`${await round(page, title)}/stembewijs`);
    const field = page.getByLabel('Code van uw stembewijs');
    // What is wrong is said as far as it is known.
    const typed = words.split(' ');
    for (const [wrong, told] of [
      [letter(30), 'Dit is de code van uw brief.'],
      [secret.slice(0, -1), 'U typte er 25.'],
      [typed.slice(1).join(' '), 'U typte er 15.'],
      [typed.with(2, 'zwaluwe').join('\n'), 'Het woord ‘zwaluwe’ staat niet in onze lijst (het is woord 3).'],
    ]) {
      await field.fill(wrong);
      await press(page, 'Kijk');
      await page.getByRole('alert').getByText(told).waitFor();
    }
    await field.fill(secret);
    await press(page, 'Kijk');
    await page.getByText(`Uw controlecode is ${control}.`).waitFor();
    // Who looked goes on from there, without typing it once more.
    await press(page, 'Wijzig uw stem');
    await page.getByRole('heading', { name: 'Wijzig uw stem' }).waitFor();
    assert.equal(await field.inputValue(), secret);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test('on a network that drops twice the vote counts once', async () => {
  const page = await somebody(set.browser, set.server);
  await ballot(page);
  await chooseAndLookOver(page, nextLetter());
  // The first time nothing arrives; the second time it does, but the answer gets lost.
  let sent = 0;
  await page.route('**/stemmen*', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    sent += 1;
    if (sent === 1) return route.abort('internetdisconnected');
    if (sent === 2) {
      await route.fetch();
      return route.abort('connectionreset');
    }
    return route.continue();
  });
  await page.getByRole('button', { name: 'Stem nu' }).click();
  await page.getByText('Er is nu geen verbinding').waitFor();
  // Nothing else is pressed: the page tries again by itself.
  await proofOn(page);
  assert.equal(sent, 3);
  await page.context().close();
});

test('a vote that is refused for good is not sent again, and the page says what is left to do', async () => {
  const code = nextLetter();
  const ready = async () => {
    const page = await somebody(set.browser, set.server);
    await ballot(page);
    await chooseAndLookOver(page, code);
    return page;
  };
  const [first, second] = [await ready(), await ready()];
  await first.getByRole('button', { name: 'Stem nu' }).click();
  await proofOn(first);
  await second.getByRole('button', { name: 'Stem nu' }).click();
  const alert = second.getByRole('alert');
  await alert.getByText('Er is al gestemd voor deze brief').waitFor();
  await second.waitForFunction(() => document.activeElement.getAttribute('role') === 'alert');
  for (const name of ['Stem nu', 'Terug naar het stembiljet']) assert.equal(await second.getByRole('button', { name }).count(), 0, name);
  await expectToFit(second);
  await second.getByRole('heading', { name: 'Voor deze brief is er al een stem' }).waitFor();
  await follow(second, 'Hebt u nog een andere brief? Stem daarmee');
  await second.getByRole('heading', { name: `Stem: ${ROUND}` }).waitFor();
  for (const page of [first, second]) await page.context().close();
});

for (const javaScriptEnabled of [true, false]) {
  test(`nothing lies over the field in which somebody types${javaScriptEnabled ? '' : ', with scripts off'}`, async () => {
    const page = await somebody(set.browser, set.server, { javaScriptEnabled });
    await ballot(page);
    const field = page.getByLabel('Uw stemcode');
    const bottom = await field.evaluate((own) => own.getBoundingClientRect().bottom + scrollY);
    await page.setViewportSize({ width: 390, height: Math.max(490, Math.floor(bottom) - 30) });
    // As a finger puts it there: at the bottom of the screen, where the bar is, and the page stays where it is.
    const covered = await field.evaluate((own) => {
      own.focus({ preventScroll: true });
      scrollBy(0, own.getBoundingClientRect().bottom - innerHeight + 8);
      const { left, top, width, height } = own.getBoundingClientRect();
      return [0.1, 0.5, 0.9].filter((part) => document.elementFromPoint(left + width / 2, top + height * part) !== own);
    });
    assert.deepEqual(covered, []);
    await page.context().close();
  });
}

/** Two of the stembureau give a new letter in place of a lost one. */
async function replaceLetter(number) {
  const [asks, confirms] = [await somebody(set.browser, set.server), await somebody(set.browser, set.server)];
  await logIn(asks, 'stembureau');
  await logIn(confirms, 'stembureau2');
  await asks.goto(await round(asks, ROUND));
  const lost = await unfold(asks, 'Brief kwijt');
  await lost.getByLabel('Nummer van de brief').fill(String(number));
  await press(asks, 'Vraag een nieuwe brief aan', lost);
  // Who asked finds it with their own work, and until when a colleague can confirm it.
  await asks.goto('/werk');
  await asks.getByRole('heading', { name: /^Nieuwe brieven die u aanvroeg/ }).waitFor();
  await asks.getByText(`Brief ${number}: u vroeg op`).waitFor();
  await expectNoViolations(asks);
  await confirms.goto('/buurtbegrotingen');
  await follow(confirms, /^1 nieuwe brief wacht op uw bevestiging \(tot /);
  await expectNoViolations(confirms);
  const waiting = confirms.locator('#wachtende-brieven');
  const button = waiting.getByRole('button', { name: 'Bevestig en geef de nieuwe brief' });
  // The old letter dies with it: nothing happens before that is said and ticked.
  await press(confirms, 'Bevestig en geef de nieuwe brief', waiting);
  await waiting.getByRole('alert').getByText('Zet eerst een vinkje.').waitFor();
  await expectNoViolations(confirms);
  await waiting.getByLabel(/De oude brief werkt daarna niet meer/).check();
  await Promise.all([confirms.waitForEvent('download'), button.click()]);
  await confirms.getByText('In deze buurtbegroting wacht niets meer.').waitFor();
  for (const page of [asks, confirms]) {
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
}

test('the code of a letter that was replaced is told of before anything is chosen, and what is wrong stays in sight', async () => {
  const code = nextLetter();
  await replaceLetter(letters);
  const page = await somebody(set.browser, set.server);
  await page.goto(`${await round(page, ROUND)}/stemmen#${code.replaceAll('-', '')}`);
  await page.getByText('Voor deze brief is een nieuwe gegeven.').waitFor();
  const field = page.getByLabel('Uw stemcode');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  await expectNoViolations(page);

  // Sent all the same: nothing lies over what the page says then, nor over the field that it leads to.
  await page.locator('.wk-ballot input').first().check();
  await press(page, 'Kijk uw stem na');
  await page.waitForFunction(() => document.activeElement.matches('.utrecht-alert--error'));
  const isInSight = (what) => what.evaluate((own) => {
    const { left, top, bottom, width } = own.getBoundingClientRect();
    const shows = (y) => own.contains(document.elementFromPoint(left + width / 2, y));
    return top >= 0 && bottom <= innerHeight && shows(top + 2) && shows(bottom - 2);
  });
  const alert = page.locator('.utrecht-alert--error');
  assert.ok(await isInSight(alert), 'the red box');
  await alert.getByRole('link').first().click();
  const parts = { label: page.locator('label[for="nakijken.stemcode"]'), error: page.locator('[id="nakijken.stemcode-fout"]'), field };
  for (const [name, part] of Object.entries(parts)) assert.ok(await isInSight(part), name);
  await page.context().close();
});

/** The code of a new letter in place of a lost one, as two of the stembureau give it. */
async function newCode(path, number) {
  const send = async (to, body, headers = {}) => {
    const sent = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    const answer = await fetch(`${set.server.base}/api/v1${to}`, sent);
    assert.ok(answer.ok, `${to}: ${answer.status}`);
    return answer.json();
  };
  const as = async (name) => {
    const { toegang } = await send('/sessies', { email: `${name}@voorbeeld.test`, wachtwoord: PASSWORD });
    return { authorization: `Bearer ${toegang}` };
  };
  const { id } = await send(`${path}/stemcodes/vervangingen`, { nummer: String(number) }, await as('stembureau'));
  return (await send(`/vervangingen/${id}/bevestigingen`, null, await as('stembureau2'))).stemcode;
}

// V-1a: of a new letter a ballot that is sent again is refused, whoever sends it; who has its stembewijs can ask for it.
test('with a new letter as well a vote whose answer got lost is found, by its own stembewijs', async () => {
  const page = await somebody(set.browser, set.server);
  const own = await round(page, ROUND);
  nextLetter();
  const code = await newCode(own, letters);
  await ballot(page);
  await page.locator('.wk-ballot input').first().check();
  await page.getByLabel('Uw stemcode').fill(code);
  await press(page, 'Kijk uw stem na');
  await page.getByText('Uw keuze is nog niet verstuurd').waitFor();
  const answers = [];
  await page.route('**/stemmen', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const response = await route.fetch();
    answers.push(response.status());
    return answers.length === 1 ? route.abort('connectionreset') : route.fulfill({ response });
  });
  await page.getByRole('button', { name: 'Stem nu' }).click();
  const { secret, control } = await proofOn(page);
  assert.deepEqual(answers, [200, 409], 'it was in the box, and sent again it was refused');
  await expectNoViolations(page);
  await page.goto(`${own}/stembewijs`);
  await page.getByLabel('Code van uw stembewijs').fill(secret);
  await press(page, 'Kijk');
  await page.getByText(`Ja, uw stem zit in de stembus. Uw controlecode is ${control}.`).waitFor();
  await page.context().close();
});

// B-1
// H-5: nobody fills a whole ballot in with a letter that was used, and nothing of it stays in the tab.
test('the code of a letter that was used is told of before anything is chosen', async () => {
  const page = await somebody(set.browser, set.server);
  const code = nextLetter();
  await ballot(page);
  await page.locator('.wk-ballot input').first().check();
  await page.getByLabel('Uw stemcode').fill(code);
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  await proofOn(page);
  const own = await round(page, ROUND);
  const draft = `keuze-${own.split('/').at(-1)}`;
  await page.evaluate((key) => localStorage.setItem(key, JSON.stringify({ op: Date.now(), values: [] })), draft);
  await page.goto('/');
  await page.goto(`${own}/stemmen#${code.replaceAll('-', '')}`);
  await page.getByRole('heading', { name: 'Met deze brief kunt u niet meer stemmen' }).waitFor();
  await page.getByRole('alert').getByText('Viel net uw verbinding weg? Dan telt uw eerste stem.').waitFor();
  assert.equal(await page.locator('.wk-ballot').count(), 0);
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.ok(!kept.includes(code), kept);
  await expectGone(page, code, 'used');
  await expectNoViolations(page);
  // What is pressed then brings no choice back on the device of who had asked to keep it.
  await page.getByRole('heading', { name: 'Met deze brief kunt u niet meer stemmen' }).click();
  await page.evaluate(() => new Promise((done) => { setTimeout(done, 100); }));
  assert.equal(await page.evaluate((key) => localStorage.getItem(key), draft), null);
  await page.reload();
  await page.getByRole('heading', { name: 'Zit mijn stem in de stembus?' }).waitFor();
  await page.context().close();
});

test('a code of no letter that a QR code brings is one guess, whatever is pressed then', async () => {
  const page = await somebody(set.browser, set.server);
  const own = await round(page, ROUND);
  const asked = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') asked.push(new URL(request.url()).pathname);
  });
  await page.goto(`${own}/stemmen#DEMO00009999`);
  await page.getByText('Deze stemcode kennen wij niet.').waitFor();
  const elsewhere = page.getByRole('link', { name: /andere buurtbegroting/ });
  assert.equal(await elsewhere.getAttribute('href'), '/stem');
  await page.locator('.wk-ballot input').first().check();
  const button = page.getByRole('main').getByRole('button', { name: 'Kijk uw stem na', exact: true });
  for (let times = 0; times < 2; times += 1) {
    await button.click();
    await page.waitForFunction(() => document.activeElement.name === 'stemcode');
  }
  assert.deepEqual(asked, [`/api/v1${own}/stemcodes/controles`]);
  assert.ok(await page.locator('.wk-ballot input').first().isChecked());
  await expectNoViolations(page);
  // Another code is another matter.
  await lookOver(page, nextLetter());
  await page.context().close();
});

test('the stembureau gets letters as a file to print, or as a list', async () => {
  const page = await somebody(set.browser, set.server);
  await logIn(page, 'stembureau');
  await page.goto(await round(page, ROUND));
  const part = await unfold(page, 'Brieven met stemcodes maken');
  await part.getByLabel('Hoeveel brieven?').fill('2');
  const file = async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), part.getByRole('button', { name: 'Maak stemcodes' }).click()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  };
  const sheets = await file();
  assert.match(sheets.name, /^brieven-\d+-\d+\.pdf$/);
  assert.equal(sheets.bytes.subarray(0, 5).toString(), '%PDF-');
  await part.getByLabel(/^Lijst voor een drukker/).check();
  const list = (await file()).bytes.toString().trim().split('\n');
  assert.equal(list.length, 3);
  assert.match(list[1], /^\d+;([0-9A-Z]{4}-){2}[0-9A-Z]{4};http.*#[0-9A-Z]{12}$/);
  await page.context().close();
});

test('ballots on paper are entered by two people on their phones, and a third settles what differs', async () => {
  const people = [];
  for (const name of ['stembureau', 'stembureau2', 'stembureau3']) {
    const page = await somebody(set.browser, set.server);
    await logIn(page, name);
    people.push(page);
  }
  const [first, second, third] = people;
  await first.goto(await round(first, ROUND));
  await follow(first, 'Papieren stembiljetten');
  await first.getByLabel('Per post of in een bus').check();
  await press(first, 'Begin een bundel');
  const letters = [nextLetter(), nextLetter()];
  for (const code of letters) {
    await first.getByLabel('Stemcode op de brief').fill(code);
    await press(first, 'Voeg deze brief toe');
  }
  await first.getByText('Brieven in deze bundel: 2.').waitFor();
  await expectNoViolations(first);
  const enter = async (page, number, plans) => {
    assert.equal(await page.getByLabel('Nummer op het stembiljet').inputValue(), String(number));
    const boxes = page.locator('.wk-ballot input[type="checkbox"]');
    for (const plan of plans) await boxes.nth(plan).check();
    if (plans.length === 0) await page.getByLabel('Ongeldig: leeg, te veel gekozen of niet duidelijk').check();
    await press(page, 'Bewaar en ga door');
  };
  await enter(first, 1, [0, 1]);
  await enter(first, 2, []);
  await first.getByText('U hebt hier nu niets in te voeren').waitFor();
  await second.goto(first.url());
  await enter(second, 1, [0, 1]);
  await enter(second, 2, [2]);
  await second.getByText('U hebt hier nu niets in te voeren').waitFor();
  await third.goto(first.url());
  await enter(third, 2, [2]);
  await third.getByText('Tel ze na op papier: het zijn er 2.').waitFor();
  await press(third, 'Doe in de stembus');
  await third.getByText('In de stembus').waitFor();

  // Who voted on paper does not vote online as well.
  const voter = await somebody(set.browser, set.server);
  await ballot(voter);
  await voter.locator('.wk-ballot input[type="checkbox"]').first().check();
  await voter.getByLabel('Uw stemcode').fill(letters[0]);
  await press(voter, 'Kijk uw stem na');
  await voter.getByText('Er is al gestemd voor deze brief').waitFor();
  for (const page of [...people, voter]) {
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
});
