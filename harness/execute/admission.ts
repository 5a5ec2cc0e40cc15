/**
 * Decides which case may start now. Synchronous, so that two decisions can't interleave: the first
 * waiting case whose memory, vCPUs and locks fit, unless one before it has waited too long for room.
 *
 * Cases that need the same are interchangeable, so one queue per need is kept and only their heads
 * are looked at: a plan of many thousand cases has few different needs.
 */

import type { Budget, Case } from '../model/plan.js';
import { type Room, roomOf } from '../model/room.js';

/** How often a waiting case may be passed over before room is kept for it alone. */
const patience = 16;

/** What the host allows at this moment beyond the budget, see `throttle.ts`. */
export interface Allowance {
  /** Cases that may run at once. */
  readonly cases: number;
  /** Memory that machines which start now may take. */
  readonly memoryMiB: number;
}

const unlimited: Allowance = {
  cases: Number.POSITIVE_INFINITY,
  memoryMiB: Number.POSITIVE_INFINITY,
};

/** Cases with the same needs, by their place in the plan; `next` is the first that still waits. */
interface Queue {
  readonly room: Room;
  readonly locks: readonly string[];
  readonly places: number[];
  next: number;
}

/** What is free, what is locked, and who waits. A lease must be returned exactly once. */
export class Admission {
  readonly #cases: readonly Case[];
  readonly #budget: Budget;
  /** Those in which somebody waits, by the places of their heads. */
  #queues: Queue[];
  readonly #locked = new Set<string>();
  #free: Room;
  #running = 0;
  #admitted = 0;
  /** The places of those that were taken out of the queue, ascending. */
  #givenUp: readonly number[] = [];

  constructor(cases: readonly Case[], budget: Budget) {
    this.#cases = cases;
    this.#budget = budget;
    this.#queues = queuesOf(cases, budget);
    this.#free = budget;
  }

  /** How many run: admitted and not yet released. */
  get running(): number {
    return this.#running;
  }

  /** Whether a case would start now if the host allowed everything. */
  get couldAdmit(): boolean {
    const { jobs } = this.#budget;
    if (jobs !== undefined && this.#running >= jobs) return false;
    return this.#choose(unlimited.memoryMiB) !== undefined;
  }

  /** The case to start now, its cost taken from the budget; undefined when none fits. */
  admit(allowance: Allowance = unlimited): Case | undefined {
    const most = Math.min(allowance.cases, this.#budget.jobs ?? Number.POSITIVE_INFINITY);
    if (this.#running >= most) return undefined;
    const queue = this.#choose(allowance.memoryMiB);
    return queue && this.#take(queue);
  }

  /** Gives back what {@link admit} took: after the machines are gone, not before. */
  release(planned: Case): void {
    this.#add(roomOf(planned, this.#budget), 1);
    this.#running--;
    for (const lock of planned.locks) this.#locked.delete(lock);
  }

  /**
   * Takes those out of the queue who could not start though nobody else waited: their locks are held, or
   * their needs are more than what is free or than so much memory. In the order of the plan.
   */
  giveUp(memoryMiB: number): readonly Case[] {
    return this.#remove((queue) => this.#isLocked(queue) || !this.#fits(queue.room, memoryMiB));
  }

  /** Takes everybody out of the queue who still waits, in the order of the plan. */
  drain(): readonly Case[] {
    return this.#remove(() => true);
  }

  #remove(isMeant: (queue: Queue) => boolean): readonly Case[] {
    const meant = this.#queues.filter(isMeant);
    this.#queues = this.#queues.filter((queue) => !meant.includes(queue));
    const places = meant.flatMap(({ places, next }) => places.slice(next)).sort((a, b) => a - b);
    this.#givenUp = [...this.#givenUp, ...places].sort((a, b) => a - b);
    return places.map((place) => this.#cases[place] as Case);
  }

  /** The first that fits, unless the first that lacks nothing but room has been patient. */
  #choose(memoryMiB: number): Queue | undefined {
    const claimed = new Set<string>();
    let isFirst = true;
    for (const queue of this.#queues) {
      if (!this.#mayLock(queue, claimed)) continue;
      if (this.#fits(queue.room, memoryMiB)) return queue;
      if (isFirst && this.#overtaken(queue) >= patience) return undefined;
      isFirst = false;
    }
    return undefined;
  }

  /** A lock goes to who comes first in the plan, or who needs several of them would starve. */
  #mayLock({ locks }: Queue, claimed: Set<string>): boolean {
    const free = locks.every((lock) => !this.#locked.has(lock) && !claimed.has(lock));
    for (const lock of locks) claimed.add(lock);
    return free;
  }

  #isLocked({ locks }: Queue): boolean {
    return locks.some((lock) => this.#locked.has(lock));
  }

  #fits({ memoryMiB, vcpus }: Room, allowedMiB: number): boolean {
    return memoryMiB <= Math.min(this.#free.memoryMiB, allowedMiB) && vcpus <= this.#free.vcpus;
  }

  /** How many were admitted that come later in the plan than the head of this queue. */
  #overtaken(queue: Queue): number {
    const place = placeOf(queue);
    let waitingBefore = 0;
    for (const { places, next } of this.#queues.slice(0, this.#queues.indexOf(queue))) {
      waitingBefore += countBelow(places, next, place);
    }
    const admittedBefore = place - waitingBefore - countBelow(this.#givenUp, 0, place);
    return this.#admitted - admittedBefore;
  }

  #take(queue: Queue): Case {
    const planned = this.#cases[placeOf(queue)] as Case;
    this.#advance(queue);
    this.#admitted++;
    this.#running++;
    this.#add(queue.room, -1);
    for (const lock of queue.locks) this.#locked.add(lock);
    return planned;
  }

  /** Moves the queue to where its next head belongs, or away when nobody waits in it. */
  #advance(queue: Queue): void {
    this.#queues.splice(this.#queues.indexOf(queue), 1);
    queue.next++;
    if (queue.next === queue.places.length) return;
    const later = this.#queues.findIndex((other) => placeOf(other) > placeOf(queue));
    this.#queues.splice(later === -1 ? this.#queues.length : later, 0, queue);
  }

  #add({ memoryMiB, vcpus }: Room, sign: 1 | -1): void {
    const free = this.#free;
    this.#free = { memoryMiB: free.memoryMiB + sign * memoryMiB, vcpus: free.vcpus + sign * vcpus };
  }
}

function queuesOf(cases: readonly Case[], budget: Budget): Queue[] {
  const queues = new Map<string, Queue>();
  for (const [place, planned] of cases.entries()) {
    const room = roomOf(planned, budget);
    const locks = planned.locks.length < 2 ? planned.locks : [...new Set(planned.locks)].sort();
    const key = `${room.memoryMiB} ${room.vcpus} ${locks.join(' ')}`;
    const known = queues.get(key);
    if (known) known.places.push(place);
    else queues.set(key, { room, locks, places: [place], next: 0 });
  }
  return [...queues.values()];
}

function placeOf({ places, next }: Queue): number {
  return places[next] as number;
}

/** How many of the ascending places, from the index `from` on, are below the limit. */
function countBelow(places: readonly number[], from: number, limit: number): number {
  let [low, high] = [from, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low - from;
}
