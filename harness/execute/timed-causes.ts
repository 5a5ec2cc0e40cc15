/**
 * Tells which findings only say that a guest's time ran out while its host starved it, and what such
 * a timeout led to afterwards. Nothing else is ever excused.
 */

import type { Finding, LogPattern } from '../model/log-pattern.js';
import { dropKeysOf } from './machine-keys.js';

/** The host's readings when it starved its guests for so long; undefined when it did not. */
export type StarvedFor = (waitMs: number) => string | undefined;

const unitName = /[\w@\\:.-]+\.(?:service|mount|socket|device)\b/;

/** The findings of one attempt, in their order. */
export class TimedCauses {
  readonly #starvedFor: StarvedFor;
  /** Units whose time ran out on a starving host, and its readings. */
  readonly #late = new Map<string, string>();

  constructor(starvedFor: StarvedFor) {
    this.#starvedFor = starvedFor;
  }

  /** The readings of the host that is to blame for the finding; undefined when the image is. */
  excuse({ timedMs }: LogPattern, { machine, boot, text }: Finding): string | undefined {
    const unit = unitName.exec(text)?.[0];
    const key = `${machine} ${boot} ${unit}`;
    if (timedMs === undefined) return unit && this.#late.get(key);
    const readings = this.#starvedFor(timedMs);
    if (readings !== undefined) this.#late.set(key, readings);
    return readings;
  }

  /** Another machine takes this one's place. */
  drop(machine: string): void {
    dropKeysOf(machine, this.#late);
  }
}
