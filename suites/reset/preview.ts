/**
 * flatcar-reset says what it would do, stages on request, and is for root.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'reset/preview',
  summary: 'Previews change nothing, staging does not reboot, and core may do neither.',
  claims: ['T07', 'T08', 'T09'],
  tags: ['reset'],
  applies: { needs: ['flatcar-reset'] },
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const reset = async (...options: string[]) =>
      await main.output(['flatcar-reset', ...options], { sudo: true });
    await step('previews list what goes and what stays', async () => {
      await main.writeFile('/var/kept', 'kept\n');
      await main.writeFile('/var/lost', 'lost\n');
      const goes = (await reset('--keep-paths', '/var/kept', '--preview-delete')).split('\n');
      check.includes(goes, '/var/lost', 'what would be deleted');
      check.excludes(goes, '/var/kept', 'what would be deleted');
      const stays = (await reset('--keep-paths', '/var/kept', '--preview-keep')).split('\n');
      check.includes(stays, '/var/kept', 'what would be kept');
      check.excludes(stays, '/var/lost', 'what would be kept');
    });
    await step('they change nothing', async () => {
      const staged = await main.exec(['test', '-e', '/selective-os-reset'], { sudo: true });
      check.fails(staged, 'test -e /selective-os-reset after previews');
      check.equal(await main.readFile('/var/lost'), 'lost\n', '/var/lost');
    });
    await step('core may not', async () => {
      check.fails(await main.exec(['flatcar-reset', '--stage-only']), 'flatcar-reset as core');
    });
    await step('what is no regular expression is refused', async () => {
      const argv = ['flatcar-reset', '--keep-paths', '/etc/foo(', '--stage-only'] as const;
      const result = await main.exec(argv, { sudo: true });
      check.fails(result, 'flatcar-reset with a bad expression');
      check.includes(result.stderr, '/etc/foo(', 'what flatcar-reset says');
      const staged = await main.exec(['test', '-e', '/selective-os-reset'], { sudo: true });
      check.fails(staged, 'test -e /selective-os-reset after the refusal');
    });
    await step('staging does not reboot', async () => {
      const boot = await main.bootId();
      check.includes(await reset('--stage-only'), 'Staged OS reset', 'output of flatcar-reset');
      check.succeeds(
        await main.exec(['test', '-e', '/boot/flatcar/first_boot'], { sudo: true }),
        'test -e /boot/flatcar/first_boot',
      );
      check.equal(await main.bootId(), boot, 'boot id');
    });
  },
});
