/**
 * Every mutation of the project, in one table.
 */

import { mutations as boot } from './boot.js';
import { mutations as bootPower } from './boot-power.js';
import { mutations as butane } from './butane.js';
import { mutations as clusters } from './clusters.js';
import { mutations as containers } from './containers.js';
import { mutations as containersSettings } from './containers-settings.js';
import { mutations as etcd } from './etcd.js';
import { mutations as identity } from './identity.js';
import { mutations as ignition } from './ignition.js';
import { mutations as ignitionAccounts } from './ignition-accounts.js';
import { mutations as ignitionArrays } from './ignition-arrays.js';
import { mutations as ignitionDisks } from './ignition-disks.js';
import { mutations as ignitionEncryption } from './ignition-encryption.js';
import { mutations as ignitionSources } from './ignition-sources.js';
import { mutations as kubernetes } from './kubernetes.js';
import type { Mutation } from './mutation.js';
import { mutations as network } from './network.js';
import { mutations as networkLinks } from './network-links.js';
import { mutations as powerCut } from './power-cut.js';
import { mutations as reboots } from './reboots.js';
import { mutations as reset } from './reset.js';
import { mutations as rollback } from './rollback.js';
import { mutations as rolling } from './rolling.js';
import { mutations as security } from './security.js';
import { mutations as selinux } from './selinux.js';
import { mutations as slots } from './slots.js';
import { mutations as state } from './state.js';
import { mutations as storage } from './storage.js';
import { mutations as swarm } from './swarm.js';
import { mutations as sysext } from './sysext.js';
import { mutations as systemd } from './systemd.js';
import { mutations as talk } from './talk.js';
import { mutations as update } from './update.js';
import { mutations as updateEngine } from './update-engine.js';
import { mutations as updateFaults } from './update-faults.js';
import { mutations as updateOffers } from './update-offers.js';
import { mutations as variants } from './variants.js';
import { mutations as verity } from './verity.js';

/** By area. */
export const mutations: readonly Mutation[] = [
  ...boot,
  ...bootPower,
  ...variants,
  ...verity,
  ...slots,
  ...identity,
  ...ignition,
  ...ignitionAccounts,
  ...ignitionArrays,
  ...ignitionDisks,
  ...ignitionEncryption,
  ...ignitionSources,
  ...butane,
  ...network,
  ...networkLinks,
  ...containers,
  ...containersSettings,
  ...sysext,
  ...state,
  ...storage,
  ...systemd,
  ...security,
  ...selinux,
  ...reset,
  ...updateFaults,
  ...update,
  ...updateEngine,
  ...updateOffers,
  ...rollback,
  ...reboots,
  ...powerCut,
  ...clusters,
  ...etcd,
  ...swarm,
  ...rolling,
  ...kubernetes,
  ...talk,
];
