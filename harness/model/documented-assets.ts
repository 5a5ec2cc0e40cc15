/**
 * What belongs to a release: the files that Flatcar's build writes and its guides send users to, as far as
 * their names and their first release are known, with the sizes between which each is plausible. Who looks
 * at a release writes their names, and the gate asks for them. A table, and nothing else.
 */

import type { Arch } from './image.js';

/** One file of a release. */
export interface DocumentedAsset {
  /** As users know it; the first of these that is there counts. */
  readonly names: readonly string[];
  /** Default: both. */
  readonly arches?: readonly Arch[];
  /** The first major version that has it. */
  readonly since?: number;
  /** Limits of the size, which catch an empty or a torn file: real ones lie well within. */
  readonly leastBytes: number;
  readonly mostBytes: number;
  /**
   * `openpgp`: on the release server with `.sig`, `.DIGESTS`, and both `.sig` and `.asc` over that
   * (flatcar/scripts, `ci-automation/ci_automation_common.sh`). `payload`: signed inside, on the update
   * server.
   */
  readonly signed: 'openpgp' | 'payload';
  /** Where it is documented. */
  readonly source: string;
}

const [kib, mib, gib] = [2 ** 10, 2 ** 20, 2 ** 30];

interface Sizes {
  readonly least: number;
  readonly most: number;
}

const disk: Sizes = { least: 100 * mib, most: 4 * gib };
const kernel: Sizes = { least: 5 * mib, most: 256 * mib };
const firmware: Sizes = { least: 4 * kib, most: 128 * mib };
const text: Sizes = { least: 64, most: 256 * mib };
const loader: Sizes = { least: 64 * kib, most: 32 * mib };
const extension: Sizes = { least: 64 * kib, most: 2 * gib };

type Options = Partial<Pick<DocumentedAsset, 'arches' | 'since'>>;

function released(
  names: readonly string[],
  { least, most }: Sizes,
  source: string,
  options: Options = {},
): DocumentedAsset {
  return { names, leastBytes: least, mostBytes: most, signed: 'openpgp', source, ...options };
}

/** Images have been published as they are, and packed in either way. */
function packed(name: string): readonly string[] {
  return ['', '.bz2', '.gz', '.xz', '.zst'].map((extension) => `${name}${extension}`);
}

function update(name: string, source: string, options: Options = {}): DocumentedAsset {
  const { least: leastBytes, most: mostBytes } = extension;
  return { names: [`${name}.gz`], leastBytes, mostBytes, signed: 'payload', source, ...options };
}

const amd64: Options = { arches: ['amd64'] };
const production = 'flatcar_production';
const build = 'flatcar/scripts build_library/vm_image_util.sh';
const automation = 'flatcar/scripts ci-automation';
const postinst = 'flatcar/update_engine flatcar-postinst';

const guides = 'flatcar/flatcar-website content/docs/latest/installing/cloud';

const oems = [
  ...['ami', 'azure', 'openstack', 'packet', 'qemu'].map((name) => ({ name, options: {} })),
  // flatcar/scripts, AMD64_ONLY_OEMIDS in the ebuild of coreos-base/common-oem-files.
  ...['digitalocean', 'gce', 'vmware'].map((name) => ({ name, options: amd64 })),
  // flatcar/Flatcar#1480: new with stable 3975.
  ...['hetzner', 'kubevirt', 'scaleway'].map((name) => ({ name, options: { since: 3975 } })),
  // flatcar/Flatcar#1769: merged on 2025-06-30, beside akamai; majors count days from 2013-07-01 on.
  ...['akamai', 'stackit'].map((name) => ({ name, options: { since: 4426 } })),
];
const nvidiaSysexts = ['535', '550', '570'].flatMap((branch) => {
  return ['', '-open'].map((kind) => `nvidia-drivers-${branch}${kind}`);
});
const extraSysexts: readonly (Options & { readonly name: string })[] = [
  { name: 'podman', since: 3941 },
  { name: 'python', since: 4012 },
  { name: 'zfs', since: 3913 },
  { name: 'incus', since: 4285 },
  { name: 'overlaybd', since: 4426 },
  ...nvidiaSysexts.map((name) => ({ name, since: 4344, ...amd64 })),
];

/** All of it. */
export const documentedAssets: readonly DocumentedAsset[] = [
  released(['version.txt'], text, 'flatcar/init bin/flatcar-install'),
  released(packed(`${production}_image.bin`), disk, 'flatcar/init bin/flatcar-install'),
  released([`${production}_image.vmlinuz`], kernel, automation),
  released(packed(`${production}_qemu_image.img`), disk, build, amd64),
  released([`${production}_qemu.sh`], text, build, amd64),
  released(packed(`${production}_qemu_uefi_image.img`), disk, build),
  released([`${production}_qemu_uefi.sh`], text, build),
  ...['code', 'vars'].map((part) => {
    const names = ['qcow2', 'fd'].map((ending) => `${production}_qemu_uefi_efi_${part}.${ending}`);
    return released(names, firmware, build);
  }),
  // The build links it to the image of qemu_uefi; on a server it is a file like all others.
  released(packed(`${production}_qemu_uefi_secure_image.img`), disk, build, amd64),
  released([`${production}_qemu_uefi_secure.sh`], text, build, amd64),
  ...['code', 'vars'].map((part) => {
    const name = `${production}_qemu_uefi_secure_efi_${part}`;
    return released(
      ['qcow2', 'fd'].map((ending) => `${name}.${ending}`),
      firmware,
      build,
      amd64,
    );
  }),
  released([`${production}_pxe.vmlinuz`], kernel, build),
  released([`${production}_pxe_image.cpio.gz`], disk, build),
  released([`${production}_pxe_grub.efi`], loader, automation),
  released([`${production}_iso_image.iso`], disk, build, amd64),
  released([`${production}_vmware_ova.ova`], disk, build, amd64),
  released(packed(`${production}_openstack_image.img`), disk, build),
  released(packed(`${production}_azure_image.vhd`), disk, build),
  released([`${production}_gce.tar.gz`], disk, build, amd64),
  released(packed(`${production}_ami_vmdk_image.vmdk`), disk, `${guides}/aws-ec2.md`),
  released(
    packed(`${production}_digitalocean_image.bin`),
    disk,
    `${guides}/digitalocean.md`,
    amd64,
  ),
  released(packed(`${production}_hetzner_image.bin`), disk, `${guides}/hetzner.md`, {
    since: 3941,
  }),
  // The guide names no version; flatcar/mantle#567 fetched it from beta before that had 4186.
  released(packed(`${production}_akamai_image.bin`), disk, `${guides}/akamai.md`, {
    since: 4186,
    ...amd64,
  }),
  released(packed(`${production}_stackit_image.img`), disk, `${guides}/stackit.md`, {
    since: 4426,
  }),
  released(packed('flatcar_developer_container.bin'), disk, automation),
  released([`${production}_image_packages.txt`], text, automation),
  released([`${production}_image_contents.txt`], text, automation),
  released([`${production}_image_sbom.json`], text, automation),
  update(`${production}_update`, 'flatcar/scripts core_sign_update'),
  ...oems.map(({ name, options }) => update(`oem-${name}`, postinst, { since: 3760, ...options })),
  ...extraSysexts.map(({ name, ...options }) =>
    update(`flatcar-${name}`, 'flatcar/scripts build_library/extra_sysexts.sh', options),
  ),
];

/** Those that a release of this version has for this architecture. */
export function assetsOf(
  table: readonly DocumentedAsset[],
  { version, arch }: { readonly version: string; readonly arch: string },
): readonly DocumentedAsset[] {
  const major = Number(version.split('.')[0]);
  return table.filter(({ arches, since = 0 }) => {
    return major >= since && (arches === undefined || arches.some((one) => one === arch));
  });
}

/** `amd64-usr/flatcar_production_pxe.vmlinuz` */
export function assetEntryName(arch: string, name: string): string {
  return `${arch}-usr/${name}`;
}
