/**
 * Debian's `ignition-validate`, Ignition's own judgement of a config. It knows specifications up to
 * 3.3.0, so configs of 3.4.0 are shown to it under that number; what 3.4.0 added is no error to it.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export const validator = '/usr/bin/ignition-validate';

/** The reason to skip what needs it; never one in CI, where what is not checked must fail. */
export function skipReason(isInstalled: boolean, isCi: boolean): string | false {
  if (isInstalled || isCi) return false;
  return `${validator} (Debian package ignition) not installed`;
}

export const withoutValidator = skipReason(existsSync(validator), Boolean(process.env['CI']));

/** URLs of Amazon's, which came with 3.4.0, and of Flatcar's own patch; it takes others for them. */
const unknownSchemes = /"source":"(arn:|oem:\/\/)/g;

/** What it has against a config; undefined for nothing. */
export function refusalOf(config: { readonly ignition: object }): string | undefined {
  const shown = { ...config, ignition: { ...config.ignition, version: '3.3.0' } };
  const input = JSON.stringify(shown).replaceAll(unknownSchemes, '"source":"http://a/');
  const { status, stdout, stderr, error } = spawnSync(validator, ['-'], {
    input,
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`;
}
