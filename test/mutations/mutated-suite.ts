/**
 * A suite as it runs under a mutation: the same promises, on a config that is wrong.
 */

import { defined } from '../../harness/base/errors.js';
import type { Suite } from '../../harness/model/suite.js';
import type { Provisioning, Role } from '../../harness/model/topology.js';
import { fragmentOf } from '../../platforms/butane/provisioning.js';
import type { Mutation } from './mutation.js';

/**
 * A copy whose roles get the changed config. Neither it nor a broken image is ever needed twice, so
 * no template is made of it; a config still goes on from the template that is before all configs.
 */
export function mutatedSuite(suite: Suite, { change }: Mutation): Suite {
  if (change.kind === 'image') return { ...suite, start: 'cold' };
  if (change.kind === 'release' || change.kind === 'part') return suite;
  const roles = Object.entries(suite.topology.roles).map(([name, role]) => {
    return [name, { ...role, provisioning: changed(role, change.apply) }] as const;
  });
  const start = suite.start === 'cold' ? 'cold' : 'first-boot';
  return { ...suite, start, topology: { ...suite.topology, roles: Object.fromEntries(roles) } };
}

type Apply = Extract<Mutation['change'], { kind: 'config' }>['apply'];

/** A machine without a config gets one that consists of the change alone. */
function changed({ provisioning }: Role, apply: Apply): Provisioning {
  if (provisioning.kind === 'none' || provisioning.kind === 'raw')
    return { kind: 'ignition', config: apply({}) };
  const { fragment, version } = fragmentOf(provisioning);
  const { fwCfg, byUrl } = provisioning;
  return { kind: 'ignition', config: apply(fragment), version, ...defined({ fwCfg, byUrl }) };
}
