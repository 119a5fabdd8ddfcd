// 300 strings that break programs, in every field that takes text, and then every page that shows them, as everybody who
// may see it; and the log, which has none of it (SECURITY-RULES X-7, P-8, L-2). It takes minutes: `cargo xtask night` runs it.
// Tables and letters are looked at by tests over the API, at every change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD, logIn, somebody } from './lib/browser.mjs';
import { stage } from './lib/stage.mjs';

const set = stage();

const RUN = 'window.__ran=1';
const PAYLOADS = [
  `<script>${RUN}</script>`,
  `<img src=x onerror=${RUN}>`,
  `<svg onload=${RUN}>`,
  `<iframe srcdoc="<script>parent.__ran=1</script>">`,
  `<details open ontoggle=${RUN}>`,
  `<a href="javascript:${RUN}">klik</a>`,
  `javascript:${RUN}`,
  `" onfocus=${RUN} autofocus x="`,
  `' onmouseover=${RUN} x='`,
  `<base href=//kwaad.example>`,
  `<meta http-equiv=refresh content="0;url=//kwaad.example">`,
  `<link rel=stylesheet href=//kwaad.example/a.css>`,
  `<style>@import"//kwaad.example/b.css"</style>`,
  `<form action=//kwaad.example><button>stuur</button>`,
  `<object data="data:text/html,<script>parent.__ran=1</script>">`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`,
  `{{constructor.constructor('${RUN}')()}}`,
  '${' + RUN + '}',
  `<%= ${RUN} %>`,
  `=HYPERLINK("//kwaad.example";"klik")`,
  `@SUM(1+1)*cmd|' /C calc'!A0`,
  `'; DROP TABLE initiatief; --`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `&#60;img src=x onerror=${RUN}&#62;`,
  `%3Cscript%3E${RUN}%3C/script%3E`,
  '\\u003cscript\\u003e' + RUN,
  `<ScRiPt >${RUN}</sCrIpT >`,
  `<x onclick=${RUN}>🏳️‍🌈 مرحبا`,
  `](javascript:${RUN})`,
  `https://voorbeeld.nl/"onmouseover=${RUN}`,
];
/** What a string may have to break out of. */
const AROUND = ['', '</title>', '</textarea>', '</script>', '-->', ']]>', '">', "'>", '</style></noscript>', '\u2028'];
const STRINGS = AROUND.flatMap((before) => PAYLOADS.map((payload) => `${before}${payload}`));

/** Somebody over the API: sends, and gives the answer and its status. */
async function person(name) {
  const send = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${set.server.base}/api/v1${path}`, {
      method,
      headers: { ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.status < 500, `${method} ${path}: ${answer.status} ${text}`);
    return { ...(text ? JSON.parse(text) : {}), code: answer.status };
  };
  if (!name) return { post: (path, body, headers) => send('POST', path, body, headers) };
  const { toegang } = await send('POST', '/sessies', { email: `${name}@voorbeeld.test`, wachtwoord: PASSWORD });
  const authorization = `Bearer ${toegang}`;
  return {
    get: (path) => send('GET', path, undefined, { authorization }),
    post: (path, body, headers) => send('POST', path, body, { authorization, ...headers }),
  };
}

let attempts = 0;
const key = () => ({ 'idempotency-key': `vreemd-${String(attempts++).padStart(6, '0')}` });
const seen = ({ versie }) => ({ 'if-match': `"${versie}"` });
/** A string that fits in one line. */
const line = (number) => `${number} ${STRINGS[number % STRINGS.length]}`.slice(0, 110);
const story = (number) => [0, 1, 2, 3].map((more) => line(number + more)).join('\n\n');

const good = (answer, what) => {
  assert.ok(answer.code < 300, `${what}: ${JSON.stringify(answer)}`);
  return answer;
};

/** Puts them everywhere; gives the addresses of all that shows them. */
async function fill() {
  const [guest, kofi, rachid, marieke, hanneke] = await Promise.all([undefined, 'kofi', 'rachid', 'marieke', 'hanneke'].map(person));
  const paths = ['/', '/initiatieven', '/opdrachten', '/gebieden/W2', '/gebieden/W2/wijkactieplan', '/gebieden/W2/boekingen', '/buurtbegrotingen', '/mijn', '/werk', '/mail', '/wijken/WK020207'];
  let refused = 0;
  let opgave;
  for (const number of STRINGS.keys()) {
    const made = await rachid.post('/opgaven', { gebied: 'W2', titel: line(number), tekst: story(number), thema: 'groen' }, key());
    if (made.code === 400) refused++;
    else opgave = good(made, line(number));
    if (made.id && number % 10 === 0) paths.push(`/opgaven/${made.id}`);
  }
  assert.ok(refused < STRINGS.length / 4, `${refused} of ${STRINGS.length} were refused: that shows nothing`);

  for (const number of [0, 1, 7, 30, 61]) {
    const idea = { soort: 'idee', titel: line(number), tekst: story(number), wijk: 'WK020207', thema: 'groen', plaats: line(number + 2), overPersoon: 'nee' };
    const made = good(await kofi.post('/initiatieven', idea, key()), 'an initiatief');
    paths.push(`/initiatieven/${made.id}`, `/mijn/initiatieven/${made.id}`, `/werk/initiatieven/${made.id}`);
    let dossier = await rachid.get(`/dossiers/${made.id}`);
    dossier = good(await rachid.post(`/dossiers/${made.id}/behandelingen`, undefined, seen(dossier)), 'taken up');
    dossier = good(await rachid.post(`/dossiers/${made.id}/reacties`, { tekst: story(number + 4) }, seen(dossier)), 'a response');
    dossier = good(await rachid.post(`/dossiers/${made.id}/vragen`, { tekst: story(number + 9) }, seen(dossier)), 'a question');
    good(await kofi.post(`/mijn/initiatieven/${made.id}/antwoorden`, { tekst: story(number + 5) }, seen(await kofi.get(`/mijn/initiatieven/${made.id}`))), 'an answer');
  }
  for (const number of [1, 8, 36]) {
    const indiener = { naam: line(number).replace(/^\d+ /, 'Jan '), email: `gast${number}@voorbeeld.test`, soort: 'organisatie', organisatie: line(number + 1) };
    // A name is judged more strictly: what it may not be is refused, and that is fine.
    const idea = { soort: 'idee', titel: line(number), tekst: story(number), wijk: 'WK020207', thema: 'groen', overPersoon: 'nee', indiener };
    const made = await guest.post('/initiatieven', idea, key());
    const about = (made.fouten ?? []).map((own) => own.veld);
    assert.ok(made.code < 300 || about.every((field) => field.startsWith('/indiener')), JSON.stringify(made));
  }

  for (const number of [2, 9, 33, 64]) {
    let plan = await rachid.post(`/opgaven/${opgave.id}/inzetten`, { uren: '16', wie: line(number) }, key());
    if (plan.code === 400) plan = await rachid.post(`/opgaven/${opgave.id}/inzetten`, { uren: '16' }, key());
    const inzet = good(plan, 'an inzet').inzetten.at(-1).id;
    plan = good(await rachid.post(`/inzetten/${inzet}/activiteiten`, { titel: line(number + 1) }, key()), 'an activiteit');
    const activiteit = plan.inzetten.find((own) => own.id === inzet).activiteiten.at(-1).id;
    const order = { soort: 'uitvoeren', titel: line(number + 2), tekst: story(number + 3), opdrachtnemer: 'backoffice', product: 'groen_en_spelen', bedrag: '10.00' };
    let opdracht = await rachid.post(`/activiteiten/${activiteit}/opdrachten`, { ...order, opdrachtnemerNaam: line(number + 4) }, key());
    if (opdracht.code === 400) opdracht = await rachid.post(`/activiteiten/${activiteit}/opdrachten`, { ...order, opdrachtnemerNaam: 'Groen' }, key());
    const path = `/opdrachten/${good(opdracht, 'an opdracht').id}`;
    opdracht = good(await rachid.post(`${path}/aanvragen`, undefined, seen(opdracht)), 'fiat is asked');
    opdracht = good(await marieke.post(`${path}/fiatteringen`, { besluit: 'akkoord' }, seen(opdracht)), 'fiat');
    opdracht = good(await hanneke.post(`${path}/aannames`, { besluit: 'akkoord' }, seen(opdracht)), 'accepted');
    good(await hanneke.post(`${path}/voortgang`, { tekst: story(number + 5) }, key()), 'progress');
    good(await hanneke.post(`${path}/bestedingen`, { bedrag: '1.00', omschrijving: 'factuur', toelichting: story(number + 6) }, key()), 'spent');
    paths.push(path);
  }
  return paths;
}

test('X-7: whatever people type is text, on every page and for everybody who sees it', { timeout: 1_200_000 }, async () => {
  const paths = await fill();
  let visits = 0;
  const shown = new Set();
  for (const name of [undefined, 'kofi', 'rachid', 'marieke', 'hanneke', 'mirjam', 'stembureau']) {
    const page = await somebody(set.browser, set.server);
    const alarms = [];
    page.on('dialog', (dialog) => {
      alarms.push(`a dialog at ${page.url()}: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== set.server.base && url.protocol !== 'data:' && url.protocol !== 'blob:') alarms.push(`${page.url()} asks for ${request.url()}`);
      if (url.pathname === '/api/v1/csp-melding') alarms.push(`a report of the policy at ${page.url()}`);
    });
    if (name) await logIn(page, name);
    for (const path of paths) {
      await page.goto(path, { waitUntil: 'load' });
      // Whatever can be folded open, or gets the focus.
      await page.evaluate(() => {
        document.querySelectorAll('details').forEach((own) => (own.open = true));
        document.querySelectorAll('main a, main input, main [autofocus]').forEach((own) => own.focus());
      });
      assert.equal(await page.evaluate(() => window.__ran), undefined, `${name ?? 'visitor'} at ${path}`);
      const text = await page.locator('body').innerText();
      for (const payload of PAYLOADS) if (text.includes(payload)) shown.add(payload);
      visits++;
    }
    assert.deepEqual(alarms, []);
    assert.deepEqual(page.complaints.filter((own) => /content security policy|Refused to/i.test(own)), []);
    await page.context().close();
  }
  assert.ok(visits > 200, `${visits} visits`);
  // Of all that was typed the log has nothing (L-2), so nobody who reads it reads a line that somebody else wrote.
  const log = set.server.log.join('\n');
  assert.ok(log.includes('Wijkkoers draait op'), 'there is a log');
  assert.deepEqual(PAYLOADS.filter((payload) => log.includes(payload)), [], 'nothing of it is logged');
  assert.deepEqual(PAYLOADS.filter((payload) => !shown.has(payload)), [], 'each was seen as the text that it is');
});
