/**
 * The runtimes are those of the release, and store layers as that generation of docker does.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { docker } from '../support/docker.js';
import { settled } from '../support/running.js';

/** Without epoch, revision, and what a distribution appends. */
function upstream(version: string): string {
  return version.replace(/^\d+:/, '').replace(/[-+~].*$/, '');
}

export default defineSuite({
  id: 'containers/versions',
  summary:
    'docker and containerd have the versions of the release and docker’s own storage driver.',
  claims: ['R04', 'R06', 'R21'],
  tags: ['containers', 'identity'],
  applies: { needs: ['docker', 'containerd'] },
  topology: singleMachine(),
  async run({ machine, image, step, attach, skip }) {
    const main = machine();
    await settled(main);
    const released = (names: readonly string[]) => {
      const found = image.descriptor.packages.find(({ name }) => names.includes(name));
      if (found) return upstream(found.version);
      return skip(`the descriptor of the image does not tell the version of ${names[0]}`);
    };
    const server = upstream(await docker(main, 'version', '-f', '{{.Server.Version}}'));
    await step('client and server of docker are one version', async () => {
      const client = upstream(await docker(main, 'version', '-f', '{{.Client.Version}}'));
      check.equal(client, server, 'version of the client');
    });
    await step('layers are stored by the driver of that docker', async () => {
      const driver = await docker(main, 'info', '-f', '{{.Driver}}');
      const expected = Number(server.split('.')[0]) < 29 ? 'overlay2' : 'overlayfs';
      check.equal(driver, expected, `storage driver of docker ${server}`);
    });
    await step('what comes with it is on record', async () => {
      const plugins = await docker(
        main,
        'info',
        '-f',
        '{{range .ClientInfo.Plugins}}{{.Name}} {{.Version}}\n{{end}}',
      );
      await attach('docker-plugins.txt', `${plugins}\n`);
    });
    await step('they are those of the release', async () => {
      check.equal(server, released(['docker.io', 'docker']), 'version of docker');
      const text = await main.output(['containerd', '--version']);
      const [, seen = ''] = check.matches(text, / v?(\d+\.\d+\.\d+)/, 'containerd --version');
      check.equal(seen, released(['containerd']), 'version of containerd');
    });
  },
});
