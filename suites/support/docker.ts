/**
 * Containers from what comes with the image, since suites have no registry, and an OS may lack tools.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { SuiteContext } from '../../harness/model/suite.js';
import { check } from './check.js';

type Extras = Pick<SuiteContext, 'extra'>;

/** The tag of the archive's image. */
export const nginxImage = 'switchyard/nginx:latest';

/** Copies the archive to the machine and loads it into docker, which may take its time. */
export async function loadNginx({ extra }: Extras, machine: Machine): Promise<void> {
  await machine.upload(extra('nginx').path, '/var/tmp/nginx.tar');
  await docker(machine, 'load', '-i', '/var/tmp/nginx.tar');
}

/** Runs docker as core; returns its trimmed output. Throws COMMAND_FAILED. */
export async function docker(machine: Machine, ...args: readonly string[]): Promise<string> {
  return await machine.output(['docker', ...args], { timeoutMs: 120_000 });
}

/** The tag of an image that has a shell's usual programs and nothing else: busybox. */
export const boxImage = 'box';

/** What {@link buildBox} needs of an image. */
export const boxNeeds = ['docker', 'extra:busybox'];

/** Places the static busybox that comes with the image, for a shell or a server of the suite's own. */
export async function placeBusybox(
  { extra }: Extras,
  machine: Machine,
  path = '/var/tmp/busybox',
): Promise<void> {
  await machine.upload(extra('busybox').path, path, { mode: '0755' });
}

/** Builds {@link boxImage} on the machine, from scratch. */
export async function buildBox(extras: Extras, machine: Machine): Promise<void> {
  await placeBusybox(extras, machine, '/var/tmp/box/bin/busybox');
  const dockerfile = 'FROM scratch\nCOPY bin /bin\nENV PATH=/bin\n';
  const script = `for name in sh cat echo id ip nc sleep wget touch ping stat head tail grep ls chown \
  httpd mkdir; do ln -sf busybox /var/tmp/box/bin/$name; done`;
  check.succeeds(await machine.sh(script, { sudo: true }), 'preparing the build');
  await machine.writeFile('/var/tmp/box/Dockerfile', dockerfile);
  const argv = ['env', 'DOCKER_BUILDKIT=0', 'docker', 'build', '-q', '-t', boxImage] as const;
  await machine.output([...argv, '/var/tmp/box'], { timeoutMs: 180_000 });
}
