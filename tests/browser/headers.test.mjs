// What every page says to the browser, and what a hostile visitor cannot do (SECURITY-RULES, P-8, S-4, H-1, H-2,
// H-4, H-5).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { logIn, openBrowser, press, somebody } from './lib/browser.mjs';
import { everyPage } from './lib/pages.mjs';
import { startServer } from './lib/server.mjs';

let browser;
let server;

before(async () => {
  server = await startServer();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

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
  for await (const { name, who, path, page } of everyPage(browser, server)) {
    const answer = await page.request.get(path);
    found.push(...flaws(answer.headers(), await answer.text(), seen).map((flaw) => `${name} as ${who}: ${flaw}`));
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    found.push(...page.complaints.splice(0));
  }
  const refused = await fetch(`${server.base}/initiatieven/nieuw`, {
    method: 'POST',
    body: new URLSearchParams({ actie: 'indienen', titel: 'x' }),
  });
  assert.equal(refused.status, 400);
  found.push(...flaws(Object.fromEntries(refused.headers), await refused.text(), seen).map((flaw) => `a refused form: ${flaw}`));
  assert.ok(found.length === 0, found.join('\n'));
  assert.ok(seen.size > 25, `${seen.size} pages`);
});

test('S-4: the cookies of a login are for this host, secure, and out of reach of scripts', async () => {
  const answer = await fetch(`${server.base}/inloggen`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ actie: 'inloggen', email: 'fatima@voorbeeld.test', wachtwoord: 'fiets molen lantaarn', terug: '' }),
  });
  assert.equal(answer.status, 303);
  const cookies = answer.headers.getSetCookie();
  assert.deepEqual(cookies.map((cookie) => cookie.split('=')[0]).sort(), ['__Host-wk_toegang', '__Host-wk_vernieuw']);
  for (const cookie of cookies) {
    const parts = cookie.split(/;\s*/).map((part) => part.toLowerCase());
    for (const part of ['secure', 'httponly', 'path=/', 'samesite=lax']) assert.ok(parts.includes(part), `${part}: ${cookie}`);
    assert.ok(!parts.some((part) => part.startsWith('domain')), cookie);
  }

  const fatima = await somebody(browser, server);
  await logIn(fatima, 'fatima');
  const kept = await fatima.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
  assert.deepEqual(kept, ['', 0, 0]);
  await fatima.context().close();
});

test('H-5: logging out forgets everything, and "back" shows nothing of the person', async () => {
  const fatima = await somebody(browser, server);
  await logIn(fatima, 'fatima');
  await fatima.goto('/mijn');
  await fatima.getByText('Fatima Yılmaz').waitFor();
  const [answer] = await Promise.all([
    fatima.waitForResponse((response) => response.url().endsWith('/uitloggen')),
    press(fatima, 'Uitloggen', fatima.getByRole('banner')),
  ]);
  assert.equal(await answer.headerValue('clear-site-data'), '"cache", "storage"');
  assert.equal((await fatima.context().cookies()).filter(({ name }) => name.startsWith('__Host-')).length, 0);
  await fatima.goBack();
  assert.equal(await fatima.getByText('Fatima Yılmaz').count(), 0);
  await fatima.getByRole('link', { name: 'Inloggen' }).first().waitFor();
  await fatima.context().close();
});

test('R-3: after logging in nobody is sent to another website', async () => {
  for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '/%0d%0aSet-Cookie:x=1']) {
    const page = await somebody(browser, server);
    await page.goto(`/inloggen?terug=${encodeURIComponent(elsewhere)}`);
    await page.getByLabel('E-mailadres').fill('fatima@voorbeeld.test');
    await page.getByLabel('Wachtwoord').fill('fiets molen lantaarn');
    await press(page, 'Inloggen');
    assert.equal(new URL(page.url()).origin, server.base, elsewhere);
    await page.context().close();
  }
});

