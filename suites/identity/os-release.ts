/**
 * Who the system says it is: os-release, the release file, the board and the CPE name.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { osRelease, parseAssignments } from '../support/os-release.js';

const appId = '{e96281a6-d1af-4bde-9a0a-97b76e56dc57}';

/** What Flatcar itself has said in all generations; other systems speak for themselves. */
const flatcarFields: Readonly<Record<string, string>> = {
  NAME: 'Flatcar Container Linux by Kinvolk',
  ID_LIKE: 'coreos',
  BUG_REPORT_URL: 'https://issues.flatcar.org',
};

/** Fields that every generation has. Source: flatcar/scripts, build_library/set_lsb_release. */
const requiredFields = [
  'NAME',
  'ID',
  'ID_LIKE',
  'VERSION',
  'VERSION_ID',
  'BUILD_ID',
  'SYSEXT_LEVEL',
  'PRETTY_NAME',
  'FLATCAR_BOARD',
  'CPE_NAME',
] as const;

export default defineSuite({
  id: 'identity/os-release',
  summary: 'The system names itself, its version and its board as its release does.',
  claims: ['C01', 'C02', 'C08', 'C09'],
  tags: ['identity', 'smoke'],
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    const { osName, osId, version, board } = machine.image;
    const fields = await osRelease(machine);
    await context.step('os-release is complete and names this release', async () => {
      for (const name of requiredFields) check.ok(fields.has(name), `${name} is set`, [...fields]);
      check.equal(fields.get('NAME'), osName, 'NAME');
      check.equal(fields.get('ID'), osId, 'ID');
      check.equal(fields.get('VERSION_ID'), version, 'VERSION_ID');
      check.equal(fields.get('VERSION')?.split(' ')[0], version, 'VERSION');
      check.equal(fields.get('SYSEXT_LEVEL'), '1.0', 'SYSEXT_LEVEL');
      check.includes(fields.get('PRETTY_NAME') ?? '', version, 'PRETTY_NAME');
      const fixed = osId === 'flatcar' ? Object.entries(flatcarFields) : [];
      for (const [name, value] of fixed) check.equal(fields.get(name), value, name);
    });
    await context.step('the board is that of the architecture', async () => {
      check.equal(fields.get('FLATCAR_BOARD'), board, 'FLATCAR_BOARD');
      const kernelArch = { 'amd64-usr': 'x86_64', 'arm64-usr': 'aarch64' }[board];
      check.equal(await machine.output(['uname', '-m']), kernelArch, `uname -m of ${board}`);
    });
    await context.step('the CPE name is that of the version', async () => {
      const product = osId === 'flatcar' ? 'flatcar-linux:flatcar_linux' : '[^:]+:[^:]+';
      const escaped = version.replaceAll('.', '\\.').replaceAll('+', '\\\\?\\+');
      const pattern = new RegExp(`^cpe:2\\.3:o:${product}:${escaped}:`);
      check.matches(fields.get('CPE_NAME') ?? '', pattern, 'CPE_NAME');
    });
    await context.step('the release file agrees', async () => {
      const release = parseAssignments(await machine.readFile('/usr/share/flatcar/release'));
      check.equal(release.get('FLATCAR_RELEASE_VERSION'), version, 'FLATCAR_RELEASE_VERSION');
      check.equal(release.get('FLATCAR_RELEASE_BOARD'), board, 'FLATCAR_RELEASE_BOARD');
      check.equal(release.get('FLATCAR_RELEASE_APPID'), appId, 'FLATCAR_RELEASE_APPID');
    });
  },
});
