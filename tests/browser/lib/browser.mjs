// A browser, and people with one.
import { chromium } from 'playwright-core';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // What gets the focus is in sight at once, not after a glide.
  '--disable-smooth-scrolling',
];

/** Everyone's password in the demo city. */
export const PASSWORD = 'fiets molen lantaarn';
/** A phone as most people have it. */
export const PHONE = { width: 390, height: 844 };

/** An address without what is asked there. */
const plain = (address) => address.split(/[?#]/)[0];

/** Starts Chromium. */
export const openBrowser = (options = {}) => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args, ...options });

/**
 * Somebody with a browser of their own. What the browser complains of is kept in `complaints`: each test looks at
 * it at its end.
 */
export async function somebody(browser, server, options = {}) {
  const context = await browser.newContext({
    baseURL: server.base,
    viewport: PHONE,
    locale: 'nl-NL',
    timezoneId: 'Europe/Amsterdam',
    ...options,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // A page that is refused (400, 404, …) is reported by the browser too: that is meant.
    // A page of a ballot is found under another query as soon as its script runs.
    const isRefusal = message.text().startsWith('Failed to load resource') && plain(message.location().url) === plain(page.url());
    if (message.type() === 'error' && !isRefusal) complaints.push(`${page.url()}: ${message.text()}`);
  });
  return Object.assign(page, { complaints, hasScripts: options.javaScriptEnabled !== false });
}

/** Logs somebody of the demo city in. */
export async function logIn(page, name, password = PASSWORD) {
  await page.goto('/inloggen');
  await page.getByLabel('E-mailadres').fill(name.includes('@') ? name : `${name}@voorbeeld.test`);
  await page.getByLabel('Wachtwoord').fill(password);
  await press(page, 'Inloggen');
}

/** Presses a button of the page (not of its header) and waits for the page that comes. */
export async function press(page, name, within = page.getByRole('main')) {
  const button = within.getByRole('button', { name, exact: true });
  await Promise.all([page.waitForEvent('load'), button.click()]);
}

/** Follows a link and waits for the page that comes. */
export async function follow(page, name, within = page.getByRole('main')) {
  const link = within.getByRole('link', { name, exact: typeof name === 'string' });
  await Promise.all([page.waitForEvent('load'), link.click()]);
}

/** Opens what is folded away under these words, and is that part. */
export async function unfold(page, name) {
  const part = page.locator('details').filter({ has: page.locator('summary', { hasText: new RegExp(`^${name}$`) }) });
  if (!(await part.getAttribute('open').then((open) => open !== null))) await part.locator(':scope > summary').click();
  return part;
}
