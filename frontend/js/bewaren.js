// The page of a custodian: makes a key in this browser, and opens the sealed part of the ballot box's key with it. The
// private key is in the memory of this page and nowhere else: no storage, no address, no request. Whoever only tries their key
// sends what shows that their part was opened, and the part stays as well. Loaded by start.js on the page that has
// `[data-bewaren]`, and nowhere else.
//
// The element says all, in attributes; sentences come from the server, in the language of the page.
//   data-stap           maken, inleveren or proberen
//   data-adres          of the round in the API
//   data-tekst-…        leeg, groep, verkeerd, bezig, mislukt; of making: bestand; else: groepen, teller, te-veel, geen, anders
//   data-bestandsnaam   of making: the name of the file with the key
//   data-doel, -verzegeld   else: what for, and the part as it was sealed

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
  let made;
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
    made = new Date();
    addEventListener('beforeunload', warn);
    write();
    show('bewaren');
  });
  on('bestand', () => {
    const { bestandsnaam, tekstBestand } = section.dataset;
    // As on the page and on paper, each group behind its number: whoever copies it sees where they are.
    const lines = groups().map((group, at) => `${String(at + 1).padStart(2)}. ${group}`);
    const text = tekstBestand.replace('{sleutel}', lines.join('\n')).replace('{moment}', moment(made));
    const file = new Blob([text], { type: 'text/plain' });
    const download = bestandsnaam.replace('{moment}', stamp(made));
    const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(file), download });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  on('bewaard', () => {
    const all = groups();
    asked = pick(all.length, fields.length).map((at) => ({ number: at + 1, group: all[at] }));
    fields.forEach((field, place) => {
      field.value = '';
      const label = section.querySelector(`label[for="${field.id}"]`);
      label.textContent = section.dataset.tekstGroep.replace('{nummer}', asked[place].number);
    });
    mark(fields, []);
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
      const { tekstLeeg, tekstVerkeerd } = section.dataset;
      const flaws = fields.map(({ value }, place) => {
        const { number, group } = asked[place];
        if (plain(value) === group) return undefined;
        return (value.trim() ? tekstVerkeerd : tekstLeeg).replace('{nummer}', number);
      });
      if (mark(fields, flaws)) return;
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

// Says at each field what is wrong with it, and takes away what was said before; the first takes the focus. Gives whether
// something is wrong.
function mark(fields, flaws) {
  fields.forEach((field, place) => {
    const flaw = flaws[place];
    const around = field.closest('.utrecht-form-field');
    const told = around.querySelector('[data-fout]');
    told.textContent = flaw ?? '';
    told.hidden = !flaw;
    around.classList.toggle('utrecht-form-field--invalid', Boolean(flaw));
    if (flaw) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  });
  const first = flaws.findIndex(Boolean);
  fields[first]?.focus();
  return first >= 0;
}

const ZONE = 'Europe/Amsterdam';

// A moment as people read it, and as the name of a file bears it: 2026-11-30-11-31.
const moment = (at) =>
  new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short', timeZone: ZONE }).format(at);
const stamp = (at) => at.toLocaleString('sv-SE', { timeZone: ZONE }).slice(0, 16).replace(/[^0-9]/g, '-');

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

// How many groups stand there, whole or not; also where somebody left no space between them.
function count(groups) {
  return groups.every((group) => group.length <= 4) ? groups.length : Math.floor(groups.join('').length / 4);
}

// What is the matter with a key that cannot be read, as far as a device can tell.
function trouble({ tekstLeeg, tekstGroep, tekstGroepen, tekstTeVeel, tekstVerkeerd }, text) {
  const groups = groupsOf(text);
  const length = groups.join('').length;
  if (length === 0) return tekstLeeg;
  if (length === GROUPS * 4) return tekstVerkeerd;
  if (groups.length === GROUPS) return tekstGroep.replace('{nummer}', groups.findIndex((group) => group.length !== 4) + 1);
  const number = count(groups);
  return number > GROUPS ? tekstTeVeel : tekstGroepen.replace('{aantal}', number);
}

// How far somebody is who types their key: what is whole counts. Of what was pasted with words around it, only the key does.
function progress({ tekstTeller, tekstTeVeel }, text) {
  const groups = groupsOf(text);
  if (groups.length === 0) return '';
  const key = groups.length >= GROUPS ? find(text) : undefined;
  key?.free();
  const whole = groups.every((group) => group.length <= 4) ? groups.filter((group) => group.length === 4) : groups;
  const number = key ? GROUPS : count(whole);
  return number > GROUPS ? tekstTeVeel : tekstTeller.replace('{aantal}', number);
}

// Larger is no file of ours.
const MOST_BYTES = 10_000;

function handIn(section) {
  const form = section.querySelector('form');
  const field = form.querySelector('textarea');
  const file = form.querySelector('input');
  const teller = form.querySelector('[data-teller]');
  let reading;
  const tell = () => {
    const text = progress(section.dataset, field.value);
    // Said once for each group, not at each character.
    if (teller.textContent !== text) teller.textContent = text;
  };
  field.addEventListener('input', () => ready.then(tell).catch(console.warn));
  // Whoever chose a file sees what was found in it.
  const read = async () => {
    await ready;
    const chosen = file.files[0];
    if (!chosen) return undefined;
    const key = chosen.size > MOST_BYTES ? undefined : find(await chosen.text());
    if (!key) return section.dataset.tekstGeen;
    field.value = key.tekst();
    key.free();
    mark([field], []);
    tell();
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
      if (mark([field], [key ? undefined : trouble(section.dataset, field.value)])) return;
      const { stap, verzegeld, doel, tekstAnders } = section.dataset;
      const isTrial = stap === 'proberen';
      const opened = isTrial ? key.controle(verzegeld) : key.openen(verzegeld);
      key.free();
      if (mark([field], [opened === undefined ? tekstAnders : undefined])) return;
      const answer = isTrial
        ? await send(section, 'bewaarder/proeven', { controle: opened })
        : await send(section, 'sleuteldelen', { doel, deel: opened });
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
