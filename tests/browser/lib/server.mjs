// A server of its own for one test file: a free port on this machine, a new demo city, stopped by its own process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Mailbox } from './mail.mjs';

/** The program. */
export const binary = process.env.WIJKKOERS_BIN ?? new URL('../../../target/debug/wijkkoers', import.meta.url).pathname;

/** A port of this machine that nobody has. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Starts a server with the demo city; it is there when this returns. One that `turns` has a clock that a test turns. */
export async function startServer({ settings = {}, turns = false } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'wijkkoers-browser-'));
  const clock = join(data, 'clock');
  const program = turns ? `${binary}-under-test` : binary;
  const listen = `127.0.0.1:${await freePort()}`;
  // Settings of whoever runs the tests stay outside; a test asks for more pages in a minute than people do.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('WIJKKOERS_'));
  const env = { ...Object.fromEntries(inherited), WIJKKOERS_READING_PER_MINUTE: '100000', WIJKKOERS_CHANGING_PER_MINUTE: '10000', WIJKKOERS_DISK_FREE_PERCENT: '0', CLOCK_UNDER_TEST: clock, ...settings };
  const child = spawn(program, ['serve', '--demo', '--data', data, '--listen', listen], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const log = [];
  const gone = once(child, 'exit');
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server stopped with ${code}:\n${log.join('\n')}`)));
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      log.push(line);
      if (line.includes(listen)) resolve();
    });
  });
  return {
    base: `http://${listen}`,
    log,
    mail: new Mailbox(join(data, 'mail')),
    /** Turns the clock to this moment; jobs see it at their next tick. */
    async turnTo(moment) {
      await writeFile(`${clock}.new`, String(moment - Date.now()));
      await rename(`${clock}.new`, clock);
    },
    /** Gone at once, as when the network is. */
    async kill() {
      child.kill('SIGKILL');
      await gone;
      await rm(data, { recursive: true, force: true });
    },
    async stop() {
      child.kill('SIGTERM');
      await gone;
      await rm(data, { recursive: true, force: true });
    },
  };
}
