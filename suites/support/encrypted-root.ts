/**
 * ROOT as a LUKS volume that the initrd opens by itself, with nobody at the keys.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';
import { commandLine } from './cmdline.js';
import { checkRunning } from './running.js';

type Luks = NonNullable<NonNullable<IgnitionFragment['storage']>['luks']>[number];

/** Where the volume lies. */
export const rootPartition = '/dev/disk/by-partlabel/ROOT';

/** Where Ignition leaves the key of a volume that it was given one for. */
export const rootKeyFile = '/etc/luks/rootencrypted';

/** The initrd opens it by this name, whatever the config says (flatcar/bootengine, decrypt-root). */
const volume = '/dev/mapper/rootencrypted';

/** A config that makes ROOT anew inside a volume with that key. */
export function encryptedRoot(key: Pick<Luks, 'clevis'> | Pick<Luks, 'keyFile'>): IgnitionFragment {
  const options = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
  const luks = { name: 'rootencrypted', device: rootPartition, wipeVolume: true, options };
  const root = { device: volume, format: 'ext4' as const, label: 'ROOT', wipeFilesystem: true };
  return { storage: { luks: [{ ...luks, ...key }], filesystems: [root] } };
}

/** The system runs on such a volume. */
export async function checkEncrypted(machine: Machine): Promise<void> {
  await checkRunning(machine);
  check.equal(await machine.output(['findmnt', '-no', 'SOURCE', '/']), volume, 'device of /');
  const type = ['blkid', '-p', '-o', 'value', '-s', 'TYPE', rootPartition] as const;
  check.equal(await machine.output(type, { sudo: true }), 'crypto_LUKS', 'type of ROOT');
}

/** One binding of that kind is the only way in, and no key is left for a thief of the disk. */
export async function checkBound(machine: Machine, token: RegExp): Promise<void> {
  const dump = ['cryptsetup', 'luksDump', '--dump-json-metadata', rootPartition] as const;
  const metadata = JSON.parse(await machine.output(dump, { sudo: true }));
  const { keyslots, tokens } = metadata as Record<string, Record<string, unknown>>;
  check.matches(JSON.stringify(tokens), token, 'tokens of the volume');
  check.equal(Object.keys(keyslots ?? {}).length, 1, 'key slots');
  const { text } = await commandLine(machine);
  check.ok(!/luks\.key|keyfile/.test(text), 'the command line has no key', text);
  const key = await machine.exec(['test', '-e', rootKeyFile], { sudo: true });
  check.fails(key, 'looking for a key file');
}

/** A reboot that nobody helps, with what was on the disk. */
export async function checkReopens(machine: Machine): Promise<void> {
  await machine.writeFile('/var/note', 'kept\n');
  await machine.reboot();
  await checkEncrypted(machine);
  check.equal(await machine.readFile('/var/note'), 'kept\n', '/var/note');
}
