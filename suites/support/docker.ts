/**
 * Containers from the archive that comes with the image, since suites have no registry.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { SuiteContext } from '../../harness/model/suite.js';

/** The tag of the archive's image. */
export const nginxImage = 'switchyard/nginx:latest';

/** Copies the archive to the machine and loads it into docker, which may take its time. */
export async function loadNginx(context: SuiteContext, machine: Machine): Promise<void> {
  await machine.upload(context.extra('nginx').path, '/var/tmp/nginx.tar');
  await docker(machine, 'load', '-i', '/var/tmp/nginx.tar');
}

/** Runs docker as core; returns its trimmed output. Throws COMMAND_FAILED. */
export async function docker(machine: Machine, ...args: readonly string[]): Promise<string> {
  return await machine.output(['docker', ...args], { timeoutMs: 120_000 });
}
