/**
 * The whole campaign, on the reference image.
 */

import { commandFaults } from './command-faults.js';
import type { Fault } from './fault.js';
import { guestFaults } from './guest-faults.js';
import { hostFaults } from './host-faults.js';
import { ignitionFaults } from './ignition-faults.js';
import { machineFaults } from './machine-faults.js';
import { templateFaults } from './template-faults.js';

export const faults: readonly Fault[] = [
  ...machineFaults({}),
  ...guestFaults,
  ...ignitionFaults,
  ...templateFaults,
  ...commandFaults,
  ...hostFaults,
];
