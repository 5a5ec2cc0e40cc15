/**
 * The web page of the talk: a file written by Ignition, served on port 8000.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { pageScript, pageUnits } from '../support/http-answer.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

const page = '<h1>Hello from a provisioned machine</h1>';

export default defineSuite({
  id: 'network/page-from-file',
  summary: 'A page written by the config is served to the outside by a unit of the config.',
  claims: ['I06'],
  tags: ['network', 'talk', 'first-boot'],
  topology: singleMachine({
    forwards: [8000],
    provisioning: {
      kind: 'ignition',
      config: {
        storage: {
          files: [file('/srv/www/index.html', `${page}\n`), pageScript('/srv/www/index.html')],
        },
        systemd: { units: pageUnits(8000) },
      },
    },
  }),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the file has the contents, mode and owner of the config', async () => {
      const seen = await main.output(['stat', '-c', '%a %u:%g', '/srv/www/index.html']);
      check.equal(seen, '644 0:0', 'mode and owner of the page');
      check.equal(
        (await main.readFile('/srv/www/index.html')).trim(),
        page,
        'contents of the page',
      );
    });
    await step('the page is served to the outside', async () => {
      const { status, body } = await main.get({ port: 8000 });
      check.equal(status, 200, 'HTTP status');
      check.equal(body.trim(), page, 'page as served');
    });
  },
});
