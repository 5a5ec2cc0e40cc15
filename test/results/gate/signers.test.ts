/**
 * Keys from everywhere: a file, a descriptor, a command that signs.
 */

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { openEnvelope, parseEnvelope, seal } from '../../../results/gate/envelope.js';
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
    ['head -c 64 /dev/zero', /the command head did not sign: .* no signature by the key in .*pub/],
  ] as const;
  for (const [program, message] of table) {
    const signer = await openSigner(`command:${program}#${join(directory, 'pub.pem')}`);
    await t.rejects(seal('x', [signer]), { code: 'SIGNER_FAILED', message }, program);
  }
});

t.test('a device that holds another key signs nothing for this one', async (t) => {
  const [ada, ben] = [person('ada'), person('ben')];
  const files = { 'key.pem': ben.secretPem, 'pub.pem': ada.pem, 'sign.mjs': signing };
  const directory = t.testdir(files);
  const path = (name: keyof typeof files) => join(directory, name);
  const command = `command:node ${path('sign.mjs')} ${path('key.pem')}#${path('pub.pem')}`;
  const failed = { code: 'SIGNER_FAILED', message: /no signature by the key in / };
  await t.rejects(seal('x', [await openSigner(command)]), failed);
});

t.test(
  'envelopes of other tools: the other alphabet of base64, and no name of the key',
  async (t) => {
    const ada = person('ada');
    const trusted = [person('ben'), ada].map(({ pem }, n) => {
      return { name: ['ben', 'ada'][n] ?? '', key: parsePublicKey(pem, 'theirs') };
    });
    const signer = await openSigner(join(t.testdir({ 'key.pem': ada.secretPem }), 'key.pem'));
    const text = '{"a":">>>???"}';
    const { payloadType, payload, signatures } = await seal(text, [signer]);
    const [sig = ''] = signatures.map((one) => one.sig);
    const urlSafe = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_');
    t.not(urlSafe(payload), payload);
    const open = (signature: object) => {
      const envelope = { payloadType, payload: urlSafe(payload), signatures: [signature] };
      return openEnvelope(parseEnvelope(JSON.stringify(envelope), 'here'), trusted, 'here');
    };
    t.match(open({ sig: urlSafe(sig) }), { text, signedBy: [{ name: 'ada' }] });
    t.match(open({ keyid: '', sig }), { text, signedBy: [{ name: 'ada' }] });
    t.throws(() => open({ sig: Buffer.alloc(64).toString('base64') }), {
      code: 'BAD_ENVELOPE',
      message: /signed by a key without a name, whom the policy does not name/,
    });
    t.throws(() => open({ sig: `${urlSafe(sig).slice(0, -4)}+_==` }), { code: 'BAD_ENVELOPE' });
  },
);
