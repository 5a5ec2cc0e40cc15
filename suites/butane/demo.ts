/**
 * A Butane config of the kind that the documentation starts with, on a machine.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const page = '<h1>Größe & "Ruhe"</h1>\n';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/inline
      mode: 0640
      contents: {inline: "inline 100 %\\n"}
    - path: /srv/www/index.html
      contents: {local: www/index.html}
  trees:
    - {local: tree, path: /opt/tree}
`;

const files = {
  'www/index.html': page,
  'tree/etc/app.conf': 'key=value\n',
  'tree/deep/er/note': 'deep\n',
  'tree/bin/greet': { contents: '#!/bin/sh\necho hello\n', executable: true },
};

async function modes(main: Machine, ...paths: readonly string[]): Promise<readonly string[]> {
  const places = paths.map((path) => `/opt/tree/${path}`);
  return (await main.output(['stat', '-c', '%a %U:%G', ...places])).split('\n');
}

export default defineSuite({
  id: 'butane/demo',
  summary:
    'Inline and local contents and trees of a Butane config are on the machine, byte for byte.',
  claims: ['U03', 'U04'],
  tags: ['butane', 'ignition', 'storage'],
  topology: singleMachine({ provisioning: { kind: 'butane', config, files } }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await step('inline and local contents are equal', async () => {
      const inline = await main.output(['cat', '/etc/inline'], { sudo: true });
      check.equal(inline, 'inline 100 %', '/etc/inline');
      check.equal(await main.readFile('/srv/www/index.html'), page, '/srv/www/index.html');
    });
    await step('the tree is there with its modes', async () => {
      check.equal(await main.readFile('/opt/tree/etc/app.conf'), 'key=value\n', 'app.conf');
      check.equal(await main.readFile('/opt/tree/deep/er/note'), 'deep\n', 'note');
      const files = await modes(main, 'etc/app.conf', 'deep/er/note');
      check.equal(files, ['644 root:root', '644 root:root'], 'modes of plain files');
      const others = await modes(main, 'bin/greet', 'bin');
      check.equal(others, ['755 root:root', '755 root:root'], 'modes of program and directory');
      check.equal(await main.output(['/opt/tree/bin/greet']), 'hello', 'what the program says');
    });
  },
});
