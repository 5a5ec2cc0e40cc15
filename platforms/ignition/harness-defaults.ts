/**
 * What the harness itself asks of every machine: a way in, an identity that can be verified, and
 * quiet, since an update in the middle of a suite would reboot it.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import type { IgnitionFile, IgnitionFragment, IgnitionUnit } from '../../harness/model/ignition.js';
import { journalUnits } from './journal-units.js';

/** The keys of a run, and what its machines are to do beside what a suite asks of them. */
export interface HarnessDefaults {
  /** The run's client key, one `authorized_keys` line. */
  readonly authorizedKey: string;
  /** What sshd must prove to own: public line and OpenSSH PEM. */
  readonly hostKey: { readonly publicKey: string; readonly privateKey: string };
  /** Units that the suite's config speaks of: whether they are masked is for it alone to say. */
  readonly units: readonly string[];
  /** What the machine is to call itself; without one it keeps the image's way. */
  readonly hostname?: string;
  /** `image` streams its journal by itself; another is given units that do it in the real root. */
  readonly journal: 'image' | 'units';
}

/** The services that fetch an update and reboot for it (Flatcar docs, "Update and reboot strategies"). */
const updateServices = ['update-engine.service', 'locksmithd.service'];

const hostKeyPath = '/etc/ssh/ssh_host_ed25519_key';

/** The fragment to merge first, so that a suite's own can override it. */
export function harnessDefaults(defaults: HarnessDefaults): IgnitionFragment {
  const { authorizedKey, hostKey, hostname } = defaults;
  const files = [
    textFile(hostKeyPath, hostKey.privateKey, 0o600),
    textFile(`${hostKeyPath}.pub`, hostKey.publicKey, 0o644),
    ...(hostname === undefined ? [] : [textFile('/etc/hostname', hostname, 0o644)]),
  ];
  const units = unitsOf(defaults);
  return {
    passwd: { users: [{ name: 'core', sshAuthorizedKeys: [authorizedKey.trim()] }] },
    storage: { files },
    ...(units.length > 0 ? { systemd: { units } } : {}),
  };
}

function unitsOf({ units, journal }: HarnessDefaults): readonly IgnitionUnit[] {
  const quiet = updateServices.filter((name) => !units.includes(name));
  const masks = quiet.map((name): IgnitionUnit => ({ name, mask: true }));
  return [...masks, ...(journal === 'units' ? journalUnits : [])];
}

function textFile(path: string, text: string, mode: number): IgnitionFile {
  return { path, mode, overwrite: true, contents: { source: dataUrl(`${text.trimEnd()}\n`) } };
}
