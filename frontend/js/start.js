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

// Where a check says that nobody knows whether the ballot is in the box.
const UNSURE = '[data-onzeker], [data-wijziging-onzeker]:not([hidden])';

// Sent without network a form would give way to the browser's own page, and with some browsers to an empty form.
function holdWithoutNetwork(event) {
  const told = event.target.querySelector('[data-geen-net]');
  if (navigator.onLine || event.target.method !== 'post') {
    // What goes now is not what was held.
    told?.remove();
    return;
  }
  event.preventDefault();
  // Of a ballot that was sent before nobody says that nothing was.
  const check = event.target.closest('.wk-stem-nu');
  if (check?.matches('.wk-stem-nu--sent') || check?.querySelector(UNSURE)) {
    const said = check.querySelector(`[role="alert"], ${UNSURE}`);
    said?.focus();
    said?.scrollIntoView();
    return;
  }
  const message = told ?? Object.assign(document.createElement('p'), { textContent: addresses('tekst-geen-net').tekstGeenNet });
  message.setAttribute('role', 'alert');
  message.setAttribute('tabindex', '-1');
  message.dataset.geenNet = '';
  event.target.append(message);
  message.focus();
}

// How many characters a code has, its dashes left out: a link to a place on the page stands behind the # as well.
const LENGTHS = { stemcode: 12, stembewijs: 26 };
const plain = (code) => (code ?? '').replaceAll('-', '');
const CODES = ':is([name="stemcode"], [name="stembewijs"])';
const isCodeFor = ({ name }, text) => /^[0-9A-Za-z-]+$/.test(text) && plain(text).length === LENGTHS[name];
const isCode = (text) => Object.keys(LENGTHS).some((name) => isCodeFor({ name }, text));

// A code in a QR code stands behind the #: it never reaches a server, a log or the history. The last one that comes counts, also
// when its address is opened on a ballot that is there already.
function takeCode() {
  const field = document.querySelector('input[name="stemcode"]:not([type="hidden"]), textarea[name="stembewijs"]');
  const code = location.hash.slice(1);
  if (!field || !isCodeFor(field, code)) return;
  whereKept(() => forgetOther(field, code));
  // In groups, as it stands on the letter.
  field.value = field.name === 'stemcode' ? plain(code).match(/.{1,4}/g).join('-') : code;
  history.replaceState(history.state, '', location.pathname + location.search);
  // What was said of the code before is not about this one.
  field.dispatchEvent(new Event('input', { bubbles: true }));
  checkCode(field).catch((failure) => console.warn(failure));
}

// Who comes with the code of a letter that was replaced, or that somebody voted with, hears so before they choose, as at /stem. Of
// a new letter in place of a lost one the server does not tell whether its voter voted.
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
  if (answer.ok && field.value === stemcode && (await answer.json()).gestemd) sayUsed();
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
  const elsewhere = ballot.querySelector('[data-andere-brief]');
  if (elsewhere && wrong.code === 'stemcode_onbekend') elsewhere.hidden = false;
  if (wrong.code === 'stemcode_onbekend') field.form.addEventListener('submit', hold);
  // Of another code nothing is known yet.
  field.addEventListener('input', () => {
    field.form.removeEventListener('submit', hold);
    message.remove();
    if (elsewhere) elsewhere.hidden = true;
    field.removeAttribute('aria-invalid');
    if (described) field.setAttribute('aria-describedby', described);
    else field.removeAttribute('aria-describedby');
    own?.classList.remove('utrecht-form-field--invalid');
  }, { once: true });
}

// In place of the ballot: with that letter nothing can be cast any more, and nothing of it stays in the tab.
function sayUsed() {
  const told = document.querySelector('template[data-al-gestemd]');
  const heading = document.querySelector('h1');
  if (!told || !heading) return;
  const site = document.title.split(' – ').slice(1).map((part) => ` – ${part}`).join('');
  const title = told.dataset.alGestemd;
  while (heading.nextElementSibling) heading.nextElementSibling.remove();
  heading.textContent = title;
  heading.after(told.content.cloneNode(true));
  document.title = `${title}${site}`;
  endHere('over');
  document.querySelector('main [role="alert"]')?.focus();
}

// What cannot be read is nothing.
function parsed(text) {
  try {
    return JSON.parse(text ?? 'null');
  } catch (failure) {
    console.warn(failure);
    return null;
  }
}

// The choice on a ballot, for whoever ticked that it is kept on this device: for a day, and until they have voted.
const KEPT_FOR = 24 * 60 * 60 * 1000;
const ballotFields = () => [...document.querySelectorAll('.wk-ballot input, .wk-ballot select')];

function prepareDraft(tick) {
  const key = tick.dataset.bewaar;
  const keep = () => {
    // Nothing of a ballot that gave way is kept.
    if (!tick.isConnected) return;
    const values = ballotFields().map((field) => [field.id, field.type === 'checkbox' ? field.checked : field.value]);
    if (tick.checked) localStorage.setItem(key, JSON.stringify({ op: Date.now(), values }));
    else localStorage.removeItem(key);
  };
  const kept = parsed(localStorage.getItem(key));
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

// The bar with the count and the button lies over no field that comes first: it comes when somebody chooses, or has passed the code.
function prepareBar(ballot) {
  const show = () => { ballot.dataset.verder = ''; };
  ballot.addEventListener('input', ({ target, isTrusted }) => {
    if (isTrusted && target.closest('.wk-ballot')) show();
  });
  const field = ballot.querySelector(CODES);
  if (!field) return;
  const passed = new IntersectionObserver(([{ isIntersecting, boundingClientRect }]) => {
    if (isIntersecting || boundingClientRect.bottom > 0) return;
    if (!ballot.querySelector('.utrecht-alert--error, .utrecht-form-field--invalid')) show();
  });
  passed.observe(field);
}

// What one voter fills in belongs to their turn in this tab: a number that says nothing, kept for the tab and in the history
// beside each page of a ballot. A vote ends the turn, and so does whoever comes to a ballot anew, by a link or by a form of another
// page: that may be another voter. A page of a turn that ended gives way, however somebody comes back to it. Each page has such a
// number of its own beside it, the same for every place on it.
const voter = document.querySelector('[data-kiezer]')?.dataset;
const isBallot = document.querySelector('.wk-stembiljet, .wk-check') !== null;
const turnOf = (ronde) => `beurt-${ronde}`;
const memoryOf = (ronde) => `stembiljet-${ronde}`;
const someNumber = () => [...crypto.getRandomValues(new Uint32Array(2))].join('-');
const ownPage = history.state?.plek ?? someNumber();
let ownTurn = null;
const ofSession = (start) => Object.keys(sessionStorage).filter((key) => key.startsWith(start));

// A page that answered a form is the page at its own address from now on: loaded again, or gone back to, it sends nothing again.
function takeAddress() {
  if (voter?.adres) history.replaceState(history.state, '', voter.adres);
}

// What was sent and got no answer may be in the box. Until one says how it went, or the turn ends, and for no longer than a ballot
// is remembered, the tab keeps what is needed to send the same ballot again, with its secret: so it counts once, and its proof is
// not lost. Only the turn that sent it finds it.
const onItsWayOf = (ronde) => `onderweg-${ronde}`;

function onItsWay() {
  const kept = parsed(sessionStorage.getItem(onItsWayOf(voter?.kiezer)));
  return kept?.beurt && kept.beurt === ownTurn && kept.tot > Date.now() ? kept : null;
}

function keepOnItsWay(velden, before) {
  const kept = { pad: location.pathname, tot: Date.now() + REMEMBERED_FOR, beurt: ownTurn, velden, before };
  // Without a turn nobody knows who may see it.
  if (!ownTurn) return;
  sessionStorage.setItem(onItsWayOf(voter.kiezer), JSON.stringify(kept));
  forgetBallots();
}

// An answer says how it went; one that does not, says so itself. What answers a changed ballot that was looked over says nothing of
// the change.
function forgetAnswered() {
  if (!voter?.adres || document.querySelector('[data-onzeker]')) return;
  if (onItsWay()?.velden) sessionStorage.removeItem(onItsWayOf(voter.kiezer));
}

// Whoever comes back to a ballot that was cast from its check finds that check: it is not filled in again, but sent again. Its secret
// stays here.
function resume() {
  const kept = onItsWay();
  if (!kept?.velden || !document.querySelector('.wk-stembiljet')) return false;
  const form = Object.assign(document.createElement('form'), { method: 'post', action: kept.pad, hidden: true });
  for (const [name, value] of [...kept.velden, ['actie', 'hervat']]) {
    if (name !== 'stembewijs') form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  }
  document.body.append(form);
  // Nothing is chosen there, and nothing is to be: so that is not in sight while the check comes.
  document.getElementById('inhoud').hidden = true;
  isSent = true;
  form.submit();
  return true;
}

// The check that comes then is of the same ballot.
function takeSecret() {
  const told = document.querySelector('.wk-stem-nu [data-onzeker]');
  const [, value] = onItsWay()?.velden?.find(([name]) => name === 'stembewijs') ?? [];
  const form = document.querySelector('.wk-stem-nu .wk-check');
  if (!told || !value || !form || form.elements.namedItem('stembewijs')) return;
  const own = Object.assign(document.createElement('input'), { type: 'hidden', name: 'stembewijs', value });
  own.dataset.eigen = '';
  form.append(own);
  told.focus();
}

// A change that goes as a form, because nothing else was awake yet: the page to which somebody comes back says so.
function rememberChange(event) {
  if (event.defaultPrevented || event.submitter?.value !== 'wijzigen' || !event.target.matches('.wk-check')) return;
  // What the island has on its way is kept whole.
  if (!onItsWay()?.velden) keepOnItsWay(null, null);
}

function sayUnsureChange() {
  const told = document.querySelector('[data-wijziging-onzeker]');
  if (!told || !onItsWay()) return;
  told.hidden = false;
  document.documentElement.dataset.nietZeker = '';
}

// A ballot is in the box, or nothing can be cast with it any more. That a vote was cast is all that the tab remembers.
function endTurn(ronde, einde) {
  ownTurn = null;
  held = null;
  whereKept(() => {
    sessionStorage.removeItem(turnOf(ronde));
    sessionStorage.removeItem(memoryOf(ronde));
    sessionStorage.removeItem(onItsWayOf(ronde));
    if (einde === 'gestemd') sessionStorage.setItem('gestemd', ronde);
  });
  whereKept(() => localStorage.removeItem(`keuze-${ronde}`));
}

const lookUp = (ronde) => `/buurtbegrotingen/${ronde}/stembewijs`;

// The check that casts by itself: loaded again, its page asks for nothing.
function endHere(einde) {
  endTurn(voter.kiezer, einde);
  history.replaceState(null, '', lookUp(voter.kiezer));
}

// What the island of the check tells of its ballot (`stem_nu.rs`).
const ON_ITS_WAY = {
  'stem-onderweg': holdBallot,
  'stem-terug': giveBallotBack,
  'stem-niet': () => sessionStorage.removeItem(onItsWayOf(voter?.kiezer)),
  'stem-gestemd': () => endHere('gestemd'),
  'stem-over': () => endHere('over'),
};

// Nothing of the page is left in sight while the other one comes.
function giveWay(ronde) {
  document.getElementById('inhoud').replaceChildren();
  location.replace(lookUp(ronde));
}

// A link to a place on the page makes an entry in the history of its own, which knows nothing of the turn.
function markEntry() {
  if (ownTurn && !history.state?.plek) history.replaceState({ ...history.state, beurt: ownTurn, plek: ownPage }, '');
}

// Whether somebody comes back to a page of the turn that goes on. A page that is new begins one; only the answer to a form of the
// ballot itself goes on with the turn that there is.
function takeTurn() {
  if (!isBallot || !voter?.kiezer || voter.einde) return false;
  const ronde = voter.kiezer;
  const before = history.state?.beurt ?? ownTurn;
  const now = sessionStorage.getItem(turnOf(ronde));
  if (before && before !== now) {
    giveWay(ronde);
    return false;
  }
  const answersBallot = voter.adres && voter.beurt !== 'nieuw';
  if (!before && !answersBallot) {
    sessionStorage.removeItem(memoryOf(ronde));
    sessionStorage.removeItem(onItsWayOf(ronde));
  }
  const goesOn = before ?? (answersBallot ? now : null);
  const beurt = goesOn ?? someNumber();
  // Who changes a vote goes on with one that was cast.
  if (!before && !location.pathname.endsWith('/wijzigen')) sessionStorage.removeItem('gestemd');
  // Where nothing can be kept there is no turn, and no entry says so.
  sessionStorage.setItem(turnOf(ronde), beurt);
  ownTurn = beurt;
  markEntry();
  return Boolean(before);
}

// No browser keeps a code for whoever goes back from the check. So the tab does: until the vote is in the box, until somebody
// leaves the ballot, and for no longer than this.
const REMEMBERED_FOR = 15 * 60 * 1000;
const ownFields = () => [...ballotFields(), ...document.querySelectorAll(`.wk-stembiljet ${CODES}`)];
const isFilled = (field) => (field.type === 'checkbox' ? field.checked : field.value !== '');

// Under the address of the ballot may also stand that there is no network, or that something went wrong: nobody left then. What is
// still kept goes when its time is over, however long the page is there.
function forgetBallots() {
  for (const key of [...ofSession('stembiljet-'), ...ofSession('onderweg-')]) {
    const kept = parsed(sessionStorage.getItem(key));
    const left = kept?.pad === location.pathname ? kept.tot - Date.now() : 0;
    if (left > 0) setTimeout(() => whereKept(forgetBallots), left);
    else sessionStorage.removeItem(key);
  }
}

// With another letter comes another voter.
function forgetOther(field, code) {
  const key = memoryOf(voter?.kiezer);
  const kept = parsed(sessionStorage.getItem(key));
  const [, before] = kept?.velden.find(([id]) => id === field.id) ?? [];
  if (plain(before) !== plain(code)) sessionStorage.removeItem(key);
}

const filledIn = () => ownFields().map((field) => [field.id, field.type === 'checkbox' ? field.checked : field.value]);

function keepBallot(kept) {
  sessionStorage.setItem(memoryOf(voter.kiezer), JSON.stringify({ pad: location.pathname, ...kept }));
  forgetBallots();
}

let isSent = false;
function rememberBallot(event) {
  if (event.defaultPrevented || !voter?.kiezer || !event.target.closest('.wk-stembiljet')) return;
  isSent = true;
  keepBallot({ tot: Date.now() + REMEMBERED_FOR, velden: filledIn() });
}

// A page that was left in another way than by a button of its own keeps what it had for who loads it again, and for who goes back and
// forward between the ballot and its check. Whoever comes back to that very page may be another voter, and finds nothing (`plek`).
// Nor does it make the time any longer.
function rememberLeft() {
  if (isSent || !ownTurn) return;
  const before = parsed(sessionStorage.getItem(memoryOf(voter.kiezer)));
  const velden = ownFields().some(isFilled) ? filledIn() : before?.velden;
  if (velden) keepBallot({ tot: before?.tot ?? Date.now() + REMEMBERED_FOR, velden, plek: ownPage });
}

// What was left on this very page, in another way than by a button of its own.
function forgetOwnPage() {
  for (const key of ofSession('stembiljet-')) {
    if (parsed(sessionStorage.getItem(key))?.plek === ownPage) sessionStorage.removeItem(key);
  }
}

const isReload = () => performance.getEntriesByType('navigation')[0]?.type === 'reload';

// While the island has a ballot on its way, whoever goes back finds no ballot that can be made another one: the same turn finds the
// check again (`resume`), and the next voter nothing. Refused in a way that can be mended, the ballot is there again. A form that
// goes to the server takes its page along: the tab keeps its copy until an answer says how it went (`endTurn`).
let held = null;
function holdBallot() {
  const key = memoryOf(voter?.kiezer);
  held = sessionStorage.getItem(key) ?? held ?? onItsWay()?.before ?? null;
  sessionStorage.removeItem(key);
  const form = document.querySelector('.wk-stem-nu .wk-check');
  if (form) keepOnItsWay([...new FormData(form)], held);
}

function giveBallotBack() {
  if (held) sessionStorage.setItem(memoryOf(voter?.kiezer), held);
  held = null;
  sessionStorage.removeItem(onItsWayOf(voter?.kiezer));
}

// In a tab where nothing can be kept no page gives way: its pages say so (`.wk-proof-close`).
function canForget() {
  sessionStorage.setItem('proef', 'ja');
  sessionStorage.removeItem('proef');
  return true;
}

// Whether a field holds something else than what its page came with.
function isTouched(field) {
  if (field.type === 'checkbox') return field.checked !== field.defaultChecked;
  if (field.tagName !== 'SELECT') return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((own) => own.defaultSelected));
}

// What stands in a field already is newer: on the answer to a form all of it, elsewhere not the plan that somebody came for.
function recallBallot(isWhole) {
  forgetBallots();
  const kept = parsed(sessionStorage.getItem(memoryOf(voter?.kiezer)));
  if (kept?.pad !== location.pathname) return;
  if (kept.plek === ownPage && (isWhole || !isReload())) {
    sessionStorage.removeItem(memoryOf(voter.kiezer));
    return;
  }
  const isChosen = ballotFields().some(voter.adres ? isFilled : isTouched);
  for (const field of ownFields()) {
    const value = kept.velden.find(([id]) => id === field.id)?.[1];
    const isChoice = field.closest('.wk-ballot') !== null;
    if (value === undefined || (isChoice ? isChosen : isFilled(field))) continue;
    if (field.type === 'checkbox') field.checked = value;
    else field.value = value;
  }
  ballotFields()[0]?.dispatchEvent(new Event('input', { bubbles: true }));
}

function goOn(isWhole) {
  isSent = false;
  if (resume()) return;
  const kept = parsed(sessionStorage.getItem(memoryOf(voter.kiezer)));
  if (isWhole && (!kept || kept.plek === ownPage)) {
    // Kept whole by the browser, and not come to from another page of the ballot: it may be another voter who came back.
    forgetOwnPage();
    location.replace(location.pathname);
    return;
  }
  document.getElementById('inhoud').hidden = false;
  recallBallot(isWhole);
  sayUnsureChange();
}

// Browsers keep pages whole to go back to. What is shown once, a ballot that was not taken, and what was found with a code are gone
// as soon as somebody leaves them; a code that somebody typed as well. The check keeps its own: its turn says who may see it.
function wipe() {
  const isAnswer = voter?.adres && !isBallot;
  if (isAnswer || document.querySelector('.wk-proof, .wk-stem-nu--over, .wk-stem-nu[hidden]')) document.getElementById('inhoud').replaceChildren();
  if (!voter) return;
  // Until it is known who comes back to it.
  if (isBallot && !isSent) document.getElementById('inhoud').hidden = true;
  for (const field of document.querySelectorAll(CODES)) {
    if (!field.closest('.wk-check')) field.value = '';
  }
  for (const link of document.querySelectorAll('a[href*="#"]')) {
    if (isCode(link.hash.slice(1))) link.hash = '';
  }
}

// Whoever loads the page again on which the proof stood reads why it is not there any more.
function sayVoted() {
  const told = document.querySelector('[data-was-gestemd]');
  if (told && voter?.kiezer && sessionStorage.getItem('gestemd') === voter.kiezer) told.hidden = false;
}

function forgetOldDrafts() {
  for (const key of Object.keys(localStorage).filter((own) => own.startsWith('keuze-'))) {
    if (!(parsed(localStorage.getItem(key))?.op > Date.now() - KEPT_FOR)) localStorage.removeItem(key);
  }
}

// The proof of a vote comes after the page did: so every press is looked at.
function printWhenAsked(event) {
  if (!event.target.closest('[data-afdrukken]')) return;
  isProofKept = true;
  print();
}

// What leads away from a ballot of which nobody knows whether it is in the box asks first, and so does what leads out of the page with
// a proof that was not copied or printed, as the other language does: neither is shown again.
let isProofKept = false;
function askBeforeLeaving(event) {
  const way = event.type === 'submit' ? event.target : event.target.closest('a[href]');
  const staysHere = event.ctrlKey || event.metaKey || event.shiftKey || /^(#|mailto:|tel:)/.test(way?.getAttribute('href') ?? '');
  if (event.defaultPrevented || !way || staysHere || way.closest('.wk-stem-nu')) return;
  const check = document.querySelector('.wk-stem-nu:not([hidden], .wk-stem-nu--over, .wk-stem-nu--stuck)');
  const isUnanswered = check?.matches('.wk-stem-nu--sent') || check?.querySelector(UNSURE);
  const proof = isProofKept || way.closest('main') ? null : document.querySelector('.wk-proof');
  const text = (isUnanswered ? check : proof)?.dataset.blijf;
  if (text && !confirm(text)) event.preventDefault();
}

// Where a browser does not let a page copy, what was meant is selected.
async function copyWhenAsked(event) {
  const button = event.target.closest('[data-kopieer]');
  if (!button) return;
  const source = document.getElementById(button.dataset.kopieer);
  const told = document.querySelector('[data-gekopieerd]');
  try {
    await navigator.clipboard.writeText(source.innerText.trim());
    isProofKept = true;
    told.textContent = button.dataset.tekstGelukt;
  } catch (failure) {
    console.warn(failure);
    getSelection().selectAllChildren(source);
    told.textContent = button.dataset.tekstMislukt;
  }
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

// A ballot that went as a form, because nothing else was awake yet, goes as that form again: it is the same ballot then.
function markSent(event) {
  if (!event.target.matches('.wk-check')) return;
  // By then the island has said whether it sends it.
  setTimeout(() => {
    if (event.defaultPrevented) return;
    isSent = true;
    if (['stemmen', 'wijzigen'].includes(event.submitter?.value)) event.target.dataset.verstuurd = '';
  });
}

// A browser may refuse to keep anything at all.
function whereKept(work) {
  try {
    return work();
  } catch (failure) {
    console.warn(failure);
    return undefined;
  }
}

takeAddress();
if (voter?.einde) endTurn(voter.kiezer, voter.einde);
const isBackAtBallot = whereKept(takeTurn);
takeCode();
takeLetter();
document.querySelectorAll('[data-script]').forEach((field) => { field.value = 'ja'; });
document.querySelectorAll('[data-zonder-script]').forEach((part) => part.remove());
if (voter && !whereKept(canForget)) document.documentElement.dataset.vergeetNiet = '';
// Each by itself: what one of them stumbles over keeps no other from what it has to do.
whereKept(forgetBallots);
// Also where the ballot itself did not come: without network another page stands under its address.
if (!isReload()) whereKept(forgetOwnPage);
whereKept(forgetAnswered);
whereKept(takeSecret);
whereKept(sayUnsureChange);
// Before the page is there: then the check takes its place in the history.
const isResumed = isBackAtBallot && whereKept(resume);
whereKept(sayVoted);
whereKept(forgetOldDrafts);
document.querySelectorAll('[data-bewaar]').forEach((tick) => whereKept(() => prepareDraft(tick)));
addEventListener('popstate', markEntry);
addEventListener('hashchange', () => {
  markEntry();
  takeCode();
});
addEventListener('pagehide', () => whereKept(rememberLeft));
addEventListener('pagehide', wipe);
addEventListener('pageshow', ({ persisted }) => {
  for (const form of document.querySelectorAll('[data-onderweg]')) delete form.dataset.onderweg;
  // A page that was kept whole: what stood there was wiped, and its ballot may have been cast.
  if (persisted && document.getElementById('inhoud').childElementCount === 0) location.reload();
  else if (persisted ? whereKept(takeTurn) : isBackAtBallot && !isResumed) whereKept(() => goOn(persisted));
});
addEventListener('submit', askBeforeLeaving);
addEventListener('click', askBeforeLeaving);
addEventListener('submit', holdWithoutNetwork);
addEventListener('submit', sendOnce);
addEventListener('submit', markSent);
addEventListener('submit', (event) => whereKept(() => rememberBallot(event)));
addEventListener('submit', (event) => whereKept(() => rememberChange(event)));
for (const [name, answer] of Object.entries(ON_ITS_WAY)) addEventListener(name, () => whereKept(answer));
addEventListener('click', printWhenAsked);
addEventListener('click', copyWhenAsked);
if (document.querySelector('leptos-island')) wakeIslands();
document.querySelectorAll('[data-kaart]').forEach(prepareMap);
document.querySelectorAll('.wk-stembiljet').forEach(prepareBar);
document.querySelectorAll('[data-natellen]').forEach(prepareRecount);
document.querySelectorAll('[data-telregels]').forEach(prepareRules);
document.querySelectorAll('[data-bewaren]').forEach(prepareKeeping);
document.querySelectorAll('[data-vlakken]').forEach(prepareAreas);

if ('serviceWorker' in navigator) {
  const register = () => navigator.serviceWorker.register('/sw.js');
  if (document.readyState === 'complete') register();
  else addEventListener('load', register);
}
