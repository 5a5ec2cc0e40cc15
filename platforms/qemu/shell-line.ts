/**
 * A machine's commands as one line for a person's shell. Only ever shown: the harness itself runs
 * programs with exact arguments and without a shell.
 */

import { dirname } from 'node:path';
import { qemuArgv } from './argv.js';
import { prepareCommands } from './disks.js';
import type { MachineSpec } from './machine-spec.js';
import { shellQuote } from './shell-quote.js';
import { swtpmArgv } from './swtpm.js';

/**
 * The line that boots the same machine by hand, its console on the terminal. It makes the disks
 * anew in the directory that the harness has removed since; `configFile` replaces the config, which
 * was removed too.
 */
export function handLine(spec: MachineSpec, configFile: string): string {
  const { qmpSocket: _, journalSocket: __, lans: ____, ...rest } = spec;
  const config = spec.config && { config: { ...spec.config, path: configFile } };
  const networks = spec.networks.map(({ capture: _, services: ___, ...network }) => network);
  const byHand: MachineSpec = { ...rest, ...config, networks, console: { kind: 'terminal' } };
  const directories = new Set(spec.drives.map((drive) => dirname(drive.path)));
  const { tpm } = spec;
  const commands = [
    ['mkdir', '-p', ...directories, ...(tpm ? [dirname(tpm.socket), tpm.stateDirectory] : [])],
    ...(tpm ? [[...swtpmArgv(tpm), '--daemon']] : []),
    ...prepareCommands(byHand),
    qemuArgv(byHand),
  ];
  return commands.map((argv) => argv.map(shellQuote).join(' ')).join(' && ');
}
