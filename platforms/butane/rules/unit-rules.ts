/**
 * Ignition's rules for units: names, drop-in names, contents that systemd can read.
 */

import type { IgnitionUnit } from '../../../harness/model/ignition.js';
import { each, error, errorIf, type Finding, type Rule, warning } from '../report.js';
import { readUnitFile } from './unit-syntax.js';

const suffixes = new Set(
  'service socket device mount automount swap target path timer snapshot slice scope'
    .split(' ')
    .map((suffix) => `.${suffix}`),
);

/** What is wrong with the units. */
export function checkUnits(units: readonly IgnitionUnit[], path: string): readonly Finding[] {
  return [...each(path, units, checkUnit), ...checkInstances(units, path)];
}

const checkUnit: Rule<IgnitionUnit> = (unit, path) => [
  ...errorIf(!suffixes.has(suffixOf(unit.name)) && 'no suffix of a systemd unit', `${path}.name`),
  ...checkContents(unit.contents, `${path}.contents`),
  ...checkInstall(unit, `${path}.contents`),
  ...each(`${path}.dropins`, unit.dropins, (dropin, place) => [
    ...checkContents(dropin.contents, `${place}.contents`),
    ...errorIf(suffixOf(dropin.name) !== '.conf' && 'drop-ins end in .conf', `${place}.name`),
  ]),
];

/** From the last dot of the last part on, as Go's `path.Ext` has it. */
function suffixOf(name: string): string {
  return /\.[^./]*$/.exec(name)?.[0] ?? '';
}

function checkContents(contents: string | undefined, path: string): readonly Finding[] {
  const { problem } = readUnitFile(contents ?? '');
  return problem === undefined ? [] : [error(path, `invalid unit content: ${problem}`)];
}

function checkInstall(unit: IgnitionUnit, path: string): readonly Finding[] {
  if (!unit.enabled || !unit.contents || hasInstall(unit.contents)) return [];
  return [warning(path, `unit ${unit.name} is enabled but has no [Install] section`)];
}

/** Also when it can't be read: that is another finding. */
function hasInstall(contents: string): boolean {
  const { sections, problem } = readUnitFile(contents);
  return problem !== undefined || sections.has('Install');
}

/** An enabled instance of a template that is in the config needs the template's `[Install]`. */
function checkInstances(units: readonly IgnitionUnit[], path: string): readonly Finding[] {
  const contents = new Map(units.map((unit) => [unit.name, unit.contents]));
  return each(path, units, (unit, place) => {
    const template = /^(.+?)@.+?\.service$/.exec(unit.name)?.[1];
    const text = contents.get(`${template}@.service`);
    if (!unit.enabled || template === undefined || !text || hasInstall(text)) return [];
    const message = `template ${template}@.service of ${unit.name} has no [Install] section`;
    return [warning(`${place}.contents`, message)];
  });
}
