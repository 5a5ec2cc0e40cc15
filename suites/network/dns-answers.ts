/**
 * Names are resolved by the server that a link names.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { labLink, labNeeds, labServer, openLab, serveNames } from '../support/lab.js';
import { settled } from '../support/running.js';

const link = labLink(`[Network]
Address=192.0.2.9/24
DNS=${labServer}
Domains=~example
`);

export default defineSuite({
  id: 'network/dns-answers',
  summary: 'resolved asks the server of the link, also through NSS and its stub.',
  claims: ['N05'],
  tags: ['network', 'dns'],
  applies: { needs: labNeeds },
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { storage: { files: [link] } } },
  }),
  start: 'first-boot',
  async run(context) {
    const main = context.machine();
    await settled(main);
    await context.step('a server that knows one name', async () => {
      await openLab(context, main);
      await serveNames(main, ['--address=/harbour.example/192.0.2.77']);
      await main.output(['/usr/lib/systemd/systemd-networkd-wait-online', '-i', 'lab0']);
    });
    await context.step('resolved has the answer of the server', async () => {
      const answer = await main.output(['resolvectl', 'query', '--legend=no', 'harbour.example']);
      check.matches(answer, /harbour\.example: 192\.0\.2\.77\b.*lab0/, 'answer of resolved');
    });
    await context.step('programs have it too', async () => {
      const hosts = await main.output(['getent', 'ahostsv4', 'harbour.example']);
      check.matches(hosts, /^192\.0\.2\.77\s/, 'answer of getent');
    });
    await context.step(
      'the stub listens, and a name that is not there has no address',
      async () => {
        const listeners = await main.output(['ss', '-lun', 'src', '127.0.0.53']);
        check.includes(listeners, '127.0.0.53%lo:53', 'listeners');
        check.fails(
          await main.exec(['resolvectl', 'query', 'nobody.example']),
          'asking for nobody',
        );
      },
    );
  },
});
