// Every rule on an earlier election, on the device of whoever wants to know.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectNoViolations } from './lib/axe.mjs';
import { follow, logIn, somebody } from './lib/browser.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();

const FILE = `META
key;value
description;Een oude stemming
num_projects;3
num_votes;5
budget;1000
vote_type;approval
PROJECTS
project_id;cost;name
1;900;Een groot feest
2;500;Bomen
3;400;Banken
VOTES
voter_id;vote
1;1
2;1
3;1
4;2,3
5;2,3
`;
const upload = (text) => ({ name: 'oud.pb', mimeType: 'text/plain', buffer: Buffer.from(text) });

test('the wijkteam tries the rules on a file that stays on their device, and on a round of the city', async () => {
  const page = await somebody(set.browser, set.server);
  await logIn(page, 'marieke');
  await page.goto('/buurtbegrotingen/nieuw');
  await follow(page, 'Probeer de telregels uit op een oude stemming');
  const main = page.getByRole('main');
  const button = main.getByRole('button', { name: 'Vergelijk de telregels' });
  await button.click();
  await main.getByText('Kies eerst een buurtbegroting of een bestand.').waitFor();

  const sent = [];
  page.on('request', (request) => sent.push(request));
  await main.getByLabel('Of een bestand van een andere stemming').setInputFiles(upload(FILE));
  await button.click();
  await main.getByText('Het ging om 1.000, 3 plannen en 5 stembiljetten.').waitFor();
  const rows = main.locator('tbody tr');
  assert.equal(await rows.count(), 6);
  const most = await rows.nth(0).innerText();
  assert.match(most, /Een groot feest/);
  assert.match(most, /40 %/);
  const shares = await rows.filter({ hasText: 'Bomen' }).first().innerText();
  assert.match(shares, /Banken/);
  assert.ok(!sent.some((request) => request.method() !== 'GET'), 'the file goes nowhere');
  await expectNoViolations(page);

  await main.getByLabel('Of een bestand van een andere stemming').setInputFiles(upload(FILE.replace('num_votes;5', 'num_votes;vijf')));
  await button.click();
  await main.getByText('Dit bestand kunnen wij niet lezen').waitFor();
  await main.getByText(/regel 5/).waitFor();

  await main.getByLabel('Of een bestand van een andere stemming').setInputFiles([]);
  await main.getByLabel('Een buurtbegroting van deze gemeente').selectOption('Presikhaaf aan zet');
  await button.click();
  await main.getByText('Het ging om 25.000, 6 plannen en 143 stembiljetten.').waitFor();
  await expectNoViolations(page);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
