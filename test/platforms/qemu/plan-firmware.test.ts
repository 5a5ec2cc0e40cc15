/**
 * A release's own firmware comes before the host's, and one that enforces Secure Boot before both.
 */

import { rm } from 'node:fs/promises';
import t from 'tap';
import type { Role } from '../../../harness/model/topology.js';
import { planMachines } from '../../../platforms/qemu/machine-plan.js';
import { makeWorkbench } from './payload.js';

const host = {
  code: { path: '/usr/share/OVMF/code.fd', format: 'raw' },
  variables: { path: '/usr/share/OVMF/vars.fd', format: 'raw' },
} as const;

/** What a machine with two processors starts with, when the image brings these files. */
async function specWith(
  files: readonly string[],
  accelerator: 'kvm' | 'tcg' = 'tcg',
  wish: Pick<Role, 'secureBoot'> = {},
) {
  const work = await makeWorkbench();
  await rm(work.directory, { recursive: true });
  const { image, ...request } = work.request({ firmware: 'uefi', vcpus: 2, ...wish });
  const extras = files.map((file) => {
    const name = file.replace(/\.\w+$/, '');
    return { file, name, type: 'file', sizeBytes: 1, sha256: '' } as const;
  });
  const own = { directory: '/images/x', descriptor: { ...image.descriptor, extras } };
  const places = { directory: '/tmp/switchyard-1', diskDirectory: '/runs/r/switchyard-c' };
  const context = { accelerator, uefi: host, ...places };
  const plans = planMachines({ ...request, image: own, artifactDirectory: '/runs/r/a' }, context);
  return plans[0]?.spec;
}

t.test('without any, the host has it', async (t) => {
  const spec = await specWith(['efi_code.qcow2', 'nginx.tar']);
  t.match(spec, { vcpus: 2, firmware: { kind: 'uefi', code: host.code } });
  t.notHas(spec?.firmware, { secure: true });
});

t.test('a release starts with its own', async (t) => {
  const spec = await specWith(['efi_code.qcow2', 'efi_vars.fd']);
  t.match(spec, {
    vcpus: 2,
    firmware: {
      code: { path: '/images/x/efi_code.qcow2', format: 'qcow2' },
      variables: { content: { backing: { path: '/images/x/efi_vars.fd', format: 'raw' } } },
    },
  });
  t.notHas(spec?.firmware, { secure: true });
});

t.test('Secure Boot, where one processor must do when all is emulated', async (t) => {
  const files = ['efi_code.qcow2', 'efi_vars.qcow2', 'secure_efi_code.qcow2'];
  const both = [...files, 'secure_efi_vars.qcow2'];
  const code = { path: '/images/x/secure_efi_code.qcow2', format: 'qcow2' };
  t.match(await specWith(both), { vcpus: 1, firmware: { code, secure: true } });
  t.match(await specWith(both, 'kvm'), { vcpus: 2, firmware: { code, secure: true } });
  t.notHas((await specWith(files))?.firmware, { secure: true }, 'half of it is none');
});

t.test('what is signed for Secure Boot is for machines that ask for it', async (t) => {
  const files = ['signed_efi_code.fd', 'signed_efi_vars.fd'];
  t.match(await specWith(files), { firmware: { code: host.code } });
  t.match(await specWith(files, 'tcg', { secureBoot: true }), {
    vcpus: 1,
    firmware: { code: { path: '/images/x/signed_efi_code.fd' }, secure: true },
  });
  const release = await specWith(['secure_efi_code.fd', 'secure_efi_vars.fd'], 'tcg', {
    secureBoot: true,
  });
  t.match(release, { firmware: { code: { path: '/images/x/secure_efi_code.fd' }, secure: true } });
});
