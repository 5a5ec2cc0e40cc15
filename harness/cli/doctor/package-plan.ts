/**
 * From missing packages and what apt knows to the steps that install them. Pure, so that it can be
 * tried for every release; nothing here looks at this machine.
 */

import { isAtLeast, requiredQemu } from '../../../platforms/qemu/qemu-version.js';
import { type AptSource, deriveBackports, offersSuite } from './apt-sources.js';
import type { InstallStep } from './install-step.js';

/** What the plan depends on. */
export interface PackageHost {
  /** os-release's fields. */
  readonly osRelease: ReadonlyMap<string, string>;
  /** Version that apt would install now, by package; absent when its lists are empty. */
  readonly candidates: ReadonlyMap<string, string>;
  readonly sources: readonly AptSource[];
}

/** What to do, or why nothing can be done; `packages` are the missing ones in both. */
export type PackagePlan =
  | {
      readonly kind: 'install';
      readonly packages: readonly string[];
      /** The suite that QEMU is taken from, where the release's own is too old. */
      readonly backports?: string;
      /** A source list that has to be written. */
      readonly source?: { readonly path: string; readonly text: string };
      readonly steps: readonly InstallStep[];
    }
  | {
      readonly kind: 'impossible';
      readonly packages: readonly string[];
      readonly reason: string;
    };

/** Where the entry for backports is written. */
export const backportsSourceFile = '/etc/apt/sources.list.d/switchyard-backports.sources';

/** What releases ship, for machines whose package lists are empty (packages.debian.org, .ubuntu.com). */
const shippedQemu: ReadonlyMap<string, string> = new Map([
  ['debian 11', '5.2'],
  ['debian 12', '7.2'],
  ['debian 13', '10.0'],
  ['ubuntu 20.04', '4.2'],
  ['ubuntu 22.04', '6.2'],
  ['ubuntu 24.04', '8.2'],
]);

/** Debian releases whose backports hold a QEMU that is new enough. */
const backportsWithQemu: ReadonlySet<string> = new Set(['debian 12']);

/** Plans the installation of the packages, none of which is known to be there. */
export function planPackages(missing: readonly string[], host: PackageHost): PackagePlan {
  const packages = [...new Set(missing)].sort();
  if (!isDebianLike(host.osRelease)) {
    const name = host.osRelease.get('PRETTY_NAME') ?? 'this system';
    return impossible(packages, `${name} is neither Debian nor Ubuntu; ${byHand(packages)}`);
  }
  const qemu = packages.filter((name) => name.startsWith('qemu-'));
  if (qemu.length === 0 || isNewEnough(qemuVersion(qemu, host))) {
    return { kind: 'install', packages, steps: [update(), install(packages)] };
  }
  return planBackports(packages, qemu, host);
}

function isDebianLike(osRelease: ReadonlyMap<string, string>): boolean {
  const ids = `${osRelease.get('ID') ?? ''} ${osRelease.get('ID_LIKE') ?? ''}`.split(' ');
  return ids.includes('debian') || ids.includes('ubuntu');
}

function releaseOf({ osRelease }: PackageHost): string {
  return `${osRelease.get('ID')} ${osRelease.get('VERSION_ID')}`;
}

/** All QEMU packages of a release come from one source and share its version. */
function qemuVersion(qemu: readonly string[], host: PackageHost): string | undefined {
  const known = qemu.map((name) => host.candidates.get(name)).find((found) => found !== undefined);
  return known ?? shippedQemu.get(releaseOf(host));
}

/** An unknown version is tried: the check after the installation tells. */
function isNewEnough(version: string | undefined): boolean {
  const upstream = /^(?:\d+:)?(\d+\.\d+)/.exec(version ?? '')?.[1];
  return upstream === undefined || isAtLeast(upstream, requiredQemu);
}

function planBackports(
  packages: readonly string[],
  qemu: readonly string[],
  host: PackageHost,
): PackagePlan {
  const codename = host.osRelease.get('VERSION_CODENAME');
  if (codename === undefined || !backportsWithQemu.has(releaseOf(host))) {
    return impossible(packages, noQemu(qemu, host));
  }
  const suite = `${codename}-backports`;
  const plan = { kind: 'install', packages, backports: suite } as const;
  const steps = installSteps(packages, qemu, suite);
  if (offersSuite(host.sources, suite)) return { ...plan, steps };
  const text = deriveBackports(host.sources, codename);
  if (text === undefined) {
    const reason = `apt has no source for ${codename} to take ${suite} from; add one first`;
    return impossible(packages, reason);
  }
  const source = { path: backportsSourceFile, text };
  return { ...plan, source, steps: [writeSource(source), ...steps] };
}

function impossible(packages: readonly string[], reason: string): PackagePlan {
  return { kind: 'impossible', packages, reason };
}

function byHand(packages: readonly string[]): string {
  return `install by hand what Debian calls ${packages.join(' ')}`;
}

function noQemu(qemu: readonly string[], host: PackageHost): string {
  const name = host.osRelease.get('PRETTY_NAME') ?? releaseOf(host);
  const offered = `${name} has QEMU ${qemuVersion(qemu, host)} and no source of ${requiredQemu}`;
  return `${offered}; use Debian 12, Ubuntu 24.04 or later, or ${byHand(qemu)}`;
}

/**
 * Only QEMU and what it depends on comes from backports. Its step is the last, so that packages
 * which it shares with the others are raised once.
 */
function installSteps(
  packages: readonly string[],
  qemu: readonly string[],
  suite: string,
): readonly InstallStep[] {
  const others = packages.filter((name) => !qemu.includes(name));
  const first = others.length === 0 ? [] : [install(others)];
  return [update(), ...first, install(qemu, suite)];
}

/** Another apt may be at work: wait for its lock, but not for ever. */
const aptGet = [
  'env',
  'DEBIAN_FRONTEND=noninteractive',
  'apt-get',
  '-o',
  'DPkg::Lock::Timeout=300',
];

function update(): InstallStep {
  return { title: 'read the package lists', argv: [...aptGet, 'update'] };
}

function install(packages: readonly string[], suite?: string): InstallStep {
  const from = suite === undefined ? [] : ['--target-release', suite];
  const source = suite === undefined ? '' : ` from ${suite}`;
  return {
    title: `install ${packages.join(' ')}${source}`,
    argv: [...aptGet, 'install', '--yes', '--no-install-recommends', ...from, ...packages],
  };
}

function writeSource({
  path,
  text,
}: {
  readonly path: string;
  readonly text: string;
}): InstallStep {
  return { title: `write ${path}`, argv: ['tee', path], stdin: text };
}
