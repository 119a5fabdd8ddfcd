// A buurtbegroting from its preparation to the work that follows, played by its people: the wijkteam, a resident with a
// plan, the stembureau, the three custodians of its key, and voters with letters. Only the clock is turned.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { expectNoViolations } from './lib/axe.mjs';
import { follow, logIn, openBrowser, press, somebody, unfold } from './lib/browser.mjs';
import { startServer } from './lib/server.mjs';

const DAY = 24 * 60 * 60 * 1000;
const TITLE = 'Klarendal kiest zijn plein';
const KEEPERS = ['bewaarder1', 'bewaarder2', 'bewaarder3'];
let server;
let browser;
let turned = 0;
const people = [];
/** What each custodian saved. */
const files = new Map();

before(async () => {
  server = await startServer({ turns: true });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const now = () => Date.now() + turned;

async function wait(days) {
  turned += days * DAY;
  await server.turnTo(now());
}

/** Who is there again after days logs in again. */
async function person(name) {
  const page = await somebody(browser, server);
  if (name) await logIn(page, name);
  people.push(page);
  return page;
}

/** A moment as a field for it wants it, in the Netherlands. */
function moment(days) {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Amsterdam', dateStyle: 'short', timeStyle: 'short' });
  return parts.format(new Date(now() + days * DAY)).replace(' ', 'T');
}

/** Loads a page again until it says this: jobs run every other second. */
async function until(page, text) {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    // A page that loads itself again at that moment cannot be: the next turn looks at what came.
    const loaded = await page.reload().catch((problem) => {
      if (!/Not attached to an active page/.test(problem.message)) throw problem;
    });
    if (loaded && (await page.getByRole('main').getByText(text).count())) return;
    await page.waitForTimeout(250);
  }
  throw new Error(`${page.url()} never says ${text}:\n${await page.getByRole('main').innerText()}`);
}

async function addPlan(page, { titel, kosten }) {
  const part = await unfold(page, 'Plan toevoegen');
  await part.getByLabel('Naam van het plan').fill(titel);
  await part.getByLabel('Wat is het plan?').fill('Voor iedereen in de buurt, en onderhouden door buren.');
  await part.getByLabel('Kosten').fill(kosten);
  await part.getByLabel('Onderwerp').selectOption('Groen en spelen');
  await press(page, 'Plan toevoegen', part);
}

async function judge(page, plan, decision, why) {
  const part = await unfold(page, 'Plan controleren');
  const field = part.getByLabel('Welk plan?');
  const option = await field.locator('option').filter({ hasText: plan }).getAttribute('value');
  await field.selectOption(option);
  await part.getByLabel(decision).check();
  if (why) {
    await part.getByLabel('Waaraan voldoet het niet?').selectOption({ index: 1 });
    await part.getByLabel('Reden').fill(why);
  }
  await press(page, 'Besluit vastleggen', part);
}

async function vote(code, plans) {
  const page = await person();
  await page.goto('/buurtbegrotingen');
  await follow(page, TITLE);
  await follow(page, 'Stem nu');
  for (const plan of plans) await page.getByLabel(plan).check();
  await page.getByLabel('Uw stemcode').fill(code);
  await press(page, 'Kijk uw stem na');
  await page.getByRole('button', { name: 'Stem nu' }).click();
  await page.getByRole('heading', { name: 'U hebt gestemd' }).waitFor();
  const control = (await page.locator('.wk-proof__code').allInnerTexts()).at(1);
  return control;
}

test('a round is prepared, voted on, counted and carried out by its people', { timeout: 240_000 }, async (story) => {
  try {
    await play();
    for (const page of people) assert.deepEqual(page.complaints, []);
  } catch (error) {
    const seen = await Promise.all(people.slice(-2).map(async (page) => `${page.url()}\n${await page.locator('main').innerText().catch(String)}`));
    error.message += `\n\n--- what people saw ---\n${seen.join('\n------\n')}`;
    throw error;
  }
  story.diagnostic(`${people.length} people`);
});

async function play() {
  // Voorbereiding: Marieke of the wijkteam fills in the plan, and publishes it.
  const marieke = await person('marieke');
  await marieke.goto('/buurtbegrotingen');
  await follow(marieke, 'Nieuwe buurtbegroting');
  await marieke.getByLabel('Naam van de buurtbegroting').fill(TITLE);
  await marieke.getByLabel('Uitleg voor bewoners').fill('Bewoners beslissen samen wat er op het plein komt.');
  await marieke.getByLabel('Hoeveel geld?').fill('10.000');
  await marieke.getByLabel('Product van het wijkbudget').selectOption('Groen en spelen');
  await marieke.getByLabel('Plannen insturen vanaf').fill(moment(1));
  await marieke.getByLabel('Plannen controleren vanaf').fill(moment(20));
  await marieke.getByLabel('Stemmen vanaf').fill(moment(40));
  await marieke.getByLabel('Stemmen tot').fill(moment(54));
  for (const criterion of await marieke.locator('input[name="criteria"]').all()) await criterion.check();
  await press(marieke, 'Bewaar de voorbereiding');
  await marieke.getByRole('heading', { name: TITLE, level: 1 }).waitFor();
  const address = new URL(marieke.url()).pathname;
  // Nobody else sees it before it is published.
  const resident = await person();
  assert.equal((await resident.goto(address)).status(), 404);
  await press(marieke, 'Vaststellen en bekendmaken');
  await marieke.getByText('U kunt plannen insturen vanaf').waitFor();
  assert.equal((await resident.goto(address)).status(), 200);

  // Inzenden: Kofi hands in an initiatief; the wijkteam makes a plan of it.
  await wait(2);
  const kofi = await person('kofi');
  await kofi.goto('/initiatieven/nieuw?wijk=WK020207');
  await kofi.getByRole('radio', { name: /^Idee/ }).check();
  await kofi.getByLabel('Waar gaat het over?').fill('Een waterpomp op het plein');
  await kofi.getByLabel('Vertel er meer over').fill('Kinderen spelen er graag met water. Een pomp is niet duur.');
  await kofi.getByRole('radio', { name: /^Nee/ }).check();
  await kofi.getByLabel('Onderwerp').selectOption('Groen en spelen');
  await kofi.getByLabel(/^Waar is het\?/).fill('Op het plein');
  await press(kofi, 'Dien in');
  await kofi.getByRole('heading', { name: 'Een waterpomp op het plein' }).waitFor();
  const mine = new URL(kofi.url()).pathname;

  await wait(20);
  const rachid = await person('rachid');
  await rachid.goto(address);
  const pick = await unfold(rachid, 'Plan toevoegen');
  const choose = pick.locator('select[name="initiatief"]');
  const own = await choose.locator('option').filter({ hasText: 'Een waterpomp op het plein' }).getAttribute('value');
  await choose.selectOption(own);
  await press(rachid, 'Neem de tekst over');
  const part = await unfold(rachid, 'Plan toevoegen');
  await part.getByLabel('Kosten').fill('4.000');
  await press(rachid, 'Plan toevoegen', part);
  for (const plan of [{ titel: 'Nieuwe banken', kosten: '5.000' }, { titel: 'Een muziekkoepel', kosten: '9.500' }]) await addPlan(rachid, plan);
  await rachid.getByText('Plannen (3)').waitFor();
  await expectNoViolations(rachid);

  // Toetsen: two plans take part; Rachid refuses Kofi's, who asks for a second look, and Marieke admits it.
  await judge(rachid, 'Nieuwe banken', 'Dit plan doet mee');
  await judge(rachid, 'Een muziekkoepel', 'Dit plan doet mee');
  await judge(rachid, 'Een waterpomp op het plein', 'Dit plan doet niet mee', 'Er ligt geen leiding onder het plein.');
  await server.mail.find('kofi@voorbeeld.test', 'Er ligt geen leiding onder het plein.', 'kunt u één keer om heroverweging vragen');
  const kofiAgain = await person('kofi');
  await kofiAgain.goto(mine);
  await follow(kofiAgain, `Dit is plan 1 van de buurtbegroting ‘${TITLE}’`);
  await kofiAgain.getByText('Er ligt geen leiding onder het plein.').waitFor();
  await kofiAgain.getByLabel('Waarom moet dit plan wel meedoen?').fill('De pomp gebruikt grondwater. Een leiding is niet nodig.');
  await press(kofiAgain, 'Vraag om heroverweging');
  await kofiAgain.getByText('Anderen kijken opnieuw naar dit plan.').waitFor();
  const mariekeAgain = await person('marieke');
  await mariekeAgain.goto(address);
  await judge(mariekeAgain, 'Een waterpomp op het plein', 'Dit plan doet mee');
  await kofiAgain.reload();
  await kofiAgain.getByText('Het doet toch mee.').waitFor();

  // The stembureau names three custodians. Each makes a key in their own browser; two of them show that their parts open.
  const stembureau = await person('stembureau');
  await stembureau.goto(address);
  for (const [at, name] of KEEPERS.entries()) await stembureau.getByLabel(`E-mailadres van bewaarder ${at + 1}`).fill(`${name}@voorbeeld.test`);
  await press(stembureau, 'Benoem de bewaarders');
  await stembureau.getByText('De bewaarders zijn benoemd.').waitFor();
  await stembureau.getByText('De sleutel van de stembus wordt gemaakt als').waitFor();
  await expectNoViolations(stembureau);
  await server.mail.find('bewaarder1@voorbeeld.test', `${address}/bewaren`);
  const keys = [];
  for (const name of KEEPERS) keys.push(await makeKey(name, address));
  await stembureau.reload();
  await stembureau.getByText('Twee bewaarders beproeven hem op hun eigen pagina.').waitFor();
  const waits = await handIn(KEEPERS[0], keys[0], address);
  await waits.getByText('Uw deel is ingeleverd.').waitFor();
  // The others hear that somebody waits, and until when; their page says who.
  await server.mail.find(`${KEEPERS[2]}@voorbeeld.test`, 'wacht op dat van een ander, tot', `${address}/bewaren`);
  const proven = await handIn(KEEPERS[2], keys[2], address);
  await proven.getByText('U bent klaar voor nu.').waitFor();
  await waits.reload();
  await waits.getByText('U bent klaar voor nu.').waitFor();
  await tryOwn(KEEPERS[1], keys, address);
  await stembureau.goto(address);
  await stembureau.getByText('De sleutel is gemaakt en beproefd.').waitFor();
  const letters = await unfold(stembureau, 'Brieven met stemcodes maken');
  await letters.getByLabel('Hoeveel brieven?').fill('12');
  await letters.getByLabel(/^Lijst voor een drukker/).check();
  const [download] = await Promise.all([stembureau.waitForEvent('download'), letters.getByRole('button', { name: 'Maak stemcodes' }).click()]);
  const codes = (await readFile(await download.path(), 'utf8')).trim().split('\n').slice(1).map((line) => line.split(';')[1]);
  assert.equal(codes.length, 12);

  // Stemmen: it opens by itself. Who lost a letter gets another from two people. Eleven vote; nobody sees how.
  await wait(19);
  await until(resident, 'U kunt stemmen tot');
  const proofs = [
    await vote(codes[0], ['Een waterpomp op het plein', 'Nieuwe banken']),
    await vote(codes[1], ['Een waterpomp op het plein']),
    await vote(codes[2], ['Een muziekkoepel']),
  ];
  await resident.reload();
  await resident.getByText('Nog geen tien mensen hebben gestemd').waitFor();
  await replace(address, '4');
  await resident.reload();
  await resident.getByText('1 keer is een nieuwe brief gegeven').waitFor();
  const { projecten } = await (await fetch(`${server.base}/api/v1${address}`)).json();
  const pump = projecten.find(({ titel }) => titel === 'Een waterpomp op het plein').id;
  for (const [at, stemcode] of codes.slice(4).entries()) {
    const body = JSON.stringify({ stemcode, biljetId: String(at).padStart(64, '0'), keuzes: [{ project: pump, punten: 1 }] });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${server.base}/api/v1${address}/stemmen`, { method: 'POST', headers, body });
    assert.equal(answer.status, 200);
    proofs.push((await answer.json()).controlecode);
  }

  // Tellen: it closes by itself; the stembureau asks for the count, and two custodians open the box.
  await wait(14);
  const counting = await person('stembureau');
  await counting.goto(address);
  await until(counting, 'Controlegetal van de stembus');
  await press(counting, 'Vraag om de telling');
  await counting.getByText('De telling is gevraagd.').waitFor();
  await expectNoViolations(counting);
  await handIn(KEEPERS[1], keys[1], address);
  // One has the key on paper, another in a file.
  const opened = await handIn(KEEPERS[0], { file: files.get(KEEPERS[0]) }, address);
  await until(opened, 'De stembus is geteld.');
  await until(counting, 'Er is geteld. De uitslag is bekend.');

  // Uitslag: everybody reads what was chosen and why, and finds their control code.
  await until(resident, 'De uitslag is bekend.');
  const chosen = await resident.locator('h2:text-is("Gekozen") + ul h3').allInnerTexts();
  assert.ok(chosen.some((plan) => plan.includes('Een waterpomp op het plein')), chosen.join());
  await resident.getByText('Daarom publiceren wij de stemmen niet').waitFor();
  const listed = await (await resident.request.get(`/api/v1${address}/uitslag/controlecodes`)).text();
  assert.deepEqual(listed.trim().split('\n'), proofs.toSorted());
  await expectNoViolations(resident);

  // Uitvoering: winners stand in the wijkactieplan with a concept opdracht; Kofi hears that his plan was chosen.
  const desk = await person('marieke');
  await desk.goto('/gebieden/W2/wijkactieplan');
  await follow(desk, 'Bekijk de hele opgave', desk.locator('section').filter({ hasText: TITLE }));
  await desk.getByText('Een waterpomp op het plein').first().waitFor();
  await server.mail.find('kofi@voorbeeld.test', 'Gekozen door de bewoners');
  const kofiLast = await person('kofi');
  await kofiLast.goto(`${address}/plannen/1`);
  await kofiLast.getByRole('heading', { name: 'Gekozen' }).waitFor();

  // Definitief: six weeks later nothing is left that tells who voted.
  await wait(43);
  const last = await person('stembureau');
  await last.goto(address);
  await press(last, 'Maak de uitslag definitief');
  await last.getByRole('alert').getByText('Zet eerst een vinkje. Er is nog niets gedaan.').waitFor();
  await last.getByLabel('Ja, ik weet dat dit niet ongedaan kan worden').check();
  await press(last, 'Maak de uitslag definitief');
  await resident.reload();
  await resident.getByText('De uitslag is definitief.').waitFor();
}

/** What a page sent, and keeps in its browser. */
async function trail(page, sent) {
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]));
  return [...sent.map((request) => `${request.url()} ${request.postData() ?? ''}`), kept].join('\n');
}

/** The page of a custodian, who is asked for something. */
async function keeper(name, address) {
  const page = await person(name);
  await page.goto(`${address}/bewaren`);
  const sent = [];
  page.on('request', (request) => sent.push(request));
  return { page, sent };
}

/** A custodian makes a key, writes it down, and types over what is asked of it. Gives what they wrote. */
async function makeKey(name, address) {
  const { page, sent } = await keeper(name, address);
  await expectNoViolations(page);
  await page.getByRole('button', { name: 'Maak mijn sleutel' }).click();
  await page.getByRole('heading', { name: 'Stap 2 van 3: bewaar uw sleutel' }).waitFor();
  // Whoever leaves now loses the key: they are asked whether they mean it, and stay.
  const asked = page.waitForEvent('dialog');
  await page.evaluate(() => void setTimeout(() => location.reload()));
  const dialog = await asked;
  assert.equal(dialog.type(), 'beforeunload');
  await dialog.dismiss();
  const groups = await page.locator('[data-sleutel] li').allInnerTexts();
  const key = groups.join('-');
  assert.match(key, /^[0-9A-Z]{4}(-[0-9A-Z]{4}){13}$/);
  await expectNoViolations(page);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Bewaar als bestand' }).click()]);
  const text = await readFile(await file.path(), 'utf8');
  // Whoever finds it later knows of which round, whose and how old it is, and which group is which.
  assert.match(file.suggestedFilename(), /^sleutel-klarendal-kiest-zijn-plein-\d{4}-\d\d-\d\d-\d\d-\d\d\.txt$/);
  assert.ok(text.includes(`Buurtbegroting: ${TITLE}\n`) && text.includes(`${address}/bewaren`), text);
  assert.match(text, /\nBewaarder: \S.*\nGemaakt: \d+ [a-z]+ \d{4} om \d\d:\d\d\./);
  assert.ok(text.includes(groups.map((group, at) => `${String(at + 1).padStart(2)}. ${group}`).join('\n')), text);
  files.set(name, text);
  await page.getByRole('button', { name: 'Ik heb mijn sleutel bewaard' }).click();
  await page.getByRole('heading', { name: 'Stap 3 van 3: typ drie groepen over' }).waitFor();
  const fields = await page.locator('[data-groep]').all();
  assert.equal(fields.length, 3);
  // Whoever kept nothing comes no further.
  await page.getByRole('button', { name: 'Controleer en rond af' }).click();
  const empty = page.getByText(/^Vul groep \d+ in\.$/);
  await empty.first().waitFor();
  assert.equal(await empty.count(), 3, 'each field says what is wrong with it');
  for (const field of fields) await field.fill('UUUU');
  await page.getByRole('button', { name: 'Controleer en rond af' }).click();
  const other = page.getByText(/^Groep \d+ is anders\./);
  await other.first().waitFor();
  assert.deepEqual([await other.count(), await empty.count()], [3, 0]);
  await expectNoViolations(page);
  assert.ok(!sent.some((request) => request.method() === 'POST'));
  for (const field of fields) {
    const label = await page.locator(`label[for="${await field.getAttribute('id')}"]`).innerText();
    await field.fill(groups[Number(/\d+/.exec(label)[0]) - 1].toLowerCase());
  }
  await press(page, 'Controleer en rond af');
  await page.getByText('Uw sleutel is vastgelegd.').first().waitFor();
  const said = await trail(page, sent);
  assert.match(said, /publiekeSleutel/);
  const two = groups.slice(1).flatMap((group, at) => [`${groups[at]}${group}`, `${groups[at]}-${group}`]);
  assert.ok(!two.some((own) => said.toUpperCase().includes(own)), 'the key stays with whoever made it');
  return key;
}

/** A custodian hands in their own part, with the key that they wrote down or as a file. */
async function handIn(name, key, address) {
  const { page, sent } = await keeper(name, address);
  const field = page.getByLabel('Uw sleutel', { exact: true });
  if (key.file) {
    const choose = page.getByLabel('Of kies het bestand met uw sleutel');
    const file = (text) => ({ name: 'sleutel.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await choose.setInputFiles(file('Een boodschappenlijst.'));
    await page.getByText('In dit bestand staat geen sleutel.').waitFor();
    await choose.setInputFiles(file(key.file));
    await page.waitForFunction(() => document.querySelector('#sleutel').value.length === 69);
  } else {
    const typed = key.toLowerCase().replaceAll('-', ' ');
    const button = page.getByRole('button', { name: 'Lever mijn deel in' });
    for (const [text, said] of [
      ['', 'Vul uw sleutel in'],
      [typed.slice(5), 'U hebt 13 van de 14 groepen ingevuld.'],
      [typed.slice(1), 'Groep 1 heeft geen 4 tekens.'],
      [`${typed.slice(5)} ${typed.slice(0, 4)}`, 'twee groepen staan verwisseld'],
    ]) {
      await field.fill(text);
      await button.click();
      await page.getByText(said).waitFor();
    }
    await expectNoViolations(page);
    // While somebody types, they see how far they are.
    await field.fill(`${typed.slice(0, 14)} x`);
    await page.getByText('3 van de 14 groepen', { exact: true }).waitFor();
    // As it stands on the page, each group behind its number.
    await field.fill(typed.split(' ').map((group, at) => `${at + 1}. ${group}`).join('\n'));
  }
  await press(page, 'Lever mijn deel in');
  assert.match(await trail(page, sent), /"deel":/);
  return page;
}

/** A custodian whose key was not needed for the trial sees whether it works; their part stays with them. */
async function tryOwn(name, keys, address) {
  const { page, sent } = await keeper(name, address);
  await page.getByText('Uw eigen sleutel is nog niet geprobeerd.').waitFor();
  await expectNoViolations(page);
  const field = page.getByLabel('Uw sleutel', { exact: true });
  await field.fill(keys[0]);
  await page.getByRole('button', { name: 'Probeer mijn sleutel' }).click();
  await page.getByText('niet die van u voor deze stembus').waitFor();
  await field.fill(keys[1]);
  await press(page, 'Probeer mijn sleutel');
  await page.getByText('Uw eigen sleutel werkt ook.').waitFor();
  const said = await trail(page, sent);
  assert.match(said, /"controle":/);
  assert.doesNotMatch(said, /"deel":/);
}

/** Somebody lost their letter: one of the stembureau asks for another, and a colleague confirms and gets it. */
async function replace(address, number) {
  const asks = await person('stembureau');
  await asks.goto(address);
  const lost = await unfold(asks, 'Brief kwijt');
  await lost.getByLabel('Nummer van de brief').fill(number);
  await press(asks, 'Vraag een nieuwe brief aan', lost);
  await asks.getByText(`Aangevraagd: een nieuwe brief ${number}.`).waitFor();
  const confirms = await person('stembureau2');
  await confirms.goto(address);
  const part = confirms.locator('#wachtende-brieven');
  await part.getByText(`Brief ${number}`, { exact: true }).waitFor();
  await expectNoViolations(confirms);
  await part.getByLabel(/^Ja, geef een nieuwe brief\. De oude brief werkt daarna niet meer/).check();
  const button = part.getByRole('button', { name: 'Bevestig en geef de nieuwe brief' });
  const [download] = await Promise.all([confirms.waitForEvent('download'), button.click()]);
  assert.match(download.suggestedFilename(), new RegExp(`^nieuwe-brief-${number}-\\d{4}-\\d\\d-\\d\\d-\\d{4}-[a-z0-9-]+\\.pdf$`));
  await confirms.getByText(`Brief ${number} is gegeven.`).waitFor();
  await confirms.getByText('De brief staat bij uw downloads.').waitFor();
  await confirms.getByText('In deze buurtbegroting wacht niets meer.').waitFor();
}
