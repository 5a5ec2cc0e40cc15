/**
 * The servers on a machine's management network: what the suite asked for, what the harness needs
 * itself, and the files of the host that they serve.
 */

import { join, resolve } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import type { Image } from '../../harness/model/image.js';
import type { ServiceRequest } from '../../harness/model/services.js';
import type { Role, Topology } from '../../harness/model/topology.js';
import type { ServiceSpec, TftpSpec } from './machine-spec.js';
import { configService, isServed, servedPath } from './served-config.js';

/** `directory` holds the sockets. Throws EXTRA_MISSING (usage). */
export function servicesOf(
  { services, provisioning }: Role,
  image: Image,
  directory: string,
): ServiceSpec[] {
  const socket = (name: string | number) => join(directory, `service-${name}.sock`);
  const wanted = services.flatMap((request, index) => {
    if (request.kind === 'tftp') return [];
    return [{ request, socket: socket(index), ...extrasOf(request, image) }];
  });
  if (!isServed(provisioning)) return wanted;
  const hostFiles = { [servedPath]: servedFile(directory) };
  return [...wanted, { request: configService, socket: socket('config'), hostFiles }];
}

/** Throws EXTRA_MISSING (usage): a suite that serves an extra must need it. */
function extrasOf(request: ServiceRequest, image: Image) {
  if (request.kind !== 'http' || !request.extras) return {};
  const files = Object.entries(request.extras).map(([path, name]) => {
    return [path, extraOf(name, image)] as const;
  });
  return { hostFiles: Object.fromEntries(files) };
}

/** Its file on the host. Throws EXTRA_MISSING (usage). */
export function extraOf(name: string, { directory, descriptor }: Image): string {
  const extra = descriptor.extras.find((one) => one.name === name);
  if (!extra) throw new UsageError('EXTRA_MISSING', `the image comes without ${name}`);
  return resolve(directory, extra.file);
}

/** The files of the extras that segments serve, by name. Throws EXTRA_MISSING (usage). */
export function servedExtras({ segments = {} }: Topology, image: Image): Record<string, string> {
  const wanted = Object.values(segments).flatMap(({ artifacts = {} }) => Object.values(artifacts));
  const names = wanted.flatMap((one) => (typeof one === 'string' ? [] : [one.extra]));
  return Object.fromEntries(names.map((name) => [name, extraOf(name, image)]));
}

/** All TFTP services are one: QEMU's own. */
export function tftpOf({ services }: Role, directory: string): TftpSpec | undefined {
  const offered = services.filter((service) => service.kind === 'tftp');
  if (offered.length === 0) return undefined;
  const files = Object.assign({}, ...offered.map((service) => service.files));
  return { files, directory: join(directory, 'tftp') };
}

/** Where a config lies that is too large for fw_cfg. */
export function servedFile(directory: string): string {
  return join(directory, 'served.ign');
}
