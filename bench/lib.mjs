// What every part of the benchmarks uses: servers, figures, and the report.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { freePort } from '../tests/browser/lib/server.mjs';

const need = (name) => process.env[name] ?? fail(`${name} is not set: start this with cargo xtask bench`);
export const fail = (text) => {
  console.error(text);
  process.exit(1);
};
export const WIJKKOERS = need('WIJKKOERS_BIN');
export const BENCH = need('WIJKKOERS_BENCH_BIN');
export const POSTGRES = { url: process.env.WIJKKOERS_BENCH_POSTGRES, pid: Number(process.env.WIJKKOERS_BENCH_POSTGRES_PID) };
export const OUT = need('WIJKKOERS_BENCH_OUT');
export const SECONDS = Number(process.env.WIJKKOERS_BENCH_SECONDS ?? 8);
export const CONNECTIONS = 16;
/** Clock ticks of /proc in a second: Linux says 100 on every machine that we run on. */
const TICKS = 100;

/** Nothing that we started outlives us. */
export const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const report = [];
export const say = (line = '') => {
  console.log(line);
  report.push(line);
};
export function table(heads, rows) {
  say(`| ${heads.join(' | ')} |`);
  say(`|${heads.map(() => '---').join('|')}|`);
  for (const row of rows) say(`| ${row.join(' | ')} |`);
  say();
}

/** Runs a program to its end; its lines. One that may fail for reasons of its own is tried again. */
export async function run(program, args, tries = 1, env = process.env) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const lines = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const [code] = await once(child, 'close');
  if (code === 0) return lines;
  if (tries === 1) fail(`${program} ${args.join(' ')} ended with ${code}`);
  return run(program, args, tries - 1, env);
}

/** What the product sees of our environment: what we set ourselves, and nothing that is meant for the benchmarks. */
export const settings = (own) => ({ ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WIJKKOERS_'))), ...own });

/** A server of the demo city; `started` is the time until it answered, in milliseconds. */
export async function startServer(data, env = {}) {
  const listen = `127.0.0.1:${await freePort()}`;
  const own = { WIJKKOERS_READING_PER_MINUTE: '100000000', WIJKKOERS_CHANGING_PER_MINUTE: '100000000', ...env };
  const began = performance.now();
  const child = spawn(WIJKKOERS, ['serve', '--demo', '--data', data, '--listen', listen], {
    stdio: 'ignore',
    env: settings(own),
  });
  running.add(child);
  const gone = once(child, 'exit').then(() => running.delete(child));
  const base = `http://${listen}`;
  for (;;) {
    if (child.exitCode !== null) fail(`the server ended with ${child.exitCode}`);
    const ready = await fetch(`${base}/health/ready`).then((answer) => answer.ok).catch(() => false);
    if (ready) break;
    await sleep(5);
  }
  const started = performance.now() - began;
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
  };
  return { base, pid: child.pid, started, stop };
}

/** User and system time of a process and of all it started, in milliseconds. */
export async function cpu(pids) {
  const stats = new Map();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const text = await readFile(`/proc/${entry}/stat`, 'latin1').catch(() => '');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Fields 4 and 14 to 17 of proc(5); the children that ended are counted with who waited for them.
    if (fields.length > 14) stats.set(Number(entry), { parent: Number(fields[1]), ticks: fields.slice(11, 15).reduce((sum, part) => sum + Number(part), 0) });
  }
  let ticks = 0;
  const walk = (pid) => {
    ticks += stats.get(pid)?.ticks ?? 0;
    for (const [child, { parent }] of stats) if (parent === pid) walk(child);
  };
  pids.forEach(walk);
  return (ticks * 1000) / TICKS;
}

/** Resident memory of a process in MiB: now, and at most so far. */
export async function memory(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  const of = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}

/** Asks for these paths over and over. */
export async function load(base, paths, pids, headers = {}) {
  const shoot = (duration) =>
    autocannon({ url: base, connections: CONNECTIONS, duration, headers, requests: paths.map((path) => ({ method: 'GET', path })) });
  await shoot(2);
  const before = await cpu(pids);
  const found = await shoot(SECONDS);
  const spent = (await cpu(pids)) - before;
  if (found.non2xx > 0 || found.errors > 0) fail(`${paths[0]}: ${found.non2xx} refusals, ${found.errors} errors`);
  const total = found.requests.total;
  return { rps: Math.round(total / found.duration), p99: found.latency.p99, cpu: spent / total };
}

export const size = async (base, path) => (await (await fetch(base + path)).arrayBuffer()).byteLength;


/** A folder that is there for as long as `work` needs it. */
export async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'wijkkoers-bench-'));
  await work(folder);
  await rm(folder, { recursive: true, force: true });
}
