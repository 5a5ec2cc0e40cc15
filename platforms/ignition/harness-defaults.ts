/**
 * What the harness itself asks of every machine: a way in, an identity that can be verified, and
 * quiet, since an update in the middle of a suite would reboot it.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import type { IgnitionFile, IgnitionFragment, IgnitionUnit } from '../../harness/model/ignition.js';

/** The keys of a run, and whether its machines may look for updates. */
export interface HarnessDefaults {
  /** The run's client key, one `authorized_keys` line. */
  readonly authorizedKey: string;
  /** What sshd must prove to own: public line and OpenSSH PEM. */
  readonly hostKey: { readonly publicKey: string; readonly privateKey: string };
  readonly updates: 'on' | 'off';
}

/** The services that fetch an update and reboot for it (Flatcar docs, "Update and reboot strategies"). */
const updateServices = ['update-engine.service', 'locksmithd.service'];

const hostKeyPath = '/etc/ssh/ssh_host_ed25519_key';

/** The fragment to merge first, so that a suite's own can override it. */
export function harnessDefaults(defaults: HarnessDefaults): IgnitionFragment {
  const { authorizedKey, hostKey, updates } = defaults;
  const files = [
    textFile(hostKeyPath, hostKey.privateKey, 0o600),
    textFile(`${hostKeyPath}.pub`, hostKey.publicKey, 0o644),
  ];
  const units: IgnitionUnit[] = updateServices.map((name) => ({ name, mask: true }));
  return {
    passwd: { users: [{ name: 'core', sshAuthorizedKeys: [authorizedKey.trim()] }] },
    storage: { files },
    ...(updates === 'off' ? { systemd: { units } } : {}),
  };
}

function textFile(path: string, text: string, mode: number): IgnitionFile {
  return { path, mode, overwrite: true, contents: { source: dataUrl(`${text.trimEnd()}\n`) } };
}
