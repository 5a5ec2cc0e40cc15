/**
 * Extensions of /usr that a suite makes on the machine, and what is merged at the moment.
 */

import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';

/** What an extension is made of. */
export interface ExtensionParts {
  /** Contents by path below /usr; what lies in `bin` can be run. */
  readonly files: Readonly<Record<string, string>>;
  /** Fields of extension-release beside `ID=_any`, or in place of it. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Whether systemd reads its units anew when it is merged. */
  readonly reload?: boolean;
  /** Where it is made. Default: where it is found by its name. */
  readonly directory?: string;
}

/** Makes an extension in the form of a directory; a refresh merges it. */
export async function makeExtension(
  machine: Machine,
  name: string,
  { files, fields = {}, reload, directory = `/var/lib/extensions/${name}` }: ExtensionParts,
): Promise<void> {
  const all = { ID: '_any', ...fields, ...(reload && { EXTENSION_RELOAD_MANAGER: '1' }) };
  const release = Object.entries(all).map(([key, value]) => `${key}=${value}\n`);
  await machine.output(['rm', '-rf', directory], { sudo: true });
  const entries = {
    [`lib/extension-release.d/extension-release.${name}`]: release.join(''),
    ...files,
  };
  for (const [path, contents] of Object.entries(entries)) {
    const mode = path.startsWith('bin/') ? '0755' : '0644';
    await machine.writeFile(`${directory}/usr/${path}`, contents, { mode });
  }
}

interface Hierarchy {
  readonly hierarchy: string;
  readonly extensions: readonly string[] | string;
}

/** The names of what is merged into /usr, sorted. */
export async function mergedExtensions(machine: Machine): Promise<readonly string[]> {
  const text = await machine.output(['systemd-sysext', 'status', '--json=short']);
  const usr = (JSON.parse(text) as Hierarchy[]).find(({ hierarchy }) => hierarchy === '/usr');
  check.ok(usr !== undefined, 'systemd-sysext knows of /usr', text);
  return [usr?.extensions ?? []]
    .flat()
    .filter((name) => name !== 'none')
    .sort();
}
