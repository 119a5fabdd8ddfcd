// Counting on the device of whoever wants to: a result again, or an earlier election by every rule. Loaded by start.js
// when the button of `[data-natellen]` or `[data-telregels]` is pressed.
//
// The element says all, in attributes; sentences come from the server, in the language of the page. Of `[data-natellen]`:
//   data-adres          of the round in the API
//   data-controlegetal  the hash of its rules, as the page shows it
//   data-tekst-…        bezig, gelijk, anders, gekozen, getal, mislukt, verkeerd; deel, geenDeel, ging, rest, niets, niemand
// Of `[data-telregels]`: data-tekst-bezig, -mislukt, -verkeerd, -kies, -over; data-koppen, the heads of the table, as JSON

let worker;

export async function count(section) {
  const told = section.querySelector('[data-gevonden]');
  say(told, [text(section, 'Bezig')]);
  const button = section.querySelector('[data-tel]');
  button.disabled = true;
  try {
    const { adres, controlegetal } = section.dataset;
    const found = await ask({ adres: new URL(adres, location).href, controlegetal });
    const values = {
      stemmen: found.stembiljetten.toLocaleString(language()),
      plannen: found.gekozen.join(', '),
      getal: found.controlegetal,
    };
    say(told, [found.isGelijk ? 'Gelijk' : 'Anders', 'Gekozen', 'Getal'].map((name) => text(section, name, values)), found.isGelijk ? 'ok' : 'error');
    offerOwn(section);
  } catch (failure) {
    fail(section, told, failure);
  }
  button.disabled = false;
}

// A new attempt has a new worker: the old one may not have come up at all.
function fail(section, told, failure) {
  console.warn(failure);
  worker = undefined;
  if (failure.papers) say(told, [text(section, 'Verkeerd')], 'error');
  else say(told, [text(section, 'Mislukt')], 'warning');
}

function offerOwn(section) {
  const form = section.querySelector('[data-eigen]');
  if (!form.hidden) return;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const told = form.querySelector('[data-eigen-gevonden]');
    try {
      say(told, own(section, await ask({ ingevuld: JSON.stringify([...new FormData(form)]) })));
    } catch (failure) {
      fail(section, told, failure);
    }
  });
}

function own(section, found) {
  if (!found) return [text(section, 'Niemand')];
  const money = new Intl.NumberFormat(language(), { style: 'currency', currency: 'EUR' });
  const euro = (amount) => money.format(Number(amount));
  const first = found.deel === undefined
    ? text(section, 'GeenDeel')
    : text(section, 'Deel', { bedrag: euro(found.deel), over: euro(found.over) });
  const rest = found.ging.map(({ plan, bedrag }) => text(section, 'Ging', { plan, bedrag: euro(bedrag) }));
  rest.push(...found.rest.map((plan) => text(section, 'Rest', { plan })));
  return [first, ...(rest.length ? rest : [text(section, 'Niets')])];
}

export async function compare(section, form) {
  const told = section.querySelector('[data-gevonden]');
  const { ronde, bestand } = Object.fromEntries(new FormData(form));
  const file = bestand?.size ? bestand : undefined;
  if (!file && !ronde) return say(told, [text(section, 'Kies')], 'warning');
  say(told, [text(section, 'Bezig')]);
  try {
    const found = await ask({ taal: language(), bestand: file, adres: ronde && new URL(ronde, location).href });
    if (found.fouten) return say(told, [text(section, 'Verkeerd'), ...found.fouten], 'error');
    say(told, [text(section, 'Over', found)]);
    told.append(table(found.naam, JSON.parse(section.dataset.koppen), found.regels));
  } catch (failure) {
    fail(section, told, failure);
  }
}

// As the server draws its tables (ui/list.rs): the style sheet makes cards of it on a phone.
function table(caption, heads, rules) {
  const row = ({ regel, gekozen, kosten, zonder }) => make('tr', 'utrecht-table__row', [
    make('th', 'utrecht-table__cell', [regel], { role: 'rowheader', scope: 'row' }),
    ...[make('ol', 'wk-list', gekozen.map((plan) => make('li', '', [plan]))), kosten, zonder].map((cell, at) =>
      make('td', 'utrecht-table__cell', [cell], { role: 'cell', 'data-kop': heads[at + 1] })),
  ], { role: 'row' });
  const head = make('tr', '', heads.map((own) => make('th', 'utrecht-table__header-cell', [own], { role: 'columnheader', scope: 'col' })), { role: 'row' });
  return make('div', 'wk-table', [make('table', 'utrecht-table', [
    make('caption', 'utrecht-table__caption', [caption]),
    make('thead', 'utrecht-table__header', [head], { role: 'rowgroup' }),
    make('tbody', 'utrecht-table__body', rules.map(row), { role: 'rowgroup' }),
  ], { role: 'table' })]);
}

const language = () => document.documentElement.lang;

const text = (section, name, values = {}) =>
  (section.dataset[`tekst${name}`] ?? '').replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '');

function say(element, lines, kind) {
  const paragraphs = lines.map((line) => make('p', 'nl-paragraph', [line]));
  const message = make('div', 'utrecht-alert__message', paragraphs);
  const alert = make('div', `utrecht-alert utrecht-alert--${kind}`, [make('div', 'utrecht-alert__content', [message])]);
  element.replaceChildren(...(kind ? [alert] : paragraphs));
}

function make(tag, className, content, attributes = {}) {
  const made = Object.assign(document.createElement(tag), { className });
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

// In a worker, so that the page stays alive while a large election is counted.
function ask(question) {
  worker ??= new Worker('__WORKER__', { type: 'module' });
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message ?? 'no worker'));
    port1.onmessage = ({ data }) => (data.failure ? reject(Object.assign(new Error(data.failure), data)) : resolve(JSON.parse(data.answer)));
    worker.postMessage(question, [port2]);
  });
}
