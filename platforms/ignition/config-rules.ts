/**
 * Rules between the fields of an Ignition config that has the right shape.
 */

import type { IgnitionConfig } from '../../harness/model/ignition.js';
import { type ConfigProblem, each, problem, unique } from './config-problem.js';
import { checkStorage } from './storage-rules.js';

/** Everything that is wrong between fields. */
export function checkRules(config: IgnitionConfig): readonly ConfigProblem[] {
  const { passwd, storage = {}, systemd, kernelArguments } = config;
  return [
    ...unique('$.passwd.users', passwd?.users, (user) => user.name),
    ...unique('$.passwd.groups', passwd?.groups, (group) => group.name),
    ...unique('$.systemd.units', systemd?.units, (unit) => unit.name),
    ...each('$.systemd.units', systemd?.units, (unit, path) =>
      unique(`${path}.dropins`, unit.dropins, (dropin) => dropin.name),
    ),
    ...checkStorage(storage),
    ...(kernelArguments?.shouldExist ?? [])
      .filter((argument) => kernelArguments?.shouldNotExist?.includes(argument))
      .map((argument) =>
        problem('$.kernelArguments', `${argument} both should and should not exist`),
      ),
  ];
}
