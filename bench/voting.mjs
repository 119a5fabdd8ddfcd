// Voting: how many ballots a second beside what the database does with the same statements, what a ballot costs, the
// first votes at the same moment, the last evening, and codes for letters.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BENCH, POSTGRES, WIJKKOERS, cpu, fail, inFolder, memory, run, running, say, settings, sleep, startServer, table } from './lib.mjs';

/** Seconds that each figure is measured. */
const SECONDS = Number(process.env.WIJKKOERS_BENCH_VOTE_SECONDS ?? 6);
/** Seconds of the last evening; its pace is 15 000 ballots in ten minutes whatever this says. */
const EVENING = Number(process.env.WIJKKOERS_BENCH_EVENING ?? 600);
const PER_SECOND = 15_000 / 600;
const CLIENTS = [1, 16, 64];
const AT_ONCE = [2, 4, 16, 64];
/** The round of the demo that is voted on: people choose up to four plans. */
const ROUND = 'Klarendal en St. Marten kiezen';

/** The lock of a round, as the product takes it. */
function lockOf(round) {
  const hex = round.replaceAll('-', '');
  const [high, low] = [hex.slice(0, 16), hex.slice(16)].map((part) => BigInt(`0x${part}`));
  const turned = BigInt.asUintN(64, (low << 17n) | (low >> 47n));
  return BigInt.asIntN(64, high ^ turned);
}

/** What a ballot writes, as PostgreSQL gets it from us for one ballot at a time; pgbench sends the same. */
const script = (round, lock) => `
\\set k random(1, 9000000000000000000)
BEGIN;
SELECT v.merk, c.nummer, c.generatie, c.bewijs, c.laatste FROM (SELECT sha256(int8send(:k)) AS merk) v LEFT JOIN LATERAL (SELECT k.nummer, k.generatie, k.bewijs, (SELECT MAX(g.generatie) FROM kiescode g WHERE g.ronde = '${round}' AND g.nummer = k.nummer) AS laatste FROM kiescode k WHERE k.ronde = '${round}' AND k.merk = v.merk LIMIT 1) c ON TRUE;
SELECT pg_advisory_xact_lock_shared(${lock});
INSERT INTO deelname (ronde, kiezer, kanaal) SELECT b.id, v.kiezer, 'online' FROM buurtbegroting b, (SELECT sha256(int8send(:k)) AS kiezer, sha256(int8send(:k)) AS biljet) v WHERE b.id = '${round}' AND b.bevroren_at IS NOT NULL AND b.gestopt_at IS NULL AND b.gesloten_at IS NULL AND b.sluit_at > clock_timestamp() AND (SELECT s.ronde FROM bus s WHERE s.ronde = b.id AND s.biljet_id = v.biljet AND s.wijziging = 0) IS NULL ORDER BY v.kiezer ON CONFLICT DO NOTHING RETURNING kiezer;
INSERT INTO bus_in (ronde, biljet_id, wijziging, envelop, bewijs) VALUES ('${round}', sha256(int8send(:k)), 0, decode(repeat('07', 75), 'hex'), sha256(int8send(:k)));
COMMIT;
`;

/** A city with an open vote on one of the databases. */
class City {
  constructor(kind, data) {
    this.data = data;
    this.isPostgres = kind === 'PostgreSQL';
    this.env = this.isPostgres ? { WIJKKOERS_DATABASE_URL: POSTGRES.url } : {};
    this.database = this.isPostgres ? POSTGRES.url : `sqlite://${join(data, 'wijkkoers.sqlite')}`;
  }

  start() {
    return startServer(this.data, this.env);
  }

  pids(server) {
    return this.isPostgres ? [server.pid, POSTGRES.pid] : [server.pid];
  }

  async open() {
    const server = await this.start();
    const { resultaten } = await (await fetch(`${server.base}/api/v1/buurtbegrotingen`)).json();
    this.round = resultaten.find(({ titel }) => titel === ROUND).id;
    await server.stop();
  }

  /** A file with new letters, and the seconds that making them took. */
  async letters(count) {
    this.files = (this.files ?? 0) + 1;
    const file = join(this.data, `brieven-${this.files}.csv`);
    const began = performance.now();
    const args = ['stemcodes', '--demo', '--data', this.data, '--buurtbegroting', this.round, '--aantal', String(count), '--uit', file];
    await run(WIJKKOERS, args, 1, settings(this.env));
    return { file, seconds: (performance.now() - began) / 1000 };
  }

  async vote(server, file, options) {
    const args = ['vote', '--base', server.base, '--round', this.round, '--codes', file];
    const found = JSON.parse((await run(BENCH, [...args, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])])).at(-1));
    if (found.bad > 0) fail(`${found.bad} ballots were refused: ${found.first_bad}`);
    return found;
  }

  /** Ballots a second that the database does with nothing around them; nothing where pgbench is not installed. */
  async bare(clients) {
    if (!this.isPostgres) return Number((await run(BENCH, ['bare', '--database', join(this.data, 'wijkkoers.sqlite'), '--round', this.round, '--seconds', String(SECONDS)])).at(-1));
    const file = join(this.data, 'ballot.sql');
    await writeFile(file, script(this.round, lockOf(this.round)));
    const args = ['-n', '-M', 'prepared', '-c', String(clients), '-j', String(Math.min(clients, 2)), '-T', String(SECONDS), '-f', file, POSTGRES.url];
    const child = spawn(await pgbench(), args, { stdio: ['ignore', 'pipe', 'ignore'] });
    running.add(child);
    let text = '';
    child.stdout.on('data', (piece) => (text += piece));
    const [code] = await once(child, 'close').catch(() => [1]);
    running.delete(child);
    return code === 0 ? Number(/tps = ([\d.]+)/.exec(text)[1]) : undefined;
  }

  async box() {
    return JSON.parse((await run(BENCH, ['box', '--database', this.database, '--round', this.round])).at(-1));
  }

  /** What the bare database wrote is moved on by the server as well: that is waited for, and not measured. */
  async settle() {
    while ((await this.box()).waiting >= 20) await sleep(200);
  }

  /** As many ballots as voters, or what was measured is worth nothing. */
  async check() {
    const { voters, ballots } = await this.box();
    if (voters !== ballots) fail(`${voters} people voted and there are ${ballots} ballots`);
    return ballots;
  }
}

/** pgbench comes with the server of a distribution; Debian does not put it on the path. */
async function pgbench() {
  const place = '/usr/lib/postgresql';
  const versions = await readdir(place).catch(() => []);
  return versions.length > 0 ? join(place, versions.sort().at(-1), 'bin/pgbench') : 'pgbench';
}

/** As fast as it goes, with the bare database before and after: what else the machine does falls on both. */
async function fast(city) {
  const rows = [];
  let half;
  for (const clients of CLIENTS) {
    // On PostgreSQL our job moves what pgbench writes as it moves our own ballots; a file of SQLite is for one at a time.
    let server = city.isPostgres ? await city.start() : undefined;
    const before = await city.bare(clients);
    const { file } = await city.letters(SECONDS * 8_000);
    server ??= await city.start();
    await city.settle();
    const spent = await cpu(city.pids(server));
    const found = await city.vote(server, file, { clients, seconds: SECONDS });
    const each = ((await cpu(city.pids(server))) - spent) / found.good;
    const pace = found.good / found.seconds;
    if (clients === 16) half = await calm(city, server, pace / 2);
    if (!city.isPostgres) await server.stop();
    else await city.settle();
    const after = await city.bare(clients);
    if (city.isPostgres) await server.stop();
    const bare = before === undefined ? undefined : (before + after) / 2;
    const share = bare === undefined ? '–' : `${((pace / bare) * 100).toFixed(0)} %`;
    rows.push([clients, pace.toFixed(0), bare?.toFixed(0) ?? '–', share, found.p50.toFixed(1), found.p99.toFixed(1), each.toFixed(2)]);
    console.error(rows.at(-1).join('  '));
  }
  table(['voters at once', 'ballots/s', city.isPostgres ? 'pgbench' : 'bare loop', 'share (70 %)', 'p50 ms', 'p99 ms', 'CPU ms/ballot (39)'], rows);
  say(`At half of what 16 voters reach, ${half.pace.toFixed(0)} ballots/s: p50 ${half.p50.toFixed(1)} ms, p99 ${half.p99.toFixed(1)} ms (at most 50).\n`);
}

async function calm(city, server, pace) {
  await city.settle();
  const { file } = await city.letters(Math.ceil(pace * SECONDS) + 64);
  return { pace, ...(await city.vote(server, file, { clients: 64, seconds: SECONDS, rate: pace })) };
}

/** The very first votes of a server, all at the same moment. */
async function first(city) {
  const rows = [];
  for (const clients of AT_ONCE) {
    const { file } = await city.letters(clients);
    const before = await city.check();
    const server = await city.start();
    const found = await city.vote(server, file, { clients, count: clients });
    await server.stop();
    const stored = (await city.check()) - before;
    if (stored !== clients) fail(`${clients} voted at the same moment, and ${stored} ballots were stored`);
    rows.push([clients, found.good, stored, found.longest.toFixed(1)]);
  }
  table(['first votes at once', 'acknowledged', 'in the box', 'longest ms'], rows);
}

/** Everybody votes on the last evening, and many come to look. */
async function evening(city) {
  const { file } = await city.letters(Math.ceil(EVENING * PER_SECOND) + 64);
  const server = await city.start();
  const pages = ['/', '/buurtbegrotingen', `/buurtbegrotingen/${city.round}`, `/buurtbegrotingen/${city.round}/stemmen`, '/initiatieven', '/gebieden/W2/wijkactieplan'];
  // Each of fifty readers opens a page a second.
  const read = async (seconds) =>
    JSON.parse((await run(BENCH, ['read', '--base', server.base, '--clients', '50', '--rate', '50', '--seconds', String(seconds), ...pages])).at(-1));
  await read(2);
  const alone = await read(Math.min(EVENING, 30));
  const [votes, readers] = await Promise.all([city.vote(server, file, { clients: 64, seconds: EVENING, rate: PER_SECOND }), read(EVENING)]);
  await server.stop();
  if (readers.bad > 0 || alone.bad > 0) fail(`a page was not shown: ${readers.first_bad ?? alone.first_bad}`);
  table(
    ['', 'seen', 'at most'],
    [
      ['ballots', `${votes.good} in ${votes.seconds.toFixed(0)} s, none refused`, ''],
      ['a ballot, p99', `${votes.p99.toFixed(1)} ms`, '50 ms'],
      ['pages read', `${readers.good}, none failed`, ''],
      ['a page while nobody votes, p99', `${alone.p99.toFixed(1)} ms`, ''],
      ['a page while many vote, p99', `${readers.p99.toFixed(1)} ms`, `${(alone.p99 * 2).toFixed(1)} ms`],
    ],
  );
}

/** The stembureau names custodians; each gives a key, and two of them try theirs. */
async function makeKey(api, path) {
  const logIn = async (name) => (await api('/sessies', undefined, { email: `${name}@voorbeeld.test`, wachtwoord: 'fiets molen lantaarn' })).toegang;
  const keeper = async (number, ...args) => (await run(BENCH, ['keeper', String(number), ...args])).at(-1);
  const names = [1, 2, 3].map((number) => [`bewaarder${number}`, `bewaarder${number}@voorbeeld.test`]);
  await api(`${path}/bewaarders`, await logIn('stembureau'), Object.fromEntries(names));
  const keepers = [];
  for (const [at, [name]] of names.entries()) {
    const toegang = await logIn(name);
    await api(`${path}/bewaarder/sleutels`, toegang, { publiekeSleutel: await keeper(at + 1) });
    keepers.push({ number: at + 1, toegang });
  }
  for (const { number, toegang } of [keepers[0], keepers[2]]) {
    const { verzegeldDeel } = await api(`${path}/bewaarder`, toegang);
    await api(`${path}/sleuteldelen`, toegang, { doel: 'proef', deel: await keeper(number, '--sealed', verzegeldDeel) });
  }
}

/** A city in which people vote on a hundred projects; the server, and the path of the ballot. */
export async function hundredProjects(data) {
  const city = new City('SQLite', data);
  await city.open();
  const moment = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();
  const projects = Array.from({ length: 100 }, (_, at) => `${at + 1};${1000 + at * 250};Bankjes, bomen en een plek om te zitten, nummer ${at + 1}`);
  const file = join(data, 'honderd.pb');
  await writeFile(file, `META\nkey;value\ndescription;Honderd plannen\ncountry;Netherlands\nunit;Arnhem\ninstance;1\nnum_projects;100\nnum_votes;0\nbudget;100000\nvote_type;approval\nmax_length;10\nrule;equalshares/add1\ndate_begin;2027\nPROJECTS\nproject_id;cost;name\n${projects.join('\n')}\nVOTES\nvoter_id;vote\n`);
  const server = await city.start();
  const api = async (path, token, body) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${server.base}/api/v1${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) fail(`${path} was answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const { jaar } = await api(`/buurtbegrotingen/${city.round}`);
  const wishes = { namens: 'rachid@voorbeeld.test', gebied: 'W2', product: 'groen_en_spelen', jaar, thema: 'groen', criterium: 'in_het_gebied', 'stemmen-vanaf': moment(12), 'stemmen-tot': moment(86_400) };
  const args = ['import', 'pb', file, '--demo', '--data', data, ...Object.entries(wishes).flatMap(([name, value]) => [`--${name}`, String(value)])];
  const [, round] = /^Buurtbegroting ([0-9a-f-]+):/.exec((await run(WIJKKOERS, args, 1, settings({}))).at(-1));
  await makeKey(api, `/buurtbegrotingen/${round}`);
  while ((await api(`/buurtbegrotingen/${round}`)).fase !== 'stemmen') await sleep(500);
  return { server, path: `/buurtbegrotingen/${round}/stemmen` };
}

/** Letters to print, with their codes: how long it takes and how much memory. */
async function printed(city, count) {
  const folder = join(city.data, 'brieven');
  const began = performance.now();
  const args = ['stemcodes', '--demo', '--data', city.data, '--buurtbegroting', city.round, '--aantal', String(count), '--brieven', folder];
  const child = spawn(WIJKKOERS, args, { stdio: 'ignore', env: settings(city.env) });
  running.add(child);
  let most = 0;
  // The kernel keeps the most that it ever had; the last look is close to the end.
  const look = setInterval(async () => (most = Math.max(most, (await memory(child.pid).catch(() => ({ most: 0 }))).most)), 50);
  const [code] = await once(child, 'exit');
  clearInterval(look);
  running.delete(child);
  if (code !== 0) fail(`letters ended with ${code}`);
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return { seconds: (performance.now() - began) / 1000, most, size: sizes.reduce((sum, own) => sum + own, 0) / 1e6 };
}

export async function voting() {
  say('## Voting\n');
  say(`Each figure over ${SECONDS} s, voters and readers on the same machine. CPU is that of server and database together. pgbench sends the same statements, and what it writes is moved by the same job.\n`);
  for (const kind of ['PostgreSQL', 'SQLite']) {
    if (kind === 'PostgreSQL' && !POSTGRES.url) continue;
    await inFolder(async (data) => {
      const city = new City(kind, data);
      await city.open();
      say(`### ${kind}\n`);
      await fast(city);
      await first(city);
      await evening(city);
      const { seconds } = await city.letters(100_000);
      const letters = await printed(city, 10_000);
      say(`10 000 letters as PDF in ${letters.seconds.toFixed(1)} s (at most 60) with at most ${letters.most.toFixed(0)} MiB (at most 1 GB); ${letters.size.toFixed(0)} MB of files.\n`);
      say(`100 000 stemcodes in ${seconds.toFixed(1)} s (at most 10); ${await city.check()} ballots were cast in all, and as many are in the box.\n`);
    });
    await sleep(100);
  }
}
