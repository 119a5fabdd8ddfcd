// What a test file plays on: a server of its own and a browser, there before its tests and gone after them.
import { after, before } from 'node:test';
import { openBrowser } from './browser.mjs';
import { startServer } from './server.mjs';

/** Sets it up around the tests of the file, or of the `describe`, that calls this. */
export function stage() {
  const set = {};
  before(async () => {
    set.server = await startServer();
    set.browser = await openBrowser();
  });
  after(async () => {
    await set.browser?.close();
    await set.server?.stop();
  });
  return set;
}
