// A server of its own for one test file: a free port on this machine, a new demo city, stopped by its own process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Mailbox } from './mail.mjs';

const binary = process.env.WIJKKOERS_BIN ?? new URL('../../../target/debug/wijkkoers', import.meta.url).pathname;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Starts a server with the demo city; it is there when this returns. */
export async function startServer() {
  const data = await mkdtemp(join(tmpdir(), 'wijkkoers-browser-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(binary, ['serve', '--demo', '--data', data, '--listen', listen], { stdio: ['ignore', 'pipe', 'pipe'] });
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
    async stop() {
      child.kill('SIGTERM');
      await gone;
      await rm(data, { recursive: true, force: true });
    },
  };
}
