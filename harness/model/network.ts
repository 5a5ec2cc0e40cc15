/**
 * The network of a cluster as a suite sees it: who is where, and what may go wrong on the way.
 */

/** A machine's place on a segment, known before it boots. */
export interface Station {
  /** `<role>-<index>`, which is also its name in the network's DNS. */
  readonly machine: string;
  readonly segment: string;
  readonly mac: string;
  /** Undefined on a segment without IPv4. */
  readonly ipv4?: string;
  /** Undefined on a segment without IPv6. */
  readonly ipv6?: string;
}

/** A file that the switch serves; `http://<switch>/sha256/<digest>`. */
export interface Artifact {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What happens to the frames of one direction of a link. Shares are from 0 to 1. */
export interface LinkFaults {
  /**
   * Nothing passes, and the machine sees no carrier while it is so both ways; what is on its way arrives.
   */
  readonly down?: boolean;
  /**
   * How late each frame comes, in milliseconds, and by how much that varies either way; up to 4 MiB
   * are on their way.
   */
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly loss?: number;
  readonly duplicate?: number;
  /** Frames that come after those that followed them, by 10 ms. */
  readonly reorder?: number;
  /** Frames of which one bit is wrong. */
  readonly corrupt?: number;
  /** Bits per second in thousands; frames wait for their turn, up to 256 KiB of them. */
  readonly kbitPerSecond?: number;
}

/** As seen from the machine. */
export type Direction = 'out' | 'in' | 'both';

/** What one direction of a link has seen, in frames; none is in two of them. For a machine that is off, none. */
export interface LinkCounters {
  readonly passed: number;
  /** By a fault that was asked for. */
  readonly lost: number;
  /** Because the receiver or the bandwidth did not take them in time, or too much was on its way. */
  readonly overflowed: number;
  /** Kept away by a partition. */
  readonly partitioned: number;
}

/** The cable between a machine and a segment. */
export interface NetworkLink {
  /** Replaces what was asked for before in that direction. Throws BAD_FAULT (usage). */
  set(faults: LinkFaults, direction?: Direction): Promise<void>;
  delay(delayMs: number, jitterMs?: number): Promise<void>;
  down(): Promise<void>;
  /** Takes every fault back. */
  clear(): Promise<void>;
  counters(): Promise<{ readonly in: LinkCounters; readonly out: LinkCounters }>;
}

/** A step of a schedule, `atMs` after its beginning. */
export type FaultStep =
  | {
      readonly kind: 'link';
      readonly atMs: number;
      readonly machine: string;
      readonly segment?: string;
      readonly faults: LinkFaults;
      readonly direction?: Direction;
    }
  | {
      readonly kind: 'partition';
      readonly atMs: number;
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly oneWay?: boolean;
    }
  | { readonly kind: 'heal'; readonly atMs: number };

/** What the network's own servers were asked, in order; `atMs` since the network began. */
export type NetworkEvent =
  | {
      readonly kind: 'lease';
      readonly atMs: number;
      readonly machine: string;
      readonly segment: string;
      /** `discover` is a machine that has just come up; `request` may be a renewal. */
      readonly message: 'discover' | 'request' | 'release' | 'inform';
    }
  | {
      readonly kind: 'name';
      readonly atMs: number;
      readonly question: string;
      readonly type: string;
      readonly found: boolean;
    }
  | { readonly kind: 'time'; readonly atMs: number; readonly client: string }
  | { readonly kind: 'plugged'; readonly atMs: number; readonly machine: string }
  | { readonly kind: 'unplugged'; readonly atMs: number; readonly machine: string }
  | { readonly kind: 'fault'; readonly atMs: number; readonly step: FaultStep };

/** The network of a running cluster. */
export interface ClusterNetwork {
  /** What chance on its links is drawn from; the same as the run's. */
  readonly seed: number;
  readonly stations: readonly Station[];
  /** What the switch serves on a segment, by name; UNKNOWN_ARTIFACT (usage). */
  artifact(name: string, segment: string): Artifact & { readonly url: string };
  /**
   * Where a machine is; the only segment that it is on, unless one is named. UNKNOWN_LINK when there is
   * none, AMBIGUOUS_LINK when there are several (usage).
   */
  station(machine: string, segment?: string): Station;
  /** The link of a machine, found and refused as by `station`. */
  link(machine: string, segment?: string): NetworkLink;
  /**
   * Keeps the machines of the two groups apart on every segment; those that are in neither reach
   * both. `oneWay` lets what `to` sends still arrive. Partitions add up. UNKNOWN_LINK, and BAD_FAULT for
   * a side without machines or a machine on both (usage).
   */
  partition(
    from: readonly string[],
    to: readonly string[],
    options?: { readonly oneWay?: boolean },
  ): Promise<void>;
  /** Takes all partitions back; faults of links stay. */
  heal(): Promise<void>;
  /**
   * Does the steps at their times, those of the topology's `schedule` unless others are given; resolves
   * after the last. Throws what a step throws, at once.
   */
  play(steps?: readonly FaultStep[]): Promise<void>;
  events(): Promise<readonly NetworkEvent[]>;
}
