/**
 * Machines that are updated: how they are provisioned, how they are told to update, and how a suite
 * sees what they made of it.
 */

import type { IgnitionFragment, IgnitionUnit } from '../../harness/model/ignition.js';
import type { Machine } from '../../harness/model/machine.js';
import { type Role, singleMachine, type Topology } from '../../harness/model/topology.js';
import type { OfferOptions, UpdateRelease } from '../../harness/model/updates.js';
import { check } from './check.js';
import { file } from './provision.js';
import { bootedSlot, type Slot, slotNumber, systemDisk } from './slots.js';
import { verityTable } from './verity.js';

/** What suites about updates need of an image, besides the releases. */
export const updateNeeds: readonly string[] = ['ab-slots', 'gpt-priorities', 'update-engine'];

/** Where settings of the user are. */
export const updateConf = '/etc/flatcar/update.conf';

/** Nobody is asked and nobody reboots until the suite says so; templates of such machines are still. */
const quiet = 'GROUP=alpha\nSERVER=disabled\nREBOOT_STRATEGY=off\n';

/** The harness masks them, so that no machine of any other suite is updated. */
const unmasked = ['update-engine.service', 'locksmithd.service'].map((name) => {
  return { name, mask: false };
});

/** One machine with an update server in its network, which it does not know yet. */
export function updatable(config: IgnitionFragment = {}, overrides: Partial<Role> = {}): Topology {
  const files = [file(updateConf, quiet), ...(config.storage?.files ?? [])];
  const own = config.systemd?.units ?? [];
  const units = [...unmasked.filter(({ name }) => !own.some((unit) => unit.name === name)), ...own];
  return singleMachine({
    services: [{ kind: 'omaha', address: '10.0.2.100', port: 80 }],
    provisioning: {
      kind: 'ignition',
      config: { ...config, storage: { ...config.storage, files }, systemd: { units } },
    },
    ...overrides,
  });
}

/** Settings of update.conf by name. */
export type UpdateSettings = Readonly<Record<string, string>>;

/** Writes update.conf with the suite's server; what `settings` names comes on top. */
export async function configureUpdates(
  machine: Machine,
  settings: UpdateSettings = {},
): Promise<void> {
  const all = { GROUP: 'alpha', SERVER: machine.updateServer().url, REBOOT_STRATEGY: 'off' };
  const lines = Object.entries({ ...all, ...settings }).map(([key, value]) => `${key}=${value}\n`);
  await machine.writeFile(updateConf, lines.join(''));
}

/** The states of the update engine. Source: flatcar/update_engine, update_attempter.cc. */
export type UpdateState =
  | 'IDLE'
  | 'CHECKING_FOR_UPDATE'
  | 'UPDATE_AVAILABLE'
  | 'DOWNLOADING'
  | 'VERIFYING'
  | 'FINALIZING'
  | 'UPDATED_NEED_REBOOT'
  | 'REPORTING_ERROR_EVENT';

export interface UpdateStatus {
  readonly state: UpdateState;
  /** From 0 to 1. */
  readonly progress: number;
  readonly newVersion: string;
  /** Bytes. */
  readonly newSize: number;
  /** Seconds since the epoch; 0 before the first check. */
  readonly lastChecked: number;
}

/** What `update_engine_client -status` prints. */
export async function updateStatus(machine: Machine): Promise<UpdateStatus> {
  const text = await machine.output(['update_engine_client', '-status']);
  const value = (key: string) =>
    check.matches(text, new RegExp(`^${key}=(.*)$`, 'm'), 'update_engine_client -status')[1] ?? '';
  return {
    state: value('CURRENT_OP').replace('UPDATE_STATUS_', '') as UpdateState,
    progress: Number(value('PROGRESS')),
    newVersion: value('NEW_VERSION'),
    newSize: Number(value('NEW_SIZE')),
    lastChecked: Number(value('LAST_CHECKED_TIME')),
  };
}

/** How long a download with all that follows may take on a host of speed 1. */
export const installMs = 240_000;

/** The engine comes late in a boot, after whoever may log in. */
async function engineRuns(machine: Machine): Promise<void> {
  await machine.waitForUnit('update-engine.service', 'active', { timeoutMs: 120_000 });
}

/** Has the machine look for an update, and does not wait for what comes of it. */
export async function checkForUpdate(machine: Machine): Promise<void> {
  await engineRuns(machine);
  await machine.output(['update_engine_client', '-check_for_update'], { sudo: true });
}

/** Has the machine look for an update and waits until the engine has come to rest; its last words. */
export async function runUpdate(machine: Machine): Promise<string> {
  await engineRuns(machine);
  const argv = ['update_engine_client', '-update'] as const;
  return await machine.output(argv, { sudo: true, timeoutMs: installMs });
}

/** Offers the release and has it installed, up to where a reboot is needed. */
export async function installUpdate(
  machine: Machine,
  release: UpdateRelease,
  offer: OfferOptions = {},
): Promise<void> {
  machine.updateServer().offer(release, offer);
  await runUpdate(machine);
  const { state, newVersion } = await updateStatus(machine);
  check.equal(
    { state, newVersion },
    { state: 'UPDATED_NEED_REBOOT', newVersion: release.version },
    'what the update engine says after the update',
  );
}

/** What runs: the slot, the version, and the root hash that dm-verity holds /usr against. */
export interface RunningSystem {
  readonly slot: Slot;
  readonly version: string;
  readonly usrHash: string;
}

export async function runningSystem(machine: Machine): Promise<RunningSystem> {
  const release = await machine.readFile('/usr/lib/os-release');
  const [, version = ''] = check.matches(release, /^VERSION_ID="?([^"\n]+)/m, 'os-release');
  const { rootHash } = await verityTable(machine);
  return { slot: await bootedSlot(machine), version, usrHash: rootHash };
}

/** Fails unless the machine runs this release, from this slot, with this release's /usr. */
export async function mustRun(machine: Machine, slot: Slot, release: UpdateRelease): Promise<void> {
  const { version, usrHash } = release;
  check.equal(await runningSystem(machine), { slot, version, usrHash }, 'the running system');
}

/**
 * What suites need that say when a boot is checked: that is a unit of its own, `mark-slot-good`. Flatcar's
 * update engine marks a slot by itself, 45 s after it has started.
 */
export const healthCheckNeeds: readonly string[] = ['boot-complete'];

/** For what must be seen before a slot is marked good, on a host of whatever speed. */
export const lateHealthCheck: IgnitionUnit = {
  name: 'mark-slot-good.timer',
  dropins: [{ name: '10-late.conf', contents: '[Timer]\nOnBootSec=\nOnBootSec=1h\n' }],
};

/** Resolves when the slot is marked good, whoever does that, and fails if it is not in time. */
export async function awaitGood(machine: Machine, slot: Slot): Promise<void> {
  const show = `cgpt show -i ${slotNumber[slot]} -S ${await systemDisk(machine)}`;
  const script = `until [ "$(${show})" = 1 ]; do sleep 1; done`;
  const result = await machine.sh(script, { sudo: true, timeoutMs: 180_000 });
  check.succeeds(result, `waiting for USR-${slot.toUpperCase()} to be marked good`);
}

/** When the engine asks by itself after something was done, in seconds, as it says in its journal. */
export async function nextCheckAfter(
  machine: Machine,
  work: () => Promise<unknown>,
): Promise<number> {
  const words = 'Next update check in ';
  const said = await machine.journal({ unit: 'update-engine.service' });
  const before = said.filter(({ message }) => message.includes(words)).length;
  await work();
  const follow = 'journalctl -b -u update-engine.service -f -n all -o cat';
  const script = `${follow} | grep -m ${before + 1} '${words}' | tail -n 1`;
  const line = check.succeeds(await machine.sh(script, { sudo: true }), 'what the engine says');
  const pattern = /in (?:(\d+)h)?(?:(\d+)m)?(\d+)s/;
  const [hours, minutes, seconds] = check
    .matches(line, pattern, 'the time to the next check')
    .slice(1)
    .map((text) => Number(text ?? 0));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}

/**
 * The first check comes two to twelve minutes after the engine's start, by chance: starts it until that
 * is within four minutes, or a few times, and returns the seconds. Source: flatcar/update_engine,
 * update_check_scheduler.cc.
 */
export async function asksSoon(machine: Machine): Promise<number> {
  await engineRuns(machine);
  let wait = Number.POSITIVE_INFINITY;
  for (let starts = 0; starts < 12 && wait > 240; starts += 1) {
    // Systemd takes many starts in a row for a fault.
    await machine.output(['systemctl', 'reset-failed', 'update-engine.service'], { sudo: true });
    wait = await nextCheckAfter(machine, async () => {
      await machine.output(['systemctl', 'restart', 'update-engine.service'], { sudo: true });
    });
  }
  return wait;
}
