// People together in one place, on one address: each hands something in as a guest with photos, registers, and supports
// something. None of them is refused (SECURITY-RULES B-1, B09).
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../tests/browser/lib/browser.mjs';
import { parse } from '../tests/browser/lib/mail.mjs';
import { POSTGRES, fail, inFolder, memory, say, sleep, startServer, table } from './lib.mjs';

const GUESTS = 60;
const PHOTOS = 3;
/** Where all of them are, as the proxy tells it. */
const PLACE = '203.0.113.60';
const PASSWORD = 'paarse tractor zingt luid';
/** Longest that somebody keeps trying who is told that it is too busy, and that a mail may take, in milliseconds. */
const PATIENCE = 600_000;
/** Seconds over which they come in: nought is all at the same moment, the worst that a crowd can do. */
const OVER = Number(process.env.WIJKKOERS_BENCH_GUESTS_OVER ?? 0);
/** The most that the server may take, in MiB. */
const ROOM = 400;

const STEPS = ['a photo', 'hand in', 'the mail to confirm it', 'confirm it', 'register', 'the mail of the account', 'confirm the account', 'log in', 'support'];

/** Photos of twelve megapixels and some 2 MB, as phones make them, each with another picture: the browser has a camera's JPEG. */
async function phonePhotos(count) {
  const browser = await openBrowser();
  const page = await browser.newPage();
  const photos = [];
  for (let number = 0; number < count; number++) photos.push(Buffer.from(await page.evaluate(draw, number), 'base64'));
  await browser.close();
  return photos;
}

/** Runs in the page: a place with grain as a sensor gives it, and a bench of its own colour. */
async function draw(number) {
  const [width, height, side] = [4000, 3000, 512];
  const context = new OffscreenCanvas(width, height).getContext('2d');
  const sky = context.createLinearGradient(0, 0, 0, height);
  for (const [at, colour] of [[0, '#8cbee6'], [0.5, '#dfeaf2'], [0.51, '#46903c'], [1, '#2d5a28']]) sky.addColorStop(at, colour);
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const grain = new OffscreenCanvas(side, side);
  const grains = new ImageData(side, side);
  for (let at = 0; at < grains.data.length; at += 4) grains.data.set([0, 0, 0, Math.random() * 36], at);
  grain.getContext('2d').putImageData(grains, 0, 0);
  context.fillStyle = context.createPattern(grain, 'repeat');
  context.fillRect(0, 0, width, height);
  context.fillStyle = `hsl(${(number * 47) % 360} 60% 40%)`;
  context.fillRect(400 + (number % 60) * 20, 1700, 1600, 300);
  const blob = await context.canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
  const reader = new FileReader();
  const read = new Promise((resolve) => (reader.onload = resolve));
  reader.readAsDataURL(blob);
  await read;
  return reader.result.slice(reader.result.indexOf(',') + 1);
}

/** The links in the folder of mails; every file is read once, whoever waits. */
class Links {
  #folder;
  #read = new Set();
  #secrets = new Map();

  constructor(folder) {
    this.#folder = folder;
  }

  look() {
    for (const name of readdirSync(this.#folder)) {
      if (!name.endsWith('.eml') || this.#read.has(name)) continue;
      const source = readFileSync(join(this.#folder, name), 'latin1');
      // It is being written.
      if (!source.trimEnd().endsWith('--')) continue;
      this.#read.add(name);
      const { to, text } = parse(source);
      const [, kind, secret] = /\/bevestigen\/(account|initiatief)\/(\S+)/.exec(text) ?? [];
      if (secret) this.#secrets.set(`${kind} ${to}`, secret);
    }
  }

  /** The secret of the link to confirm this; nothing when it does not come. */
  async secret(kind, address) {
    const until = performance.now() + PATIENCE;
    while (performance.now() < until) {
      const found = this.#secrets.get(`${kind} ${address}`);
      if (found) return found;
      await sleep(50);
    }
    return undefined;
  }
}

/** What became of all steps of all guests. */
class Outcome {
  #steps = new Map(STEPS.map((what) => [what, { times: [], refused: 0, later: 0 }]));

  took(what, began) {
    this.#steps.get(what).times.push(performance.now() - began);
  }

  later(what) {
    this.#steps.get(what).later += 1;
  }

  refuse(what, why) {
    this.#steps.get(what).refused += 1;
    throw new Error(`${what}: ${why}`);
  }

  rows() {
    return [...this.#steps].map(([what, { times, refused, later }]) => [what, times.length, refused, later, part(times, 0.5), part(times, 0.99), '', '']);
  }
}

function part(times, share) {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * share) - 1]?.toFixed(0) ?? '–';
}

/** Somebody with an address of their own for mails, and the network that all have. */
class Guest {
  #toegang;

  constructor(server, links, outcome, number) {
    Object.assign(this, { server, links, outcome, number, email: `gast${number}-${process.pid}@voorbeeld.test` });
  }

  /** Asks until it is taken, and says when that was; who is told that it is too busy waits as long as is said. */
  async ask(what, method, path, body, key) {
    const isPhoto = Buffer.isBuffer(body);
    const headers = {
      'x-forwarded-for': PLACE,
      ...(body !== undefined && { 'content-type': isPhoto ? 'image/jpeg' : 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': `bench-${process.pid}-guest-${this.number}-${key}` }),
      ...(this.#toegang !== undefined && { authorization: `Bearer ${this.#toegang}` }),
    };
    const began = performance.now();
    const request = { method, headers, body: isPhoto ? body : JSON.stringify(body) };
    for (;;) {
      const answer = await fetch(`${this.server.base}/api/v1${path}`, request).catch((error) => this.outcome.refuse(what, `no answer: ${error.cause ?? error}`));
      const text = await answer.text();
      if (answer.ok) {
        this.outcome.took(what, began);
        return text === '' ? undefined : JSON.parse(text);
      }
      if (answer.status !== 503 || performance.now() - began > PATIENCE) this.outcome.refuse(what, `${answer.status} ${text}`);
      this.outcome.later(what);
      await sleep((JSON.parse(text).wacht ?? 2) * 1000);
    }
  }

  async mailed(what, kind) {
    const began = performance.now();
    const geheim = await this.links.secret(kind, this.email);
    if (geheim === undefined) this.outcome.refuse(what, `no mail to ${this.email}`);
    this.outcome.took(what, began);
    return { geheim };
  }

  /** All that one of them does; how long it took. */
  async visit(photos, liked) {
    await sleep((this.number * OVER * 1000) / GUESTS);
    const began = performance.now();
    const who = { naam: 'Sanne de Vries', email: this.email, soort: 'bewoner' };
    const fotos = [];
    for (const [at, photo] of photos.entries()) fotos.push((await this.ask('a photo', 'POST', '/fotos', photo, `photo-${at}`)).id);
    const idea = { soort: 'idee', titel: 'Een bankje op het plein', tekst: 'Er is plaats genoeg, en de buren doen graag mee.', overPersoon: 'nee', wijk: 'WK020207', thema: 'groen', fotos, indiener: who };
    await this.ask('hand in', 'POST', '/initiatieven', idea, 'initiatief');
    await this.ask('confirm it', 'POST', '/initiatieven/bevestigingen', await this.mailed('the mail to confirm it', 'initiatief'));
    await this.ask('register', 'POST', '/accounts', { ...who, wachtwoord: PASSWORD });
    await this.ask('confirm the account', 'POST', '/accounts/bevestigingen', await this.mailed('the mail of the account', 'account'));
    this.#toegang = (await this.ask('log in', 'POST', '/sessies', { email: this.email, wachtwoord: PASSWORD })).toegang;
    await this.ask('support', 'PUT', `/initiatieven/${liked}/steun`);
    return performance.now() - began;
  }
}

/** All of them, on a server of their own; what is counted by network holds as people have it. */
async function crowd(data, env, photos) {
  const limits = { WIJKKOERS_CHANGING_PER_MINUTE: undefined, WIJKKOERS_READING_PER_MINUTE: undefined };
  const server = await startServer(data, { WIJKKOERS_TRUSTED_PROXIES: '127.0.0.1/32', ...limits, ...env });
  const read = async (path) => (await fetch(`${server.base}/api/v1${path}`)).json();
  const [liked] = (await read('/initiatieven?status=ingediend&limit=1')).resultaten;
  if (liked === undefined) fail('there is nothing in the demo city to support');
  const before = (await read(`/initiatieven/${liked.id}/steun`)).steun;
  const links = new Links(join(data, 'mail'));
  const looking = setInterval(() => links.look(), 50);
  const outcome = new Outcome();
  const guests = Array.from({ length: GUESTS }, (_, number) => new Guest(server, links, outcome, number));
  const visits = await Promise.allSettled(guests.map((guest, at) => guest.visit(photos.slice(at * PHOTOS, (at + 1) * PHOTOS), liked.id)));
  clearInterval(looking);
  const { most } = await memory(server.pid);
  const supported = (await read(`/initiatieven/${liked.id}/steun`)).steun - before;
  await server.stop();
  const broken = visits.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
  const whole = visits.filter(({ status }) => status === 'fulfilled').map(({ value }) => value);
  if (supported !== whole.length) fail(`${whole.length} guests supported something, and ${supported} of them count`);
  const all = ['all of it, of one guest', whole.length, broken.length, '', part(whole, 0.5), part(whole, 0.99), most.toFixed(1), `${ROOM} MiB`];
  return { rows: [...outcome.rows(), all], broken };
}

export async function guestsTogether() {
  say(`## ${GUESTS} guests in one place\n`);
  const photos = await phonePhotos(GUESTS * PHOTOS);
  const megabytes = photos.reduce((sum, photo) => sum + photo.length, 0) / photos.length / 1e6;
  const arrival = OVER > 0 ? `come in over ${OVER} s` : 'begin at the same moment';
  say(`${GUESTS} people on one address ${arrival}, each with ${PHOTOS} photos of 12 megapixels (${megabytes.toFixed(1)} MB). Who is told that it is too busy (503) waits as long as is said and sends the same again: that time is counted, and so is how often. Any other no is a refusal.\n`);
  for (const kind of ['SQLite', 'PostgreSQL']) {
    if (kind === 'PostgreSQL' && !POSTGRES.url) continue;
    await inFolder(async (data) => {
      const { rows, broken } = await crowd(data, kind === 'PostgreSQL' ? { WIJKKOERS_DATABASE_URL: POSTGRES.url } : {}, photos);
      say(`### ${kind}\n`);
      table(['what', 'how many', 'refused (0)', 'told to wait', 'p50 ms', 'p99 ms', 'most resident MiB', 'at most'], rows);
      if (broken.length > 0) {
        say(`The first that was refused: ${broken[0]}\n`);
        process.exitCode = 1;
      }
    });
  }
}
