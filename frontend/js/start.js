// On every page: wakes the islands and the maps that the page has, holds forms while there is no network, and
// registers the service worker.
// The page works without it. Hashed addresses come from the page: `data-pkg-js`, `data-pkg-wasm`, `data-kaart-js`,
// `data-natellen-js`.

const addresses = (attribute) => document.querySelector(`[data-${attribute}]`)?.dataset ?? {};

// A browser remembers of an address that its module could not be fetched, also when there is a network again: the next
// attempt asks under another one.
const failures = new Map();
async function module(address) {
  const before = failures.get(address) ?? 0;
  try {
    return await import(before ? `${address}?${before}` : address);
  } catch (failure) {
    failures.set(address, before + 1);
    throw failure;
  }
}

// As Leptos's island_script.js (0.8) does it: parents before children (document order), and an island that stands
// in the children of another one inside the context which that one left on its `leptos-children`.
async function wake(wasm) {
  for (const island of document.querySelectorAll('leptos-island')) {
    if (!island.isConnected) continue;
    const hydrate = wasm[island.dataset.component];
    if (!hydrate) {
      console.warn(`No island ${island.dataset.component} in the WebAssembly.`);
      continue;
    }
    island.parentElement.closest('leptos-children')?.$$on_hydrate?.();
    await hydrate(island);
  }
}

// Not deferred until the browser is idle: someone may already be typing in a form.
async function wakeIslands() {
  const { pkgJs, pkgWasm } = addresses('pkg-js');
  const wasm = await import(pkgJs);
  await wasm.default({ module_or_path: pkgWasm });
  wasm.hydrate();
  await wake(wasm);
}

// A map costs a phone fifty kilobytes: it comes when its button is pressed, or, without a button, when it comes near.
function prepareMap(element) {
  const show = async () => (await module(addresses('kaart-js').kaartJs)).show(element);
  const button = element.querySelector('button');
  if (button) {
    button.addEventListener('click', show, { once: true });
    return;
  }
  const near = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      near.disconnect();
      show();
    }
  }, { rootMargin: '200px' });
  near.observe(element);
}

// Who counts on their own device fetches what that needs when they ask for it.
async function onDevice(section, work) {
  try {
    await work(await module(addresses('natellen-js').natellenJs));
  } catch (failure) {
    console.warn(failure);
    section.querySelector('[data-gevonden]').textContent = section.dataset.tekstMislukt;
  }
}

function prepareRecount(section) {
  section.querySelector('[data-tel]').addEventListener('click', () => onDevice(section, (own) => own.count(section)));
}

function prepareRules(section) {
  section.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    onDevice(section, (own) => own.compare(section, event.target));
  });
}

// A custodian's page names what it needs: no other page pays for that.
async function prepareKeeping(section) {
  // Nothing can be pressed before it does something.
  section.inert = true;
  try {
    (await module(section.dataset.bewaren)).keep(section);
  } catch (failure) {
    console.warn(failure);
    section.querySelector('[data-gevonden]').textContent = section.dataset.tekstMislukt;
  }
  section.inert = false;
}

// The same for the page where rectangles are drawn on a photo; its fields do without.
async function prepareAreas(section) {
  try {
    (await module(section.dataset.vlakken)).draw(section);
  } catch (failure) {
    console.warn(failure);
  }
}

// Sent without network a form would give way to the browser's own page, and with some browsers to an empty form.
function holdWithoutNetwork(event) {
  if (navigator.onLine || event.target.method !== 'post') return;
  event.preventDefault();
  const told = event.target.querySelector('[data-geen-net]');
  const message = told ?? Object.assign(document.createElement('p'), { textContent: addresses('tekst-geen-net').tekstGeenNet });
  message.setAttribute('role', 'alert');
  message.setAttribute('tabindex', '-1');
  message.dataset.geenNet = '';
  event.target.append(message);
  message.focus();
}

// A code in a QR code stands behind the #: it never reaches a server, a log or the history.
function takeCode() {
  const field = document.querySelector('input[name="stemcode"]:not([type="hidden"]), input[name="stembewijs"]:not([type="hidden"])');
  const code = location.hash.slice(1);
  if (!field || field.value || !/^[0-9A-Za-z-]{12,40}$/.test(code)) return;
  // In groups, as it stands on the letter.
  field.value = field.name === 'stemcode' ? code.replaceAll('-', '').match(/.{1,4}/g).join('-') : code;
  history.replaceState(history.state, '', location.pathname + location.search);
  checkCode(field).catch((failure) => console.warn(failure));
}

// Who comes with the code of a letter that was replaced hears so before they choose, as at /stem. Whether somebody voted with
// it is not said here.
async function checkCode(field) {
  const ballot = field.closest('[data-ronde]');
  if (!ballot || field.name !== 'stemcode') return;
  const stemcode = field.value;
  const answer = await fetch(`/api/v1/buurtbegrotingen/${ballot.dataset.ronde}/stemcodes/controles`, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ stemcode }),
  });
  if (answer.status !== 400) return;
  const [wrong] = (await answer.json()).fouten ?? [];
  const { stemcodeVervangen, stemcodeOnbekend } = ballot.dataset;
  const text = { stemcode_vervangen: stemcodeVervangen, stemcode_onbekend: stemcodeOnbekend }[wrong?.code];
  if (!text || field.value !== stemcode) return;
  const message = Object.assign(document.createElement('p'), { id: `${field.id}-fout`, textContent: text });
  message.className = 'utrecht-form-field-error-message';
  message.setAttribute('role', 'alert');
  const described = field.getAttribute('aria-describedby');
  const own = field.closest('.utrecht-form-field');
  field.before(message);
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', [described, message.id].filter(Boolean).join(' '));
  own?.classList.add('utrecht-form-field--invalid');
  // A code of no letter counts as a guess each time that somebody asks about it: it is not asked about again.
  const hold = (event) => {
    event.preventDefault();
    field.focus();
  };
  if (wrong.code === 'stemcode_onbekend') field.form.addEventListener('submit', hold);
  // Of another code nothing is known yet.
  field.addEventListener('input', () => {
    field.form.removeEventListener('submit', hold);
    message.remove();
    field.removeAttribute('aria-invalid');
    if (described) field.setAttribute('aria-describedby', described);
    else field.removeAttribute('aria-describedby');
    own?.classList.remove('utrecht-form-field--invalid');
  }, { once: true });
}

// The choice on a ballot, for whoever ticked that it is kept on this device: for a day, and until they have voted.
const KEPT_FOR = 24 * 60 * 60 * 1000;
const ballotFields = () => [...document.querySelectorAll('.wk-ballot input, .wk-ballot select')];

function prepareDraft(tick) {
  const key = tick.dataset.bewaar;
  const keep = () => {
    const values = ballotFields().map((field) => [field.id, field.type === 'checkbox' ? field.checked : field.value]);
    if (tick.checked) localStorage.setItem(key, JSON.stringify({ op: Date.now(), values }));
    else localStorage.removeItem(key);
  };
  const kept = JSON.parse(localStorage.getItem(key) ?? 'null');
  tick.checked = Boolean(kept);
  // What came along from the server is newer: somebody went back from the check.
  const isEmpty = ballotFields().every((field) => (field.type === 'checkbox' ? !field.checked : !field.value));
  if (kept && isEmpty) {
    for (const [id, value] of kept.values) {
      const field = document.getElementById(id);
      if (!field) continue;
      if (field.type === 'checkbox') field.checked = value;
      else field.value = value;
    }
    ballotFields()[0]?.dispatchEvent(new Event('input', { bubbles: true }));
  }
  addEventListener('input', keep);
  // Undo changes what is chosen as well, when its own script is done.
  addEventListener('click', () => setTimeout(keep));
}

// Who goes back after they voted finds an empty ballot: browsers fill it in again as it was, and show the check again.
// Whoever comes to a ballot anew is another voter.
function emptyAfterVote({ persisted }) {
  const ronde = sessionStorage.getItem('gestemd')?.replace('keuze-', '');
  if (!ronde || !location.pathname.includes(ronde)) return;
  const isCheck = document.querySelector('.wk-check') !== null;
  if (!isCheck && !document.querySelector('.wk-stembiljet')) return;
  const isBack = persisted || performance.getEntriesByType('navigation')[0]?.type === 'back_forward';
  if (!isBack) {
    sessionStorage.removeItem('gestemd');
    return;
  }
  if (isCheck) {
    location.replace(`/buurtbegrotingen/${ronde}/stembewijs`);
    return;
  }
  const codes = document.querySelectorAll('input[name="stemcode"], input[name="stembewijs"]');
  for (const field of [...ballotFields(), ...codes]) {
    if (field.type === 'checkbox') field.checked = false;
    else field.value = '';
  }
  ballotFields()[0]?.dispatchEvent(new Event('input', { bubbles: true }));
}

function forgetOldDrafts() {
  for (const key of Object.keys(localStorage).filter((own) => own.startsWith('keuze-'))) {
    if (!(JSON.parse(localStorage.getItem(key))?.op > Date.now() - KEPT_FOR)) localStorage.removeItem(key);
  }
}

// The proof of a vote comes after the page did: so every press is looked at.
function printWhenAsked(event) {
  if (event.target.closest('[data-afdrukken]')) print();
}

// A letter that is given once comes by itself; the link beside it is there for who has no script, or lost the file.
function takeLetter() {
  document.querySelector('[data-geef]')?.click();
}

// Pressed twice, a form is sent once: the answer to the first holds what is given once, and a second would throw it away.
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || !form.closest('[data-eenmaal]')) return;
  if (form.dataset.onderweg) event.preventDefault();
  else form.dataset.onderweg = 'ja';
}

takeCode();
takeLetter();
document.querySelectorAll('[data-script]').forEach((field) => { field.value = 'ja'; });
// A browser may refuse to keep anything at all.
try {
  forgetOldDrafts();
  document.querySelectorAll('[data-vergeet]').forEach(({ dataset: { vergeet } }) => {
    localStorage.removeItem(vergeet);
    sessionStorage.setItem('gestemd', vergeet);
  });
  document.querySelectorAll('[data-bewaar]').forEach(prepareDraft);
} catch (failure) {
  console.warn(failure);
}
addEventListener('pageshow', (event) => {
  for (const form of document.querySelectorAll('[data-onderweg]')) delete form.dataset.onderweg;
  try {
    emptyAfterVote(event);
  } catch (failure) {
    console.warn(failure);
  }
});
addEventListener('submit', holdWithoutNetwork);
addEventListener('submit', sendOnce);
addEventListener('click', printWhenAsked);
if (document.querySelector('leptos-island')) wakeIslands();
document.querySelectorAll('[data-kaart]').forEach(prepareMap);
document.querySelectorAll('[data-natellen]').forEach(prepareRecount);
document.querySelectorAll('[data-telregels]').forEach(prepareRules);
document.querySelectorAll('[data-bewaren]').forEach(prepareKeeping);
document.querySelectorAll('[data-vlakken]').forEach(prepareAreas);

if ('serviceWorker' in navigator) {
  const register = () => navigator.serviceWorker.register('/sw.js');
  if (document.readyState === 'complete') register();
  else addEventListener('load', register);
}
