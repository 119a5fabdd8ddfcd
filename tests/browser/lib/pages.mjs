// Every page there is, with somebody who may see it.
import { logIn, press, somebody, unfold } from './browser.mjs';

const id = '0192f000-0000-7000-8000-000000000000';

/** Pages by name, as a visitor. Addresses with an id are looked up in the demo city. */
const VISITOR = {
  home: '/',
  'a postcode': '/wijken?postcode=6822AB',
  'a postcode elsewhere': '/wijken?postcode=1011AB',
  'no postcode': '/wijken?postcode=fiets',
  gebieden: '/gebieden',
  gebied: '/gebieden/W2',
  wijk: '/wijken/WK020207',
  wijkactieplan: '/gebieden/W2/wijkactieplan',
  wijkbudget: '/gebieden/W2/wijkbudget',
  boekingen: '/gebieden/W2/boekingen',
  'boekingen of a figure': '/gebieden/W2/boekingen?product=groen_en_spelen&pot=besteed&jaar=2026',
  initiatieven: '/initiatieven',
  'initiatieven, chosen': '/initiatieven?gebied=W2&thema=groen',
  indienen: '/initiatieven/nieuw',
  inloggen: '/inloggen',
  registreren: '/registreren',
  'wachtwoord vergeten': '/wachtwoord-vergeten',
  'wachtwoord nieuw': '/wachtwoord-nieuw/abc',
  'bevestigen account': '/bevestigen/account/abc',
  'bevestigen initiatief': '/bevestigen/initiatief/abc',
  'antwoorden, link too old': '/antwoorden/abc',
  'bericht initiatief': '/bericht/bevestig-initiatief',
  'bericht initiatief, first looked at': '/bericht/initiatief-wacht',
  'bericht initiatief, for the wijkteam': '/bericht/initiatief-afgeschermd',
  'bericht account': '/bericht/account',
  'bericht wachtwoord': '/bericht/wachtwoord',
  'bericht antwoord': '/bericht/antwoord',
  buurtbegrotingen: '/buurtbegrotingen',
  'rules to try': '/buurtbegrotingen/telregels',
  'address on letters': '/stem',
  over: '/over',
  privacy: '/privacy',
  toegankelijkheid: '/toegankelijkheid',
  offline: '/offline',
  api: '/api',
  mail: '/mail',
  'not found': '/bestaat-niet',
  'no such initiatief': `/initiatieven/${id}`,
  'not logged in': '/mijn',
  'not logged in at work': '/werk',
};

/** Where a card of a list leads. */
async function first(page, list, path) {
  await page.goto(list);
  const found = await page.getByRole('main').locator(`a[href^="${path}"]`).evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  const own = found.find((href) => /[0-9a-f]{8}-/.test(href));
  if (!own) throw new Error(`nothing at ${list} leads to ${path}`);
  return own;
}

/** Where the texts of what this dossier is of can be left out. */
const leavingOut = (dossier) => dossier.replace('/werk/initiatieven/', '/werk/weglaten/');

/** A round of the demo, by what it is called there. */
export async function round(page, name) {
  await page.goto('/buurtbegrotingen');
  // Whoever keeps a part of its key has another link of that name above it.
  return page.locator('a:not([href$="/bewaren"])', { hasText: name }).first().getAttribute('href');
}

/** Where a bundle of ballots on paper is, begun when there is none: the demo city has no paper. */
async function bundle(page, open) {
  await page.goto(`${open}/bundels`);
  const known = page.getByRole('main').locator('a[href^="/bundels/"]').first();
  if ((await known.count()) > 0) return known.getAttribute('href');
  await page.getByLabel('Per post of in een bus').check();
  await press(page, 'Begin een bundel');
  return new URL(page.url()).pathname;
}

async function rounds(page) {
  const [open, over] = [await round(page, 'Klarendal en St. Marten kiezen'), await round(page, 'Presikhaaf aan zet')];
  return {
    'buurtbegroting, voting': open,
    'buurtbegroting, result': over,
    'vote over': `${over}/stemmen`,
    ballot: `${open}/stemmen?volgorde=abc`,
    'ballot, money': `${await round(page, 'Malburgen vult de knapzak')}/stemmen?volgorde=abc`,
    'ballot, points': `${await round(page, 'Schuytgraaf en Elderveld geven punten')}/stemmen?volgorde=abc`,
    'ballot, ranking': `${await round(page, 'De Laar en Elden op volgorde')}/stemmen?volgorde=abc`,
    'plan to vote on': `${open}/plannen/1`,
    'changing a vote': `${await round(page, 'Malburgen vult de knapzak')}/stemmen/wijzigen`,
    'plan with its result': `${over}/plannen/1`,
    stembewijs: `${open}/stembewijs`,
  };
}

/** All pages, one after the other, each in a browser of somebody who may see it. */
export async function* everyPage(browser, server, options = {}) {
  const visitor = await somebody(browser, server, options);
  const done = await first(visitor, '/initiatieven?status=gerealiseerd', '/initiatieven/');
  const fresh = await first(visitor, '/initiatieven?status=ingediend&gebied=W3', '/initiatieven/');
  const opgave = await first(visitor, '/gebieden/W2/wijkactieplan', '/opgaven/');
  const found = {
    ...VISITOR,
    'initiatief, realised': done,
    'initiatief, new': fresh,
    'initiatief, handed in': `${fresh}?gelukt=ja`,
    opgave,
    ...(await rounds(visitor)),
  };
  for (const [name, path] of Object.entries(found)) yield { name, who: 'visitor', path, page: visitor };
  await visitor.context().close();

  const as = async function* (who, pages) {
    const page = await somebody(browser, server, options);
    await logIn(page, who);
    for (const [name, path] of Object.entries(await pages(page))) yield { name, who, path, page };
    await page.context().close();
  };
  yield* as('kofi', async (page) => ({
    home: '/',
    mijn: '/mijn',
    'own initiatief': await first(page, '/mijn', '/mijn/initiatieven/'),
    'to support': fresh,
    indienen: '/initiatieven/nieuw',
    'not for residents': '/opdrachten',
  }));
  yield* as('joost', async (page) => ({
    werk: '/werk',
    dossier: await first(page, '/werk', '/werk/initiatieven/'),
    'texts to leave out': leavingOut(await first(page, '/werk', '/werk/initiatieven/')),
    wijkactieplan: '/gebieden/W3/wijkactieplan',
    'opgave to shape': await first(page, '/gebieden/W3/wijkactieplan', '/opgaven/'),
    'opgave new': '/opgaven/nieuw?gebied=W3',
    'buurtbegroting new': '/buurtbegrotingen/nieuw',
    opdrachten: '/opdrachten',
    opdracht: await first(page, '/opdrachten', '/opdrachten/'),
  }));
  yield* as('rachid', async (page) => ({
    'buurtbegroting to change': `${await round(page, 'Klarendal en St. Marten kiezen')}/wijzigen`,
  }));
  yield* as('hanneke', async (page) => ({
    werk: '/werk',
    opdrachten: '/opdrachten',
    opdracht: await first(page, '/werk', '/opdrachten/'),
  }));
  yield* as('stembureau', async (page) => {
    const open = await round(page, 'Klarendal en St. Marten kiezen');
    return {
      'buurtbegroting to run': open,
      'ballots on paper': `${open}/bundels`,
      'bundle of ballots on paper': await bundle(page, open),
      'count that is over': `${await round(page, 'Presikhaaf aan zet')}/telling`,
    };
  });
  yield* as('bewaarder1', async (page) => ({
    'part of a key': `${await round(page, 'Klarendal en St. Marten kiezen')}/bewaren`,
  }));
  yield* as('bewaarder3', async (page) => ({
    'key to try alone': `${await round(page, 'Klarendal en St. Marten kiezen')}/bewaren`,
  }));
  yield* as('mirjam', async () => ({ home: '/', wijkbudget: '/gebieden/W2/wijkbudget', opdrachten: '/opdrachten' }));
}

/** Each form sent empty or wrong: the page as it is shown again. */
export async function* everyRefusal(browser, server, options = {}) {
  const as = async function* (who, forms) {
    const page = await somebody(browser, server, options);
    if (who !== 'visitor') await logIn(page, who);
    for (const [path, button, part] of await forms(page)) {
      await page.goto(path);
      const within = part ? await unfold(page, part) : page.getByRole('main');
      await press(page, button, within);
      yield { name: `${button}, at ${path.replace(/[0-9a-f-]{36}/, '…')} as ${who}`, page };
    }
    await page.context().close();
  };
  yield* as('visitor', async (page) => [
    [`${await round(page, 'Klarendal en St. Marten kiezen')}/stemmen?volgorde=abc`, 'Kijk uw stem na'],
    [`${await round(page, 'Klarendal en St. Marten kiezen')}/stembewijs`, 'Kijk'],
    ['/stem', 'Naar mijn stembiljet'],
    ['/initiatieven/nieuw', 'Dien in'],
    ['/inloggen', 'Inloggen'],
    ['/registreren', 'Maak een account'],
    ['/wachtwoord-vergeten', 'Stuur de mail'],
    ['/wachtwoord-nieuw/abc', 'Bewaar het wachtwoord'],
    ['/bevestigen/initiatief/abc', 'Dien uw initiatief in'],
  ]);
  yield* as('joost', async (page) => {
    const dossier = await first(page, '/werk', '/werk/initiatieven/');
    const texts = leavingOut(dossier);
    const opgave = await first(page, '/gebieden/W3/wijkactieplan', '/opgaven/');
    return [
      ['/opgaven/nieuw?gebied=W3', 'Leg de opgave vast'],
      ['/buurtbegrotingen/nieuw', 'Bewaar de voorbereiding'],
      [dossier, 'Koppel', 'Koppel aan een opgave'],
      [dossier, 'Stuur het bericht', 'Stuur een bericht'],
      [dossier, 'Voeg samen', 'Voeg samen met een ander initiatief'],
      [dossier, 'Verwijs door', 'Verwijs door'],
      [dossier, 'Wijs af', 'Wijs af'],
      [dossier, 'Scherm dit af', 'Scherm af'],
      [texts, 'Bekijk eerst hoe het wordt', 'Maak woorden onherkenbaar'],
      [texts, 'Bekijk eerst hoe het wordt', 'Scherm een hele tekst af'],
      [opgave, 'Leg de activiteit vast', 'Activiteit toevoegen'],
      [opgave, 'Bewaar de opdracht', 'Opdracht maken'],
    ];
  });
  yield* as('stembureau', async (page) => {
    const open = await round(page, 'Klarendal en St. Marten kiezen');
    return [
      [open, 'Maak stemcodes', 'Brieven met stemcodes maken'],
      [open, 'Vraag een nieuwe brief aan', 'Brief kwijt'],
      [`${open}/bundels`, 'Begin een bundel'],
    ];
  });
}
