// The mails of the demo: one file each. Waiting for one is waiting for the folder to change, not for time to pass.
import { mkdirSync, readFileSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';

/** Longest that a mail may take; it normally comes within a second. */
const PATIENCE = 20_000;

/** A folder of mails. */
export class Mailbox {
  constructor(folder) {
    this.folder = folder;
  }

  /** All mails to an address, the oldest first. */
  to(address) {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.eml'))
      .sort()
      .map((name) => parse(readFileSync(join(this.folder, name), 'latin1')))
      .filter((mail) => mail.to === address);
  }

  /** The newest mail to an address that has these words in its subject or text; waits until it is there. */
  find(address, ...words) {
    const look = () => this.to(address).findLast((mail) => words.every((word) => `${mail.subject}\n${mail.text}`.includes(word)));
    mkdirSync(this.folder, { recursive: true });
    return new Promise((resolve, reject) => {
      const done = (finish) => {
        watcher.close();
        clearTimeout(late);
        finish();
      };
      const check = () => {
        const mail = look();
        if (mail) done(() => resolve(mail));
      };
      const late = setTimeout(() => {
        const got = this.to(address).map((mail) => `${mail.subject}: ${mail.text}`);
        done(() => reject(new Error(`no mail to ${address} with ${JSON.stringify(words)}; got:\n${got.join('\n---\n')}`)));
      }, PATIENCE);
      const watcher = watch(this.folder, check);
      check();
    });
  }
}

/** One mail, out of its file. */
export function parse(source) {
  const { headers, rest } = part(source.replaceAll('\r\n', '\n'));
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1];
  // Of a mail in two forms the first is the plain text.
  const plain = boundary ? part(rest.split(`--${boundary}\n`)[1].split(`\n--${boundary}`)[0]) : { headers, rest };
  const address = headers.get('to') ?? '';
  return {
    to: /<([^>]+)>/.exec(address)?.[1] ?? address,
    subject: headers.get('subject') ?? '',
    text: body(plain.rest, plain.headers.get('content-transfer-encoding') ?? ''),
    headers,
    /** Path of the first link of ours in the text. */
    get link() {
      const found = /https?:\/\/[^/\s]+(\/\S*)/.exec(this.text);
      if (!found) throw new Error(`no link in: ${this.text}`);
      return found[1];
    },
  };
}

function part(source) {
  const end = source.indexOf('\n\n');
  const headers = new Map();
  for (const line of source.slice(0, end).replace(/\n[ \t]+/g, ' ').split('\n')) {
    const at = line.indexOf(':');
    headers.set(line.slice(0, at).toLowerCase(), words(line.slice(at + 1).trim()));
  }
  return { headers, rest: source.slice(end + 2) };
}

function body(text, encoding) {
  if (/base64/i.test(encoding)) return Buffer.from(text, 'base64').toString();
  if (/quoted-printable/i.test(encoding)) return quoted(text.replaceAll('=\n', ''));
  return Buffer.from(text, 'latin1').toString();
}

const quoted = (text) =>
  Buffer.from(text.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString();

/** Encoded words of a header (RFC 2047). */
const words = (text) =>
  text.replace(/\?=\s+=\?/g, '?==?').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind, inner) =>
    kind.toLowerCase() === 'b' ? Buffer.from(inner, 'base64').toString() : quoted(inner.replaceAll('_', ' ')),
  );
