// What every page says to the browser, and what a hostile visitor cannot do (SECURITY-RULES, P-8, S-4, H-1, H-2,
// H-4, H-5).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn, press, somebody } from './lib/browser.mjs';
import { everyPage } from './lib/pages.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();

const policy = (nonce) =>
  `default-src 'none'; script-src 'self' 'nonce-${nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-${nonce}'; ` +
  `img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; ` +
  `form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'none'; frame-ancestors 'none'; ` +
  `report-to csp; report-uri /api/v1/csp-melding`;

const FIXED = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'reporting-endpoints': 'csp="/api/v1/csp-melding"',
  'cache-control': 'no-store',
  'content-type': 'text/html; charset=utf-8',
};

/** What is wrong with an answer that should be one of our pages. */
function flaws(headers, html, seen) {
  const found = [];
  const csp = headers['content-security-policy'] ?? '';
  const nonce = /'nonce-([^']+)'/.exec(csp)?.[1] ?? '';
  if (csp !== policy(nonce)) found.push(`policy: ${csp}`);
  if (Buffer.from(nonce, 'base64url').length !== 16) found.push(`nonce is not 16 bytes: ${nonce}`);
  if (seen.has(nonce)) found.push(`nonce used before: ${nonce}`);
  seen.add(nonce);
  for (const [name, value] of Object.entries(FIXED)) if (headers[name] !== value) found.push(`${name}: ${headers[name]}`);
  for (const feature of ['geolocation=(self)', 'camera=(self)', 'microphone=()', 'payment=()', 'usb=()']) {
    if (!headers['permissions-policy']?.includes(feature)) found.push(`permissions-policy without ${feature}`);
  }
  for (const [tag] of html.matchAll(/<(?:script|style)\b[^>]*>/g)) {
    if (!tag.includes(`nonce="${nonce}"`)) found.push(`without nonce: ${tag}`);
  }
  for (const [tag] of html.matchAll(/<[a-z][^>]*\s(?:style|on[a-z]+)=[^>]*>/gi)) found.push(`style or event attribute: ${tag.slice(0, 120)}`);
  if (/<meta[^>]+http-equiv/i.test(html)) found.push('a meta header');
  return found;
}

test('H-1, H-2: every page has the policy, its own nonce, and nothing that the policy blocks', async () => {
  const seen = new Set();
  const found = [];
  for await (const { name, who, path, page } of everyPage(set.browser, set.server)) {
    const answer = await page.request.get(path);
    found.push(...flaws(answer.headers(), await answer.text(), seen).map((flaw) => `${name} as ${who}: ${flaw}`));
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    found.push(...page.complaints.splice(0));
  }
  const refused = await fetch(`${set.server.base}/initiatieven/nieuw`, {
    method: 'POST',
    body: new URLSearchParams({ actie: 'indienen', titel: 'x' }),
  });
  assert.equal(refused.status, 400);
  found.push(...flaws(Object.fromEntries(refused.headers), await refused.text(), seen).map((flaw) => `a refused form: ${flaw}`));
  assert.ok(found.length === 0, found.join('\n'));
  assert.ok(seen.size > 25, `${seen.size} pages`);
});

test('S-4: the cookies of a login are for this host, secure, and out of reach of scripts', async () => {
  const answer = await fetch(`${set.server.base}/inloggen`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ actie: 'inloggen', email: 'fatima@voorbeeld.test', wachtwoord: 'fiets molen lantaarn', terug: '' }),
  });
  assert.equal(answer.status, 303);
  const cookies = answer.headers.getSetCookie();
  assert.deepEqual(cookies.map((cookie) => cookie.split('=')[0]).sort(), ['__Host-wk_apparaat', '__Host-wk_toegang', '__Host-wk_vernieuw']);
  for (const cookie of cookies) {
    const parts = cookie.split(/;\s*/).map((part) => part.toLowerCase());
    for (const part of ['secure', 'httponly', 'path=/', 'samesite=lax']) assert.ok(parts.includes(part), `${part}: ${cookie}`);
    assert.ok(!parts.some((part) => part.startsWith('domain')), cookie);
  }

  const fatima = await somebody(set.browser, set.server);
  await logIn(fatima, 'fatima');
  const kept = await fatima.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
  assert.deepEqual(kept, ['', 0, 0]);
  await fatima.context().close();
});

test('R-1: a form from another website is refused, in words, and changes nothing', async () => {
  const fatima = await somebody(set.browser, set.server);
  await logIn(fatima, 'fatima');
  await fatima.goto('/initiatieven');
  const path = await fatima.getByRole('main').getByRole('article').getByRole('link').first().getAttribute('href');
  const before = await (await fatima.request.get(path)).text();
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: set.server.base, 'sec-fetch-site': 'cross-site' }]) {
    const answer = await fatima.request.post(path, { form: { actie: 'steunen' }, headers });
    assert.equal(answer.status(), 403, JSON.stringify(headers));
    assert.match(answer.headers()['content-type'], /^text\/html/, 'a person reads a page, not JSON');
    assert.match(await answer.text(), /Dit verzoek komt van een andere website/);
  }
  const forms = (html) => [...html.matchAll(/(?:Nog geen steun|\d+ \w+ steun\w+ dit)/g)].map(([text]) => text);
  assert.deepEqual(forms(await (await fatima.request.get(path)).text()), forms(before));
  await fatima.context().close();
});

test('H-5: logging out forgets everything, and "back" shows nothing of the person', async () => {
  const fatima = await somebody(set.browser, set.server);
  await logIn(fatima, 'fatima');
  await fatima.goto('/mijn');
  await fatima.getByText('Fatima Yılmaz').waitFor();
  const [answer] = await Promise.all([
    fatima.waitForResponse((response) => response.url().endsWith('/uitloggen')),
    press(fatima, 'Uitloggen', fatima.getByRole('banner')),
  ]);
  assert.equal(await answer.headerValue('clear-site-data'), '"cache", "storage"');
  // What is left tells of no person: only that somebody who knows a password here need not wait for who guesses at it.
  const left = (await fatima.context().cookies()).map(({ name }) => name).filter((name) => name.startsWith('__Host-'));
  assert.deepEqual(left, ['__Host-wk_apparaat']);
  await fatima.goBack();
  assert.equal(await fatima.getByText('Fatima Yılmaz').count(), 0);
  await fatima.getByRole('link', { name: 'Inloggen' }).first().waitFor();
  await fatima.context().close();
});

test('R-3: after logging in nobody is sent to another website', async () => {
  for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '/%0d%0aSet-Cookie:x=1']) {
    const page = await somebody(set.browser, set.server);
    await page.goto(`/inloggen?terug=${encodeURIComponent(elsewhere)}`);
    await page.getByLabel('E-mailadres').fill('fatima@voorbeeld.test');
    await page.getByLabel('Wachtwoord').fill('fiets molen lantaarn');
    await press(page, 'Inloggen');
    assert.equal(new URL(page.url()).origin, set.server.base, elsewhere);
    await page.context().close();
  }
});

test('P-8: what people type is shown as text, everywhere', async () => {
  const hostile = '</title></textarea><script>alert(1)</script> "><img src=x onerror=alert(2)> {{7*7}} 🦔';
  const guest = 'boos@example.org';
  const page = await somebody(set.browser, set.server);
  const alarms = [];
  page.on('dialog', async (dialog) => {
    alarms.push(dialog.message());
    await dialog.dismiss();
  });
  await page.goto(`/initiatieven/nieuw?wijk=WK020207&x=${encodeURIComponent(hostile)}`);
  await page.getByRole('radio', { name: /^Idee/ }).check();
  await page.getByLabel('Waar gaat het over?').fill(`\u202eomgekeerd ${hostile}`);
  await page.getByLabel('Vertel er meer over').fill(`${hostile}\n\nhttps://voorbeeld.nl/"onmouseover=alert(3) javascript:alert(4)`);
  await page.getByRole('radio', { name: /^Nee/ }).check();
  await page.getByLabel('Onderwerp').selectOption('Groen en spelen');
  await page.getByLabel(/^Waar is het\?/).fill(hostile);
  await page.getByRole('radio', { name: 'Organisatie' }).check();
  await page.getByLabel('Naam', { exact: true }).fill('Bo Visser');
  await page.getByLabel('E-mailadres').fill(guest);
  await page.getByLabel(/^Naam van het bedrijf/).fill('"><b onclick=alert(5)>Club</b>');
  await press(page, 'Dien in');
  // Text that would turn the reading direction is refused; what was typed stands there as text.
  await page.getByRole('alert').getByText('Hier staan tekens in die we niet kunnen tonen.').waitFor();
  assert.ok((await page.getByLabel('Vertel er meer over').inputValue()).startsWith(hostile));
  await page.getByLabel('Waar gaat het over?').fill(hostile);
  await press(page, 'Dien in');
  const mail = await set.server.mail.find(guest, 'Bevestig uw initiatief');
  // T-1: whoever did not confirm yet may be a stranger to all of it.
  assert.ok(!mail.text.includes('alert(1)') && !mail.text.includes('Bo Visser'), mail.text);
  await page.goto(mail.link);
  await press(page, 'Dien uw initiatief in');
  assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), hostile);
  assert.ok((await page.title()).startsWith(hostile), await page.title());
  const own = new URL(page.url()).pathname;
  // Whoever confirmed is written to with the title.
  assert.ok((await set.server.mail.find(guest, 'Wij hebben uw initiatief ontvangen')).text.includes(hostile));
  const places = [own, '/', '/initiatieven', '/wijken/WK020207', '/gebieden/W2', '/mail'];
  for (const path of places) {
    await page.goto(path);
    await page.getByText(hostile).first().waitFor();
  }
  await page.goto(`/wijken?postcode=${encodeURIComponent(hostile)}`);
  assert.equal(await page.getByLabel('Uw postcode').inputValue(), hostile);
  const link = page.goto(own).then(() => page.getByRole('main').getByRole('link', { name: /voorbeeld\.nl/ }));
  assert.equal(await (await link).getAttribute('rel'), 'nofollow ugc noopener');
  assert.equal(await page.locator('main img[src=x], main b, main script:not([nonce]), main [href^="javascript"]').count(), 0);

  await logIn(page, 'rachid');
  for (const path of ['/werk', own.replace('/initiatieven', '/werk/initiatieven')]) {
    await page.goto(path);
    await page.getByText(hostile).first().waitFor();
  }
  assert.deepEqual(alarms, []);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('the language can be chosen, and lang follows', async () => {
  const page = await somebody(set.browser, set.server);
  await page.goto('/gebieden');
  assert.equal(await page.locator('html').getAttribute('lang'), 'nl');
  await press(page, 'English', page.getByRole('contentinfo'));
  assert.equal(new URL(page.url()).pathname, '/gebieden', 'still on the same page');
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  for (const path of ['/', '/initiatieven/nieuw', '/inloggen', '/registreren', '/over', '/privacy', '/bestaat-niet']) {
    await page.goto(path);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en', path);
  }
  await page.getByRole('heading', { level: 1, name: 'Not found' }).waitFor();
  await page.goto('/initiatieven?gebied=W2&thema=groen');
  await press(page, 'Nederlands', page.getByRole('contentinfo'));
  assert.equal(await page.locator('html').getAttribute('lang'), 'nl');
  assert.match(page.url(), /\?gebied=W2&thema=groen$/, 'what was chosen stays chosen');
  await page.context().close();

  const english = await somebody(set.browser, set.server, { locale: 'en-GB' });
  await english.goto('/');
  assert.equal(await english.locator('html').getAttribute('lang'), 'en', 'the browser asks for English');
  await english.context().close();
});
