// The page of a custodian: makes a key in this browser, and opens the sealed part of the ballot box's key with it. The
// private key is in the memory of this page and nowhere else: no storage, no address, no request. Loaded by start.js on the
// page that has `[data-bewaren]`, and nowhere else.
//
// The element says all, in attributes; sentences come from the server, in the language of the page.
//   data-stap           maken or inleveren
//   data-adres          of the round in the API
//   data-tekst-…        leeg, groep, verkeerd, bezig, mislukt; of making: bestand; of handing in: groepen, geen, anders
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
    if (!name) return;
    const heading = parts[name].querySelector('h2');
    heading.tabIndex = -1;
    heading.focus();
  };
  let key;
  let asked = [];
  const groups = () => key.tekst().split('-');
  const write = () => shown.replaceChildren(...groups().map((textContent) => Object.assign(document.createElement('li'), { textContent })));
  // A key that was not recorded goes with the page: whoever leaves is asked whether they mean it.
  const warn = (event) => event.preventDefault();
  const forget = () => {
    removeEventListener('beforeunload', warn);
    key.free();
    key = undefined;
  };

  on('maken', async () => {
    await ready;
    key?.free();
    key = new Sleutel(crypto.getRandomValues(new Uint8Array(32)));
    addEventListener('beforeunload', warn);
    write();
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
    const all = groups();
    asked = pick(all.length, fields.length).map((at) => ({ number: at + 1, group: all[at] }));
    fields.forEach((field, place) => {
      field.value = '';
      field.removeAttribute('aria-invalid');
      const label = section.querySelector(`label[for="${field.id}"]`);
      label.textContent = section.dataset.tekstGroep.replace('{nummer}', asked[place].number);
    });
    // Whoever kept it has it beside them.
    shown.replaceChildren();
    show('overtypen');
  });
  on('terug', () => {
    write();
    show('bewaren');
  });
  parts.overtypen.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(section, async () => {
      const wrong = mark(fields, (field, place) => plain(field.value) !== asked[place].group);
      if (wrong >= 0) {
        const { tekstLeeg, tekstVerkeerd } = section.dataset;
        return (fields[wrong].value.trim() ? tekstVerkeerd : tekstLeeg).replace('{nummer}', asked[wrong].number);
      }
      const answer = await send(section, 'bewaarder/sleutels', { publiekeSleutel: key.publiek() });
      if (answer.isOver) {
        // This key will never count: what is said of it is all that is left to do.
        forget();
        show();
      }
      if (answer.problem) return answer.problem;
      forget();
      location.reload();
    });
  });
}

// Marks the fields with which something is wrong; gives the place of the first, which takes the focus.
function mark(fields, isWrong) {
  fields.forEach((field, place) => {
    if (isWrong(field, place)) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  });
  const first = fields.findIndex(isWrong);
  fields[first]?.focus();
  return first;
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

// As many groups of four as a key has.
const GROUPS = 14;

// The groups that somebody typed, without the numbers that stand before them on the page.
const groupsOf = (text) => text.split(/[^0-9A-Za-z]+/).filter((group) => group && !/^\d{1,2}$/.test(group));

// A key among other words, as in the file that this page made; none when there is none.
function find(text) {
  const words = groupsOf(text);
  let key = Sleutel.lees(text);
  for (let at = 0; !key && at + GROUPS <= words.length; at += 1) key = Sleutel.lees(words.slice(at, at + GROUPS).join('-'));
  return key;
}

// What is the matter with a key that cannot be read, as far as a device can tell.
function trouble({ tekstLeeg, tekstGroep, tekstGroepen, tekstVerkeerd }, text) {
  const groups = groupsOf(text);
  const length = groups.join('').length;
  if (length === 0) return tekstLeeg;
  if (length === GROUPS * 4) return tekstVerkeerd;
  if (groups.length === GROUPS) return tekstGroep.replace('{nummer}', groups.findIndex((group) => group.length !== 4) + 1);
  const number = groups.every((group) => group.length <= 4) ? groups.length : Math.floor(length / 4);
  return tekstGroepen.replace('{aantal}', number);
}

// Larger is no file of ours.
const MOST_BYTES = 10_000;

function handIn(section) {
  const form = section.querySelector('form');
  const field = form.querySelector('textarea');
  const file = form.querySelector('input');
  let reading;
  // Whoever chose a file sees what was found in it.
  const read = async () => {
    await ready;
    const chosen = file.files[0];
    if (!chosen) return undefined;
    const key = chosen.size > MOST_BYTES ? undefined : find(await chosen.text());
    if (!key) return section.dataset.tekstGeen;
    field.value = key.tekst();
    key.free();
  };
  file.addEventListener('change', () => { reading = attempt(section, read); });
  // Chosen before this was here, or kept by the browser.
  if (file.files.length > 0) reading = attempt(section, read);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await reading;
    attempt(section, async () => {
      await ready;
      const key = find(field.value);
      if (mark([field], () => !key) >= 0) return trouble(section.dataset, field.value);
      const deel = key.openen(section.dataset.verzegeld);
      key.free();
      if (deel === undefined) return section.dataset.tekstAnders;
      const answer = await send(section, 'sleuteldelen', { doel: section.dataset.doel, deel });
      if (answer.isOver) {
        form.reset();
        form.hidden = true;
      }
      if (answer.problem) return answer.problem;
      form.reset();
      // Should nobody come, the page says so.
      location.replace(location.pathname + (answer.seen.wachtTot ? '?ingeleverd=ja' : ''));
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

// Gives what was seen of the round when it was taken; else the sentence of what was refused, in the language of the page, and
// whether nothing can be done about that any more.
async function send(section, path, body) {
  const response = await fetch(`${section.dataset.adres}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': document.documentElement.lang },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (response.ok) return { seen: answer };
  return { problem: answer.fouten?.[0]?.melding ?? answer.detail, isOver: [403, 409].includes(response.status) };
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
