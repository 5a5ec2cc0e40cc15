/**
 * Where faults happen: a cache, run directories and temporary files of its own, so that whatever is
 * broken or left is the fault's; and the means to run suites and commands there.
 */

import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExecaError, execa } from 'execa';
import { isRunning, type ProcessIdentity } from '../../harness/base/host-process.js';
import { silentLogger } from '../../harness/base/logger.js';
import { tempPrefix } from '../../harness/base/owned-name.js';
import { poll } from '../../harness/base/poll.js';
import { compiledRoot } from '../../harness/base/project-root.js';
import { cacheDirectory, makeTempDirectory, removeTree } from '../../harness/base/run-dir.js';
import { runSuites } from '../../harness/cli/run-suites.js';
import { loadSettings } from '../../harness/cli/settings.js';
import type { Image } from '../../harness/model/image.js';
import type { CaseRecord } from '../../harness/model/record.js';
import type { Suite } from '../../harness/model/suite.js';
import { listStates } from '../../platforms/qemu/cluster-state.js';
import { templatesDirectory } from '../../platforms/qemu/template/cache-format.js';
import { abandonedMemory, disksBelow, processesOf } from './leaks.js';

/** What a lab is made of. */
export interface LabOptions {
  readonly image: Image;
  readonly signal: AbortSignal;
}

/** A command that has ended. */
export interface CommandEnd {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** A started command; `end` never rejects. */
export interface StartedCommand {
  readonly pid: number;
  readonly end: Promise<CommandEnd>;
}

/** What of the user's cache is only read here. */
const sharedWithUser = ['images', 'reference', 'host', 'file-facts'];

export class Lab implements AsyncDisposable {
  readonly image: Image;
  readonly signal: AbortSignal;
  readonly directory: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** What others keep there is not the lab's to judge. */
  readonly #inMemory: ReadonlySet<string>;

  private constructor(
    options: LabOptions,
    directory: string,
    environment: NodeJS.ProcessEnv,
    inMemory: readonly string[],
  ) {
    this.#inMemory = new Set(inMemory);
    this.image = options.image;
    this.signal = options.signal;
    this.directory = directory;
    this.#environment = environment;
  }

  /** Changes this process's environment until the lab is disposed. */
  static async open(options: LabOptions): Promise<Lab> {
    const directory = await makeTempDirectory();
    const cache = join(directory, 'cache', 'switchyard');
    await mkdir(cache, { recursive: true });
    await mkdir(join(directory, 'tmp'));
    for (const name of sharedWithUser) {
      const own = join(cacheDirectory(), name);
      // On a new machine nothing has made it yet.
      await mkdir(own, { recursive: true });
      await symlink(own, join(cache, name));
    }
    const { XDG_CACHE_HOME, TMPDIR } = process.env;
    Object.assign(process.env, {
      XDG_CACHE_HOME: join(directory, 'cache'),
      TMPDIR: join(directory, 'tmp'),
    });
    return new Lab(options, directory, { XDG_CACHE_HOME, TMPDIR }, await abandonedMemory());
  }

  get runs(): string {
    return join(this.directory, 'runs');
  }

  get #states(): string {
    return join(cacheDirectory(), 'state');
  }

  /** Runs one suite in this process. */
  async runCase(suite: Suite): Promise<CaseRecord> {
    const settings = await loadSettings({ runs: this.runs, seed: 1 });
    const { image, signal } = this;
    const logger = silentLogger;
    const { record } = await runSuites({ suites: [suite], image, settings, logger, signal });
    const [only] = record.cases;
    if (only === undefined) throw new Error(`${suite.id} was excluded`);
    return only;
  }

  /** Starts a command line; `./yard` without its preparations unless it names another program. */
  command(
    args: readonly string[],
    options: { readonly wrapper?: readonly string[] } = {},
  ): StartedCommand {
    const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
    const [program, ...rest] = [...(options.wrapper ?? []), process.execPath, main, ...args];
    const child = execa(program as string, rest, { all: true, reject: false, stdin: 'ignore' });
    const ended = (end: { exitCode?: number | undefined; all?: string | undefined }) => ({
      exitCode: end.exitCode,
      output: end.all ?? '',
    });
    const end = child.then(ended, (error: ExecaError) => ({
      exitCode: undefined,
      output: error.message,
    }));
    if (child.pid === undefined) throw new Error(`${program} could not be started`);
    return { pid: child.pid, end };
  }

  /** The QEMU processes of living clusters. */
  machines(): readonly ProcessIdentity[] {
    return listStates(this.#states)
      .flatMap(({ data }) => data?.machines.flatMap((one) => one.process ?? []) ?? [])
      .filter(isRunning);
  }

  /** The only machine there is. */
  machine(): ProcessIdentity {
    const [only, ...more] = this.machines();
    if (only === undefined || more.length > 0) throw new Error('there is not one machine');
    return only;
  }

  /** The directories of complete templates, newest last. */
  async templates(): Promise<readonly string[]> {
    const directory = templatesDirectory(cacheDirectory());
    const names = await readdir(directory).catch(() => []);
    return names.filter((name) => /^[0-9a-f]+$/.test(name)).map((name) => join(directory, name));
  }

  /** The names of templates that are being made, or were. */
  async drafts(): Promise<readonly string[]> {
    return (await this.#besideTemplates()).filter((name) => name.includes('draft'));
  }

  /** Drafts, and the links that living forks have. */
  async #besideTemplates(): Promise<readonly string[]> {
    const names = await readdir(templatesDirectory(cacheDirectory())).catch(() => []);
    return names.filter((name) => name.startsWith(`${tempPrefix}-`));
  }

  /** Resolves when the condition holds; throws after 2 minutes, which no step here takes. */
  async until(condition: () => boolean | Promise<boolean>, intervalMs = 20): Promise<void> {
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(120_000)]);
    await poll(async () => ((await condition()) ? true : undefined), { signal, intervalMs });
  }

  /** What should not be there any more between two faults. */
  async leaks(): Promise<readonly string[]> {
    const temporary = await readdir(join(this.directory, 'tmp'));
    return [
      ...listStates(this.#states).map(({ file }) => `state ${file}`),
      ...temporary.map((name) => `temporary ${name}`),
      ...(await this.#besideTemplates()).map((name) => `template ${name}`),
      ...(await abandonedMemory()).filter((name) => !this.#inMemory.has(name)),
      ...(await disksBelow(this.runs)).map((name) => `disk ${name}`),
      ...(await processesOf(this.directory)).map((line) => `process ${line}`),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, value] of Object.entries(this.#environment)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await removeTree(this.directory);
  }
}
