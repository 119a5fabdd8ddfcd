// Makes the pictures of docs/screenshots: `node tests/browser/screenshots.mjs`, then `pngquant` to make them small.
import { mkdir } from 'node:fs/promises';
import { logIn, openBrowser, somebody } from './lib/browser.mjs';
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
} finally {
  await browser.close();
  await server.stop();
}
