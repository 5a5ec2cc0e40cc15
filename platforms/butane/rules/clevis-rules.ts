/**
 * Ignition's rules for volumes that Clevis unlocks. Only inline configs have such volumes: the
 * `flatcar` variant makes none.
 */

import type { IgnitionLuks } from '../../../harness/model/ignition.js';
import { each, errorIf, type Rule } from '../report.js';
import { parseUrl } from './go-url.js';

type Clevis = NonNullable<IgnitionLuks['clevis']>;

/** What is wrong with the Clevis part of a volume. */
export const checkClevis: Rule<Clevis | undefined> = (clevis, path) => {
  if (!clevis) return [];
  const { custom, tang, tpm2, threshold } = clevis;
  const others = Boolean(tang?.length || tpm2 || threshold);
  const both = Boolean(custom?.pin) && others;
  return [
    ...errorIf(both && 'custom excludes tpm2, tang and threshold', path),
    ...checkCustom(custom ?? {}, `${path}.custom`),
    ...each(`${path}.tang`, tang, checkTang),
  ];
};

const checkCustom: Rule<Partial<NonNullable<Clevis['custom']>>> = (custom, path) => {
  const { pin, config, needsNetwork } = custom;
  if (!pin && !config && !needsNetwork) return [];
  return [
    ...errorIf(
      !['tpm2', 'tang', 'sss'].includes(pin ?? '') && 'not tpm2, tang or sss',
      `${path}.pin`,
    ),
    ...errorIf(!config && 'a pin needs its config', `${path}.config`),
  ];
};

const checkTang: Rule<NonNullable<Clevis['tang']>[number]> = (tang, path) => {
  const { url, thumbprint, advertisement } = tang;
  const isRemote = /^https?$/.test(parseUrl(url)?.scheme ?? '');
  return [
    ...errorIf(!isRemote && 'a Tang server has an http or https URL', `${path}.url`),
    ...errorIf(!thumbprint && 'a Tang server needs its thumbprint', `${path}.thumbprint`),
    ...errorIf(advertisement && !isJson(advertisement) && 'not JSON', `${path}.advertisement`),
  ];
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
