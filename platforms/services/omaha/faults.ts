/**
 * Which faults an update server has right now. Each answer asks for those that concern it; one that is
 * asked for has been used.
 */

import type { UpdateFault } from '../../../harness/model/updates.js';

type Kind = UpdateFault['kind'];
type FaultOf<K extends Kind> = Extract<UpdateFault, { readonly kind: K }>;

interface Injected {
  readonly fault: UpdateFault;
  left: number;
}

/** The faults that were injected and are not used up. */
export class Faults {
  #injected: Injected[] = [];

  inject(fault: UpdateFault): void {
    this.#injected.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  heal(): void {
    this.#injected = [];
  }

  /** The oldest fault of a kind, which has then happened once more. */
  take<K extends Kind>(kind: K): FaultOf<K> | undefined {
    const found = this.#injected.find(({ fault, left }) => fault.kind === kind && left > 0);
    if (!found) return undefined;
    found.left -= 1;
    return found.fault as FaultOf<K>;
  }

  /** The same without using it. */
  peek<K extends Kind>(kind: K): FaultOf<K> | undefined {
    const found = this.#injected.find(({ fault, left }) => fault.kind === kind && left > 0);
    return found?.fault as FaultOf<K> | undefined;
  }
}
