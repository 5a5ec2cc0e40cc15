/**
 * Keys from everywhere: a file, a descriptor, a command that signs.
 */

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { openEnvelope, seal } from '../../../results/gate/envelope.js';
import { openSigner, parsePublicKey } from '../../../results/gate/signers.js';
import { person } from '../../support/gate-values.js';

const signing = `
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
const key = createPrivateKey(readFileSync(process.argv[2]));
process.stdout.write(sign(null, readFileSync(0), key));
`;

t.test('each signs what the public key verifies', async (t) => {
  const { pem, secretPem, keyId } = person('ada');
  const directory = t.testdir({
    'key.pem': secretPem,
    'pub.pem': pem,
    'sign.mjs': signing,
  });
  const path = join(directory, 'key.pem');
  const command = `command:node ${join(directory, 'sign.mjs')} ${path}#${join(directory, 'pub.pem')}`;
  await using handle = await open(path);
  for (const source of [path, `fd:${handle.fd}`, command]) {
    const signer = await openSigner(source);
    t.equal(signer.keyId, keyId, source);
    const trusted = [{ name: 'ada', key: parsePublicKey(pem, 'ada') }];
    const opened = openEnvelope(await seal('{"a":1}', [signer]), trusted, 'here');
    t.match(opened, { text: '{"a":1}', signedBy: [{ name: 'ada' }] });
  }
});

t.test('what does not sign is told', async (t) => {
  const directory = t.testdir({ 'pub.pem': person('ada').pem });
  const table = [
    ['false', /the command false did not sign: exit 1/],
    ['echo short', /the command echo did not sign: 6 bytes instead of 64/],
    ['no-such-program', /did not sign: .*ENOENT/],
  ] as const;
  for (const [program, message] of table) {
    const signer = await openSigner(`command:${program}#${join(directory, 'pub.pem')}`);
    await t.rejects(seal('x', [signer]), { code: 'SIGNER_FAILED', message }, program);
  }
});
