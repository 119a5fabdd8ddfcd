// The page of a custodian: makes a key in this browser, and opens the sealed part of the ballot box's key with it. The
// private key is in the memory of this page and nowhere else: no storage, no address, no request. Loaded by start.js on the
// page that has `[data-bewaren]`, and nowhere else.
//
// The element says all, in attributes; sentences come from the server, in the language of the page.
//   data-stap           maken or inleveren
//   data-adres          of the round in the API
//   data-tekst-…        verkeerd, bezig, mislukt; of making: groep, bestand; of handing in: anders
//   data-bestandsnaam   of making: the name of the file with the key
//   data-doel, -verzegeld   of handing in: what for, and the part as it was sealed

import start, { Sleutel } from '__SLEUTEL_JS__';

const ready = start({ module_or_path: '__SLEUTEL_WASM__' });

export function keep(section) {
  if (section.dataset.stap === 'maken') make(section);
  else handIn(section);
}

function make(section) {
  const parts = Object.fromEntries([...section.querySelectorAll('[data-deel]')].map((part) => [part.dataset.deel, part]));
  const shown = section.querySelector('[data-sleutel]');
  const fields = [...section.querySelectorAll('[data-groep]')];
  const on = (name, work) => section.querySelector(`[data-knop="${name}"]`).addEventListener('click', () => attempt(section, work));
  const show = (name) => {
    for (const [own, part] of Object.entries(parts)) part.hidden = own !== name;
    const heading = parts[name].querySelector('h2');
    heading.tabIndex = -1;
    heading.focus();
  };
  let key;
  let asked = [];

  on('maken', async () => {
    await ready;
    key?.free();
    key = new Sleutel(crypto.getRandomValues(new Uint8Array(32)));
    shown.textContent = key.tekst();
    show('bewaren');
  });
  on('bestand', () => {
    const { bestandsnaam, tekstBestand } = section.dataset;
    const file = new Blob([tekstBestand.replace('{sleutel}', key.tekst())], { type: 'text/plain' });
    const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download: bestandsnaam });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  on('bewaard', () => {
    const groups = key.tekst().split('-');
    const places = pick(groups.length, fields.length);
    asked = places.map((at) => groups[at]);
    places.forEach((at, place) => {
      const field = fields[place];
      field.value = '';
      section.querySelector(`label[for="${field.id}"]`).textContent = section.dataset.tekstGroep.replace('{nummer}', at + 1);
    });
    // Whoever kept it has it beside them.
    shown.textContent = '';
    show('overtypen');
  });
  on('terug', () => {
    shown.textContent = key.tekst();
    show('bewaren');
  });
  parts.overtypen.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(section, async () => {
      const wrong = fields.find((field, place) => plain(field.value) !== asked[place]);
      if (wrong) {
        wrong.focus();
        return section.dataset.tekstVerkeerd;
      }
      const problem = await send(section, 'bewaarder/sleutels', { publiekeSleutel: key.publiek() });
      if (problem) return problem;
      key.free();
      location.reload();
    });
  });
}

// So many different places out of so many, in order.
function pick(all, some) {
  const places = new Set();
  while (places.size < some) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < 256 - (256 % all)) places.add(byte % all);
  }
  return [...places].sort((one, other) => one - other);
}

// As people type it: small letters, an O for a zero, an I or L for a one.
const plain = (text) => text.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1').replace(/[^0-9A-Z]/g, '');

// A key among other words, as in the file that this page made.
const KEY = /(?:[0-9A-Za-z]{4}[- ]){13}[0-9A-Za-z]{4}/;

function handIn(section) {
  const form = section.querySelector('form');
  const [field, file] = form.querySelectorAll('input');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(section, async () => {
      await ready;
      const text = field.value.trim() || (await file.files[0]?.text()) || '';
      const key = Sleutel.lees(KEY.exec(text)?.[0] ?? text);
      if (!key) {
        field.focus();
        return section.dataset.tekstVerkeerd;
      }
      const deel = key.openen(section.dataset.verzegeld);
      key.free();
      if (deel === undefined) return section.dataset.tekstAnders;
      const problem = await send(section, 'sleuteldelen', { doel: section.dataset.doel, deel });
      if (problem) return problem;
      form.reset();
      location.reload();
    });
  });
}

// One thing at a time; what comes of it is said, and what does not work as well.
async function attempt(section, work) {
  if (section.dataset.bezig) return;
  section.dataset.bezig = 'ja';
  say(section, section.dataset.tekstBezig);
  try {
    const trouble = await work();
    say(section, trouble, 'error');
  } catch (failure) {
    console.warn(failure);
    say(section, section.dataset.tekstMislukt, 'warning');
  }
  delete section.dataset.bezig;
}

// Gives the sentence of what was refused, in the language of the page; nothing when it was taken.
async function send(section, path, body) {
  const response = await fetch(`${section.dataset.adres}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': document.documentElement.lang },
    body: JSON.stringify(body),
  });
  if (response.ok) return undefined;
  const problem = await response.json();
  return problem.fouten?.[0]?.melding ?? problem.detail;
}

function say(section, text, kind) {
  const told = section.querySelector('[data-gevonden]');
  if (!text) return told.replaceChildren();
  const paragraph = Object.assign(document.createElement('p'), { className: 'nl-paragraph', textContent: text });
  if (!kind) return told.replaceChildren(paragraph);
  const alert = Object.assign(document.createElement('div'), { className: `utrecht-alert utrecht-alert--${kind}` });
  alert.append(paragraph);
  told.replaceChildren(alert);
}
