/**
 * The thread that a network runs in, and the words by which it is told what to do. Only for
 * `ThreadedNetwork`, which starts it.
 */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { toError } from '../../harness/base/errors.js';
import type { Direction, LinkFaults, NetworkEvent } from '../../harness/model/network.js';
import { Network, type NetworkRequest } from './network.js';
import type { Happening } from './segment.js';
import { toldEvents } from './told-events.js';

/** What the thread can be asked. Every answer is the call's result. */
export type NetworkCall =
  | {
      readonly kind: 'set';
      readonly station: number;
      readonly faults: LinkFaults;
      readonly direction: Direction;
    }
  | {
      readonly kind: 'partition';
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly oneWay: boolean;
    }
  | { readonly kind: 'heal' }
  | { readonly kind: 'counters'; readonly station: number }
  | { readonly kind: 'events' }
  | { readonly kind: 'note'; readonly event: Happening }
  | { readonly kind: 'close' };

/** A call with the number that its answer carries. */
export interface NumberedCall {
  readonly id: number;
  readonly call: NetworkCall;
}

/** Number 0 says that the network is open; its result is what the segments serve. */
export interface NumberedAnswer {
  readonly id: number;
  readonly result: unknown;
}

/** What the thread says by itself: what happens, and that it is of no more use. */
export type Told = { readonly event: NetworkEvent } | { readonly failed: Error };

if (parentPort) {
  const port = parentPort;
  const isTold = toldEvents();
  const onEvent = (event: NetworkEvent) => {
    if (isTold(event)) port.postMessage({ event } satisfies Told);
  };
  const network = await Network.open(workerData as NetworkRequest, { onEvent });
  tellDefects(port);
  port.on('message', ({ id, call }: NumberedCall) => {
    void answer(network, call).then((result) => port.postMessage({ id, result }));
  });
  port.postMessage({ id: 0, result: network.artifacts });
}

/**
 * Whatever nobody caught, in whichever server, is a defect of ours and not of the machine whose frame
 * it was. The thread stays, so that what was captured until then is written.
 */
function tellDefects(port: MessagePort): void {
  let hasFailed = false;
  process.on('uncaughtException', (error) => {
    if (!hasFailed) port.postMessage({ failed: toError(error) } satisfies Told);
    hasFailed = true;
  });
}

async function answer(network: Network, call: NetworkCall): Promise<unknown> {
  switch (call.kind) {
    case 'set':
      return network.set(call.station, call.faults, call.direction);
    case 'partition':
      return network.partition(call.from, call.to, call.oneWay);
    case 'heal':
      return network.heal();
    case 'counters':
      return network.counters(call.station);
    case 'events':
      return network.events;
    case 'note':
      return network.note(call.event);
    case 'close':
      return await network.close();
  }
}
