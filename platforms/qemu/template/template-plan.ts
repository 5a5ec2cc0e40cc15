/** Plans of machines that become templates or go on from them: with sockets that others do not have. */

import type { Image } from '../../../harness/model/image.js';
import type { MachinePlan } from '../machine-plan.js';

/** Whether the image announces on the port `org.switchyard.hold` that it is about to run Ignition. */
export function canHold({ descriptor }: Image): boolean {
  return descriptor.capabilities.includes('hold-before-ignition');
}

/** With sockets for who waits in a settled template: no machine can be called before it has a network. */
export function withCalls(plan: MachinePlan): MachinePlan {
  const { directory } = plan;
  const callSockets = {
    standby: `${directory}/standby.sock`,
    witness: `${directory}/witness.sock`,
  };
  return { ...plan, spec: { ...plan.spec, callSockets } };
}

/** With the socket on which it announces. */
export function withHold(plan: MachinePlan): MachinePlan {
  return { ...plan, spec: { ...plan.spec, holdSocket: `${plan.directory}/hold.sock` } };
}
