/**
 * A running machine as a suite sees it: verbs, never SSH or QEMU. Every verb has a deadline, stops
 * on the attempt's signal, and throws an error with a `code`.
 *
 * Every `timeoutMs`, given or by default, is for a host of speed 1, as `SuiteLimits` are. It is
 * multiplied by the host's slowness once, by the code that makes the timer. What has been multiplied
 * is called `limitMs`; that is what messages quote.
 */

import type { ImageDescriptor } from './image.js';
import type { UpdateServer } from './updates.js';

/** Deadline and input of one command. Default `timeoutMs` is 60,000. */
export interface ExecOptions {
  readonly timeoutMs?: number;
  readonly stdin?: string | Uint8Array;
  /** Run through `sudo -n`. Default false: commands run as the user `core`. */
  readonly sudo?: boolean;
}

/** What a command did. `stdout` and `stderr` are UTF-8, cut at 1 MiB each, `truncated` then true. */
export interface ExecResult {
  readonly argv: readonly string[];
  /** Exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  readonly durationMs: number;
}

/** The properties of a unit that suites ask for, with systemd's own values. */
export interface UnitState {
  readonly name: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  readonly unitFileState: string;
  readonly result: string;
}

export interface JournalQuery {
  readonly unit?: string;
  /** Syslog identifier, such as `ignition`. */
  readonly identifier?: string;
  /** 0 is this boot, -1 the one before. Default 0. */
  readonly boot?: number;
  /** Highest priority number to return: 3 is errors and worse. */
  readonly priority?: number;
}

export interface JournalEntry {
  readonly message: string;
  readonly priority: number;
  readonly identifier: string | undefined;
  readonly unit: string | undefined;
  /** Microseconds since the epoch. */
  readonly realtimeUs: number;
}

/**
 * How a file is written; mode is octal text such as `0644`. Default owner `root:root`, `0644`, and
 * 60,000 ms with one more per KiB.
 */
export interface PutOptions {
  readonly mode?: string;
  readonly owner?: string;
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A port of the guest as it is reachable from the host. `nic` 0 is the management NIC. */
export interface GuestPort {
  readonly port: number;
  readonly nic?: number;
}

/** The serial console of one machine. Lines are stripped of terminal escapes and carriage returns. */
export interface MachineConsole {
  /** Every line since power-on, over all boots; of very many the oldest are empty. */
  lines(): readonly string[];
  /**
   * Resolves with the first line, past or future, that matches; the first `from` lines are left out.
   * Throws CONSOLE_TIMEOUT.
   */
  waitFor(
    pattern: RegExp,
    options: { readonly timeoutMs: number; readonly from?: number },
  ): Promise<string>;
  /** Types text at the console, as a person at the serial port would; `\n` is Enter. */
  send(text: string): Promise<void>;
}

/** Verbs that need a shell on the guest. They work on any platform. */
export interface Guest {
  /** Runs a program with exact arguments, no shell; returns whatever its status. */
  exec(argv: readonly [string, ...string[]], options?: ExecOptions): Promise<ExecResult>;
  /** Like {@link exec}, but throws COMMAND_FAILED (product) unless the status is 0; trimmed stdout. */
  output(argv: readonly [string, ...string[]], options?: ExecOptions): Promise<string>;
  /** Runs a POSIX shell script from stdin (`sh -eu`); returns whatever its status. */
  sh(script: string, options?: ExecOptions): Promise<ExecResult>;
  readFile(path: string): Promise<string>;
  writeFile(path: string, contents: string | Uint8Array, options?: PutOptions): Promise<void>;
  /** Copies a file of the host to the guest. */
  upload(hostPath: string, guestPath: string, options?: PutOptions): Promise<void>;
  unit(name: string): Promise<UnitState>;
  /** Resolves when the unit is in `activeState`; throws UNIT_FAILED or UNIT_TIMEOUT (60,000 ms). */
  waitForUnit(
    name: string,
    activeState: string,
    options?: { readonly timeoutMs?: number },
  ): Promise<UnitState>;
  failedUnits(): Promise<readonly string[]>;
  journal(query?: JournalQuery): Promise<readonly JournalEntry[]>;
  bootId(): Promise<string>;
}

/** One VM. */
export interface Machine extends Guest {
  /** Unique in its cluster: the role's name and an index, such as `server-0`. */
  readonly name: string;
  readonly role: string;
  readonly index: number;
  readonly image: ImageDescriptor;
  readonly console: MachineConsole;
  /** While it is `off`, verbs throw MACHINE_OFF (internal: the suite's mistake). */
  readonly power: 'on' | 'off';
  /** Whether its processors stand still. */
  readonly paused: boolean;
  /**
   * Ends the machine at once, without a word to the guest. What the guest has flushed to its disks is
   * kept. What it has not may be lost or not: disks run with cache=unsafe, and the host's page cache
   * survives, so only what QEMU itself still held goes. That is milder than a power failure of real
   * hardware: a flush that the guest forgot may go unnoticed.
   */
  cutPower(): Promise<void>;
  /** Kills the machine's QEMU, as a host that dies would: for the guest, the same as a power cut. */
  kill(): Promise<void>;
  /**
   * Stops the machine's processors where they are: it neither answers nor knows that time passes. Its
   * clock is late afterwards. Throws MACHINE_OFF.
   */
  pause(): Promise<void>;
  /** Lets a paused machine go on. */
  resume(): Promise<void>;
  /**
   * Powers off from inside, by `systemctl poweroff` or what `request` does, and resolves when the
   * machine is off; default `timeoutMs` is 120,000. Throws POWER_OFF_TIMEOUT (product). A guest that
   * powers itself off at any other time ends the attempt, GUEST_SHUTDOWN.
   */
  powerOff(options?: {
    readonly timeoutMs?: number;
    readonly request?: () => Promise<unknown>;
  }): Promise<void>;
  /**
   * Switches a machine on that is off: a cold boot from its own disks, the next boot of the same
   * machine. Resolves when it is ready; default `timeoutMs` is the suite's `bootMs`. The disks of the
   * role that `without` names were pulled out for this boot. Throws what a boot throws, and MACHINE_ON
   * and DISK_UNKNOWN (internal).
   */
  start(options?: {
    readonly timeoutMs?: number;
    readonly without?: readonly string[];
  }): Promise<void>;
  /**
   * Types text at the keyboard that belongs to the machine's screen, of a US layout; `\n` is Enter, `\u0003` Ctrl-C. Throws
   * QMP_ERROR, and RangeError for what is on no key.
   */
  typeKeys(text: string): Promise<void>;
  /** Presses the power button, as ACPI tells the guest; the guest then does what it is set to. */
  pressPowerButton(): Promise<void>;
  /**
   * Reboots from inside and resolves when a new boot id answers; default `timeoutMs` is the suite's
   * `bootMs`. `request` is what is run by sudo, `systemctl reboot` by default, or `none` when the
   * guest reboots by itself. Throws BOOT_TIMEOUT.
   */
  reboot(options?: {
    readonly timeoutMs?: number;
    readonly request?: readonly [string, ...string[]] | 'none';
  }): Promise<void>;
  /**
   * Ends the session of the harness, for what a machine does only while nobody is logged in. The next
   * verb opens another.
   */
  disconnect(): void;
  /** Makes the system disk larger while the machine runs. Throws QMP_ERROR. */
  growSystemDisk(sizeMiB: number): Promise<void>;
  /**
   * Pulls the cable of a NIC that the role asks for, counted from 1, or plugs it in again; it stays so over power
   * cuts. Throws QMP_ERROR.
   */
  setCable(nic: number, state: 'plugged' | 'pulled'): Promise<void>;
  /** Lets the service at this address answer or not, from the next connection on; SERVICE_UNKNOWN. */
  setService(address: string, state: 'up' | 'down'): void;
  /** The update server that the topology names; it outlives power cuts. Throws SERVICE_UNKNOWN. */
  updateServer(): UpdateServer;
  /** HTTP GET from the host to a forwarded port of the guest. Default `timeoutMs` is 10,000. */
  get(
    target: GuestPort & { readonly path?: string; readonly timeoutMs?: number },
  ): Promise<HttpAnswer>;
}
