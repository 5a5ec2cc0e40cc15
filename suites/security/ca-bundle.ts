/**
 * An authority that was put into place is trusted once the bundle has been made anew.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';
import { authority, serverAddress, serverTls } from '../support/test-authority.js';

const cargo = 'cargo over https\n';
const certificate = file('/etc/ssl/certs/harbour.pem', authority);

export default defineSuite({
  id: 'security/ca-bundle',
  summary: 'update-ca-certificates takes a certificate of /etc/ssl/certs into use.',
  claims: ['Z13'],
  tags: ['security', 'network', 'tls'],
  topology: singleMachine({
    services: [
      {
        kind: 'http',
        address: serverAddress,
        port: 443,
        files: { '/cargo': cargo },
        tls: serverTls,
      },
    ],
    provisioning: { kind: 'ignition', config: { storage: { files: [certificate] } } },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const curl = ['curl', '-sS', '--max-time', '30', `https://${serverAddress}/cargo`] as const;
    await step('the server is not trusted yet', async () => {
      const refused = await main.exec(curl);
      check.fails(refused, 'curl');
      check.matches(refused.stderr, /certificate/i, 'error of curl');
    });
    await step('it is, once the bundle is made anew', async () => {
      await main.output(['update-ca-certificates'], { sudo: true, timeoutMs: 120_000 });
      check.equal((await main.exec(curl)).stdout, cargo, 'what curl fetched');
    });
    await step('the authorities of the image are still there', async () => {
      const bundle = await main.readFile('/etc/ssl/certs/ca-certificates.crt');
      const count = bundle.match(/BEGIN CERTIFICATE/g)?.length ?? 0;
      check.ok(count > 50, 'the bundle has more than 50 certificates', count);
    });
  },
});
