// The figures of Wijkkoers: `cargo xtask bench` calls this with a release build and a PostgreSQL.
//
// Each figure is measured on this machine in this run, beside what the engine can do at most or what was asked for.
// The load comes from the same machine: requests per second say less here than the CPU time of one request, which
// counts the server and its database together and not who asks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { cpus, totalmem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser, somebody } from '../tests/browser/lib/browser.mjs';
import { png } from '../tests/browser/lib/photo.mjs';
import { freePort } from '../tests/browser/lib/server.mjs';
import { guestsTogether } from './guests.mjs';
import { hostilePictures } from './hostile.mjs';
import { BENCH, CONNECTIONS, OUT, POSTGRES, SECONDS, fail, inFolder, load, memory, report, run, running, say, size, sleep, startServer, table } from './lib.mjs';
import { hundredProjects, voting } from './voting.mjs';

const SIZES = (process.env.WIJKKOERS_BENCH_SIZES ?? '1000,100000,1000000').split(',').map(Number);

async function limit(bytes) {
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(BENCH, ['limit', '--bytes', String(bytes), '--listen', listen], { stdio: 'ignore' });
  running.add(child);
  const gone = once(child, 'exit').then(() => running.delete(child));
  const base = `http://${listen}`;
  while (!(await fetch(base).then((answer) => answer.ok).catch(() => false))) await sleep(20);
  const found = await load(base, ['/'], [child.pid]);
  child.kill('SIGTERM');
  await gone;
  return found;
}

/** Lists and plans must not grow dearer with the table. */
async function lists() {
  say('## Lists and plans\n');
  say(`${CONNECTIONS} connections, ${SECONDS} s each; CPU is that of server and database together, for one request.\n`);
  for (const kind of ['SQLite', 'PostgreSQL']) {
    const isPostgres = kind === 'PostgreSQL';
    if (isPostgres && !POSTGRES.url) continue;
    const data = await mkdtemp(join(tmpdir(), 'wijkkoers-bench-'));
    const env = isPostgres ? { WIJKKOERS_DATABASE_URL: POSTGRES.url } : {};
    const database = isPostgres ? POSTGRES.url : `sqlite://${join(data, 'wijkkoers.sqlite')}`;
    await (await startServer(data, env)).stop();
    const rows = [];
    let from = 0;
    let bytes;
    for (const count of SIZES) {
      const ids = await run(BENCH, ['fill', '--database', database, '--from', String(from), '--count', String(count)]);
      from = count;
      const server = await startServer(data, env);
      const pids = isPostgres ? [server.pid, POSTGRES.pid] : [server.pid];
      bytes = await size(server.base, '/api/v1/initiatieven?limit=20');
      const browser = { accept: 'text/html', 'accept-encoding': 'gzip, br' };
      const middle = ids[Math.floor(ids.length / 2)];
      const asked = [
        ['list of 20', 1, ['/api/v1/initiatieven?limit=20']],
        ['list of 20, gebied and theme', 1, ['W1', 'W2', 'W3'].map((gebied) => `/api/v1/initiatieven?limit=20&gebied=${gebied}&thema=groen`)],
        ['list, three filters that nothing fits', 1, ['W1', 'W2', 'W3'].map((gebied) => `/api/v1/initiatieven?limit=20&gebied=${gebied}&thema=groen&status=naar_buurtbegroting`)],
        ['list of 20, from the middle', 1, [`/api/v1/initiatieven?limit=20&cursor=${middle}`]],
        ['one initiatief', 0.5, ids.map((id) => `/api/v1/initiatieven/${id}`)],
        ['what looks like it', undefined, ['/api/v1/initiatieven/vergelijkbare?wijk=WK020207&tekst=bankje%20speeltuin%20woord7%20woord14']],
        ['wijkactieplan', undefined, ['/api/v1/gebieden/W2/wijkactieplan']],
        ['page: list', 3, ['/initiatieven'], { accept: 'text/html' }],
        ['page: one initiatief', 3, ids.map((id) => `/initiatieven/${id}`), { accept: 'text/html' }],
        ['page: one initiatief, compressed', 3, ids.map((id) => `/initiatieven/${id}`), browser],
        ['page: wijkactieplan', 3, ['/gebieden/W2/wijkactieplan'], { accept: 'text/html' }],
      ];
      for (const [name, asks, paths, headers] of asked) {
        const found = await load(server.base, paths, pids, headers);
        rows.push([count.toLocaleString('en'), name, found.rps, found.p99, found.cpu.toFixed(3), asks ?? '']);
        console.error(rows.at(-1).join('  '));
      }
      await server.stop();
    }
    const least = await limit(bytes);
    rows.push(['', `limit: fixed JSON of ${bytes} bytes`, least.rps, least.p99, least.cpu.toFixed(3), '']);
    say(`### ${kind}\n`);
    table(['initiatieven', 'what', 'requests/s', 'p99 ms', 'CPU ms/request', 'at most'], rows);
    await rm(data, { recursive: true, force: true });
  }
}

/** Sends pictures as guests do, all at once; how often each status was answered. */
async function sendAtOnce(server, pictures) {
  const send = async (body, number) => {
    const headers = { 'content-type': 'application/octet-stream', 'idempotency-key': `bench-${process.pid}-at-once-${number}` };
    const answer = await fetch(`${server.base}/api/v1/fotos`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  };
  const statuses = await Promise.all(pictures.map(send));
  const odd = statuses.filter((status) => ![201, 413, 415, 503].includes(status));
  if (odd.length > 0) fail(`hostile pictures were answered ${odd.join(', ')}`);
  return [...new Set(statuses)].sort().map((status) => `${statuses.filter((one) => one === status).length} × ${status}`).join(', ');
}

/** Start, memory, one large photo, and ten that are large on purpose. */
async function machine() {
  const data = await mkdtemp(join(tmpdir(), 'wijkkoers-bench-'));
  const first = await startServer(data);
  await first.stop();
  const server = await startServer(data);
  const idle = await memory(server.pid);
  for (const path of ['/', '/gebieden', '/gebieden/W2/wijkactieplan', '/initiatieven', '/initiatieven/nieuw']) await fetch(server.base + path);
  await load(server.base, ['/', '/initiatieven', '/gebieden/W2/wijkactieplan', '/api/v1/initiatieven'], [server.pid]);
  const busy = await memory(server.pid);
  // The largest that is taken: 40 megapixels.
  const photo = png({ width: 8000, height: 5000 });
  const key = `bench-${process.pid}-photo`;
  const answer = await fetch(`${server.base}/api/v1/fotos`, {
    method: 'POST',
    headers: { 'content-type': 'image/png', 'idempotency-key': key },
    body: photo,
  });
  if (answer.status !== 201) fail(`the photo was answered ${answer.status}: ${await answer.text()}`);
  const after = await memory(server.pid);
  await server.stop();
  // A process of its own: the most memory of a process is that of its whole life.
  const crowded = await startServer(data);
  const answered = await sendAtOnce(crowded, hostilePictures());
  const crowd = await memory(crowded.pid);
  await crowded.stop();
  say('## Start and memory\n');
  table(
    ['what', 'seen', 'at most'],
    [
      ['first start, with the demo city made', `${first.started.toFixed(0)} ms`, ''],
      ['start until it serves', `${server.started.toFixed(0)} ms`, '500 ms'],
      ['resident with the demo city, just started', `${idle.now.toFixed(1)} MiB`, '64 MiB'],
      [`resident after ${SECONDS + 2} s of load`, `${busy.now.toFixed(1)} MiB`, '64 MiB'],
      ['resident at most, while a photo of 40 megapixels comes in', `${after.most.toFixed(1)} MiB`, '400 MiB'],
      [`resident at most, while ten hostile pictures come in at once (${answered})`, `${crowd.most.toFixed(1)} MiB`, '400 MiB'],
    ],
  );
  await rm(data, { recursive: true, force: true });
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

/** Nobody learns from the time of an answer whether somebody has an account (SECURITY-RULES S-8). */
async function login(server) {
  const ask = async (path, body) => {
    const began = performance.now();
    const answer = await fetch(`${server.base}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `bench-${Math.random().toString(36).slice(2)}` },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    return { ms: performance.now() - began, status: answer.status };
  };
  const people = ['shanti', 'joost', 'rachid', 'kofi', 'fatima', 'hanneke', 'mirjam', 'esra'];
  const rows = [];
  for (const [what, path, body] of [
    ['login with a wrong password', 'sessies', (email) => ({ email, wachtwoord: 'niet het goede wachtwoord' })],
    ['ask for a new password', 'wachtwoordherstel', (email) => ({ email })],
  ]) {
    await ask(path, body('warm@voorbeeld.test'));
    const times = { known: [], unknown: [] };
    const statuses = new Set();
    // One after the other, and now this one first and then that one: what else the machine does falls on both.
    for (const [number, name] of people.entries()) {
      const both = [['known', `${name}@voorbeeld.test`], ['unknown', `niemand${number}@voorbeeld.test`]];
      for (const [kind, email] of number % 2 === 0 ? both : both.reverse()) {
        const { ms, status } = await ask(path, body(email));
        times[kind].push(ms);
        statuses.add(status);
      }
    }
    const [known, unknown] = [median(times.known), median(times.unknown)];
    rows.push([what, [...statuses].join(' '), `${known.toFixed(1)} ms`, `${unknown.toFixed(1)} ms`, `${(((known - unknown) / unknown) * 100).toFixed(0)} %`, '± 10 %']);
  }
  say('## With and without an account\n');
  table(['what', 'status', 'with', 'without', 'difference', 'at most'], rows);
}

/** What goes over the wire for somebody who comes for the first time. */
async function visit(server, paths) {
  const browser = await openBrowser();
  const rows = [];
  for (const path of paths) {
    // Somebody new each time, with an empty cache. What our service worker fetches is not told to the page, and it may
    // be there before the page has all: it stays away.
    const page = await somebody(browser, server, { serviceWorkers: 'block' });
    const client = await page.context().newCDPSession(page);
    await client.send('Network.enable');
    const kinds = new Map();
    const typeOf = new Map();
    client.on('Network.responseReceived', ({ requestId, type }) => typeOf.set(requestId, type));
    client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const type = typeOf.get(requestId) ?? 'Other';
      kinds.set(type, (kinds.get(type) ?? 0) + encodedDataLength);
    });
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    const total = [...kinds.values()].reduce((sum, bytes) => sum + bytes, 0);
    const parts = [...kinds].map(([type, bytes]) => `${type} ${(bytes / 1000).toFixed(1)}`).join(', ');
    rows.push([path, `${(total / 1000).toFixed(1)} kB`, '300 kB', parts]);
    await page.context().close();
  }
  await browser.close();
  table(['page', 'over the wire', 'at most', 'kB of which'], rows);
}

/** Addresses of the pages that Lighthouse looks at. */
async function pages(server) {
  const browser = await openBrowser();
  const page = await somebody(browser, server);
  await page.goto('/initiatieven?status=gerealiseerd');
  const one = await page.getByRole('main').getByRole('article').getByRole('link').first().getAttribute('href');
  await browser.close();
  return { home: '/', list: '/initiatieven', initiatief: one, form: '/initiatieven/nieuw?wijk=WK020207', wijkactieplan: '/gebieden/W2/wijkactieplan' };
}

async function lighthouse(server, pages) {
  const rows = [];
  const flags = '--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
  const program = new URL('../node_modules/.bin/lighthouse', import.meta.url).pathname;
  for (const [name, path] of Object.entries(pages)) {
    const lines = await run(program, [server.base + path, '--output=json', '--quiet', `--chrome-flags=${flags}`], 4);
    const found = JSON.parse(lines.join('\n'));
    await writeFile(join(OUT, `lighthouse-${name}.json`), lines.join('\n'));
    const score = (category) => Math.round(found.categories[category].score * 100);
    const weak = Object.values(found.audits).filter(({ score: own, scoreDisplayMode }) => scoreDisplayMode === 'binary' && own === 0).map(({ id }) => id);
    rows.push([
      name,
      score('performance'),
      score('accessibility'),
      score('best-practices'),
      score('seo'),
      `${(found.audits['largest-contentful-paint'].numericValue / 1000).toFixed(2)} s`,
      found.audits['cumulative-layout-shift'].numericValue.toFixed(3),
      weak.join(' '),
    ]);
    console.error(rows.at(-1).join('  '));
  }
  say('Lighthouse, mobile with simulated slow 4G:\n');
  table(['page', 'performance (95)', 'accessibility (100)', 'best practices (100)', 'SEO (100)', 'LCP', 'CLS', 'what it minds'], rows);
}

async function seen() {
  const data = await mkdtemp(join(tmpdir(), 'wijkkoers-bench-'));
  const server = await startServer(data);
  if (chosen.includes('login')) await login(server);
  if (chosen.includes('visit')) {
    say('## First visit\n');
    await visit(server, ['/', '/initiatieven/nieuw']);
  }
  if (chosen.includes('lighthouse')) {
    say('## Lighthouse\n');
    await lighthouse(server, await pages(server));
  }
  await server.stop();
  await rm(data, { recursive: true, force: true });
}

/** A ballot of a hundred projects, as somebody sees it who comes from a letter. */
async function ballot() {
  say('## A ballot of 100 projects\n');
  await inFolder(async (data) => {
    const { server, path } = await hundredProjects(data);
    await visit(server, [path]);
    await lighthouse(server, { ballot: path });
    await server.stop();
  });
}

/** A third of what an untuned prototype needed, in milliseconds. */
const COUNT_BARS = {
  Netherlands_Amsterdam_252: '16',
  Poland_Lodz_2022: '33',
  Poland_Warszawa_2023_Mokotow: '400',
  France_Toulouse_2022: '567',
};

/** Counting: real elections beside the reference, where Python has it, and made ones up to a million ballots. */
async function counting() {
  const count = async (file) => JSON.parse((await run(BENCH, ['count', file])).at(-1));
  const folder = process.env.WIJKKOERS_BENCH_ELECTIONS ?? '../shared/data/pabulib';
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.pb')).sort();
  const python = process.env.WIJKKOERS_BENCH_PYTHON ?? 'python3';
  const rows = [];
  for (const name of files) {
    const file = join(folder, name);
    const ours = await count(file);
    const reference = await referenceTime(python, file);
    const election = name.replace('.pb', '');
    rows.push([
      election,
      (ours.bytes / ours.read / 1000).toFixed(0),
      ours.count.toFixed(2),
      COUNT_BARS[election] ?? '',
      ours.report.toFixed(2),
      reference,
    ]);
    console.error(rows.at(-1).join('  '));
  }
  say('## Counting\n\nEqual shares, cost, Add1: one thread, exact, the best of several runs; reading is apart.\n');
  if (rows.length === 0) say(`No elections in ${folder}: set WIJKKOERS_BENCH_ELECTIONS to a folder of .pb files.\n`);
  table(['election', 'read MB/s (100)', 'count ms', 'bar ms', 'report ms', 'pabutools s'], rows);
  const data = await mkdtemp(join(tmpdir(), 'wijkkoers-bench-'));
  const made = [];
  for (const voters of [10_000, 100_000, 1_000_000]) {
    const file = join(data, 'made.pb');
    await writeFile(file, `${(await run(BENCH, ['election', '--voters', String(voters)])).join('\n')}\n`);
    const { read, count: counted, report, kilobytes, bytes } = await count(file);
    const size = `${(bytes / 1e6).toFixed(1)} MB`;
    const times = [read, counted, read + counted, report].map((time) => time.toFixed(0));
    made.push([voters.toLocaleString('en'), size, ...times, (kilobytes / 1024).toFixed(0)]);
    console.error(made.at(-1).join('  '));
  }
  await rm(data, { recursive: true, force: true });
  say('200 projects, four to sixteen choices on a ballot; bar for a million: 2000 ms in all, 500 MiB.\n');
  table(['ballots', 'file', 'read ms', 'count ms', 'in all', 'report ms', 'most MiB'], made);
}

/** How long the reference takes, at most five minutes; a dash where it is not installed. */
async function referenceTime(python, file) {
  const child = spawn(python, ['bench/reference.py', file], { stdio: ['ignore', 'pipe', 'ignore'], timeout: 300_000 });
  running.add(child);
  let text = '';
  child.stdout.on('data', (piece) => (text += piece));
  // A Python that is not there is an error of the child, and ends the waiting as well.
  const [code, signal] = await once(child, 'close').catch(() => [1, null]);
  running.delete(child);
  if (signal !== null) return '> 300';
  return code === 0 ? text.split(' ')[0] : '–';
}

const PARTS = ['machine', 'login', 'visit', 'lighthouse', 'ballot', 'vote', 'guests', 'lists', 'count'];
const chosen = process.argv.slice(2).length > 0 ? process.argv.slice(2) : PARTS;
const unknown = chosen.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) fail(`no such part: ${unknown.join(', ')}; there are ${PARTS.join(', ')}`);

await mkdir(OUT, { recursive: true });
say(`# Figures of ${new Date().toISOString().slice(0, 10)}\n`);
say(`${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`);
if (chosen.includes('machine')) await machine();
if (['login', 'visit', 'lighthouse'].some((part) => chosen.includes(part))) await seen();
if (chosen.includes('ballot')) await ballot();
if (chosen.includes('vote')) await voting();
// Not before the votes: on PostgreSQL the secrets of their rounds are where the city was made.
if (chosen.includes('guests')) await guestsTogether();
if (chosen.includes('lists')) await lists();
if (chosen.includes('count')) await counting();
await writeFile(join(OUT, 'report.md'), `${report.join('\n')}\n`);
console.log(`kept in ${join(OUT, 'report.md')}`);
