/**
 * Every way that root could try.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { corruptionPatterns, mustNotSurviveCorruption } from '../support/corruption.js';
import { settled } from '../support/running.js';

/** A real module without the mark that ends a signed one (kernel documentation, "module signing"). */
const stripSignature = `from=$(modinfo -n dummy)
case $from in
  *.xz) xz -dc "$from" ;;
  *.zst) zstd -dqc "$from" ;;
  *.gz) gzip -dc "$from" ;;
  *) cat "$from" ;;
esac > /run/unsigned.ko
if tail -c 28 /run/unsigned.ko | grep -q '^~Module signature appended~$'; then
  truncate -s -28 /run/unsigned.ko
fi`;

export default defineSuite({
  id: 'verity/no-way-to-write',
  summary:
    'Root finds no way to change /usr: by mounts, devices, the raw partition, nor the kernel itself.',
  claims: ['F04', 'V02', 'V03'],
  tags: ['verity', 'security', 'talk'],
  applies: { needs: ['verity'] },
  topology: singleMachine(),
  expects: corruptionPatterns,
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const root = async (script: string) => await machine.sh(script, { sudo: true });
    await context.step('it can not be mounted anew to be written', async () => {
      check.fails(await root('mount -o remount,rw /usr'), 'mounting /usr anew');
      const touched = await root('touch /usr/x');
      check.fails(touched, 'writing to /usr');
      check.matches(touched.stderr, /Read-only file system/, 'why touch fails');
    });
    await context.step('a bind mount of it is as read-only as itself', async () => {
      const bound = await root(
        'mkdir -p /run/w && mount --bind /usr /run/w && mount -o remount,bind,rw /run/w; touch /run/w/x',
      );
      check.fails(bound, 'writing through a bind mount');
      await root('umount /run/w');
    });
    await context.step('the mapped device can not be made writable', async () => {
      await root('blockdev --setrw /dev/mapper/usr || :');
      const write = 'dd if=/dev/zero of=/dev/mapper/usr bs=4096 count=1 conv=notrunc,fsync';
      check.fails(await root(write), 'writing to /dev/mapper/usr');
    });
    await context.step('a loop device over it is no way around', async () => {
      const made = await root('losetup --find --show /dev/mapper/usr');
      const device = check.succeeds(made, 'making a loop device');
      await root(`blockdev --setrw ${device} || :`);
      const write = `dd if=/dev/zero of=${device} bs=4096 count=1 conv=notrunc,fsync`;
      check.fails(await root(write), 'writing through a loop device');
      await root(`losetup --detach ${device}`);
    });
    await context.step('/usr is as it was', async () => {
      const { stdout } = await machine.exec(['dmsetup', 'status', 'usr'], { sudo: true });
      check.matches(stdout, / verity V/, 'dmsetup status usr');
      await machine.output(['cat', '/usr/lib/os-release']);
    });
    await context.step(
      'under lockdown no module that nobody signed comes into the kernel',
      async () => {
        await root(
          'grep -q "\\[integrity\\]" /sys/kernel/security/lockdown || echo integrity > /sys/kernel/security/lockdown',
        );
        const refused = await root(`${stripSignature}; insmod /run/unsigned.ko`);
        check.fails(refused, 'loading a module without a signature');
        check.matches(refused.stderr, /not permitted|Key was rejected/, 'why insmod fails');
        const reason = 'journalctl -kb -o cat | grep -c "Lockdown.*unsigned module loading"';
        check.succeeds(await root(reason), 'the reason in the kernel log');
      },
    );
    await context.step('what is written to the partition below is never read', async () => {
      await mustNotSurviveCorruption(machine);
    });
  },
});
