/**
 * The verbs that need a shell, of whatever guest there is at the moment: a power cut ends one, and the next
 * boot brings another.
 */

import type {
  ExecOptions,
  ExecResult,
  Guest,
  JournalEntry,
  JournalQuery,
  PutOptions,
  UnitState,
} from '../../harness/model/machine.js';

type Argv = readonly [string, ...string[]];

/** Passes each on. */
export abstract class GuestVerbs implements Guest {
  protected abstract get guest(): Guest;

  exec(argv: Argv, options?: ExecOptions): Promise<ExecResult> {
    return this.guest.exec(argv, options);
  }

  output(argv: Argv, options?: ExecOptions): Promise<string> {
    return this.guest.output(argv, options);
  }

  sh(script: string, options?: ExecOptions): Promise<ExecResult> {
    return this.guest.sh(script, options);
  }

  readFile(path: string): Promise<string> {
    return this.guest.readFile(path);
  }

  writeFile(path: string, contents: string | Uint8Array, options?: PutOptions): Promise<void> {
    return this.guest.writeFile(path, contents, options);
  }

  upload(hostPath: string, guestPath: string, options?: PutOptions): Promise<void> {
    return this.guest.upload(hostPath, guestPath, options);
  }

  unit(name: string): Promise<UnitState> {
    return this.guest.unit(name);
  }

  waitForUnit(
    name: string,
    activeState: string,
    options?: { readonly timeoutMs?: number },
  ): Promise<UnitState> {
    return this.guest.waitForUnit(name, activeState, options);
  }

  failedUnits(): Promise<readonly string[]> {
    return this.guest.failedUnits();
  }

  journal(query?: JournalQuery): Promise<readonly JournalEntry[]> {
    return this.guest.journal(query);
  }

  bootId(): Promise<string> {
    return this.guest.bootId();
  }
}
