/**
 * Docker and containerd are extensions of /usr that fit the system they extend.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { osRelease, parseAssignments } from '../support/os-release.js';
import { settled } from '../support/running.js';

interface Hierarchy {
  readonly hierarchy: string;
  readonly extensions: readonly string[] | string;
}

const builtins = ['containerd-flatcar', 'docker-flatcar'];

export default defineSuite({
  id: 'sysext/builtin-merged',
  summary: 'docker and containerd are merged into /usr as extensions that match the release.',
  claims: ['X01', 'X02'],
  tags: ['sysext'],
  applies: { needs: ['sysext', 'docker', 'containerd'] },
  topology: singleMachine(),
  async run({ machine, step, attach }) {
    const main = machine();
    await settled(main);
    await step('both are merged into /usr', async () => {
      const json = await main.output(['systemd-sysext', 'status', '--json=short']);
      await attach('sysext-status.json', json);
      const usr = (JSON.parse(json) as Hierarchy[]).find(({ hierarchy }) => hierarchy === '/usr');
      const merged = [usr?.extensions ?? []].flat();
      for (const name of builtins) check.includes(merged, name, 'extensions of /usr');
    });
    await step('each matches the release', async () => {
      const os = await osRelease(main);
      for (const name of builtins) {
        const path = `/usr/lib/extension-release.d/extension-release.${name}`;
        const release = parseAssignments(await main.readFile(path));
        const same = (key: string) => release.has(key) && release.get(key) === os.get(key);
        check.equal(release.get('ID'), os.get('ID'), `ID of ${name}`);
        const fits = same('VERSION_ID') || same('SYSEXT_LEVEL');
        check.ok(fits, `version or level of ${name} fits the release`, [...release]);
      }
    });
  },
});
