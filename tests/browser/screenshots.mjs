// Makes the pictures of docs/screenshots: `node tests/browser/screenshots.mjs`, then `pngquant` to make them small.
import { mkdir } from 'node:fs/promises';
import { logIn, openBrowser, press, somebody } from './lib/browser.mjs';
import { round } from './lib/pages.mjs';
import { startServer } from './lib/server.mjs';

const folder = new URL('../../docs/screenshots/', import.meta.url).pathname;
await mkdir(folder, { recursive: true });
const server = await startServer();
const browser = await openBrowser();
const shoot = async (page, path, name, fullPage = false) => {
  await page.goto(path);
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled', fullPage });
};
try {
  const visitor = await somebody(browser, server);
  await shoot(visitor, '/', 'home');
  await shoot(visitor, '/initiatieven/nieuw?wijk=WK020207', 'initiatief-form');
  await visitor.goto('/initiatieven?status=gerealiseerd');
  const done = await visitor.getByRole('main').getByRole('article').getByRole('link').first().getAttribute('href');
  await shoot(visitor, done, 'initiatief', true);
  await shoot(visitor, '/gebieden/W2/wijkactieplan', 'wijkactieplan');
  const joost = await somebody(browser, server);
  await logIn(joost, 'joost');
  await shoot(joost, '/werk', 'mijn-werk');
  const wide = await somebody(browser, server, { viewport: { width: 1280, height: 800 } });
  await shoot(wide, '/', 'home-wide');

  // From a ballot to its proof, and a result that was counted again.
  const voter = await somebody(browser, server);
  await voter.goto(`${await round(voter, 'Klarendal en St. Marten kiezen')}/stemmen?volgorde=abc`);
  const boxes = voter.locator('.wk-ballot input');
  for (const at of [0, 2, 3]) await boxes.nth(at).check();
  await boxes.nth(3).scrollIntoViewIfNeeded();
  await voter.screenshot({ path: `${folder}stembiljet-keuze.png`, animations: 'disabled' });
  await voter.getByLabel('Uw stemcode').fill('DEMO-0000-0001');
  await press(voter, 'Kijk uw stem na');
  await voter.getByRole('button', { name: 'Stem nu' }).click();
  await voter.getByRole('heading', { name: 'U hebt gestemd' }).waitFor();
  await voter.screenshot({ path: `${folder}stembewijs.png`, animations: 'disabled', fullPage: true });
  await shoot(voter, await round(voter, 'Presikhaaf aan zet'), 'uitslag');
  await voter.getByRole('button', { name: 'Tel nu na' }).click();
  await voter.getByText('Het klopt.').waitFor();
  await voter.locator('[data-natellen]').screenshot({ path: `${folder}natellen.png`, animations: 'disabled' });
} finally {
  await browser.close();
  await server.stop();
}
