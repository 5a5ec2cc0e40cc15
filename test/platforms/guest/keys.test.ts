/**
 * Key pairs that every reader accepts, each time.
 */

import ssh2 from 'ssh2';
import t from 'tap';
import { makeHarnessKeys, withOwnHostKey } from '../../../platforms/guest/keys.js';

t.test('of many pairs all can be read, and belong together', async (t) => {
  // One of two hundred that ssh2 makes can't: in 1,000 pairs some would be met almost surely.
  for (let n = 0; n < 500; n++) {
    for (const pair of Object.values(makeHarnessKeys())) {
      const own = ssh2.utils.parseKey(pair.privateKey);
      const shown = ssh2.utils.parseKey(pair.publicKey);
      if (own instanceof Error || shown instanceof Error) return t.fail('a pair can not be read');
      if (!own.getPublicSSH().equals(shown.getPublicSSH())) return t.fail('not one pair');
    }
  }
  t.pass('all of them');
});

t.test('a machine with an identity of its own is opened by the same key', (t) => {
  const run = makeHarnessKeys();
  const own = withOwnHostKey(run);
  t.equal(own.client, run.client);
  t.not(own.host.publicKey, run.host.publicKey);
  t.end();
});
