/**
 * Moments of an update, and how a suite is there when they come.
 */

import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';
import { installMs, type UpdateState } from './updates.js';

/** The server has heard this event, `TYPE/RESULT`. */
export async function reachEvent(machine: Machine, event: string): Promise<void> {
  const server = machine.updateServer();
  await server.waitFor(
    `event ${event}`,
    (message) =>
      message.kind === 'event' && `${message.event.type}/${message.event.result}` === event,
    { timeoutMs: installMs },
  );
}

/**
 * So much of the download is done, and it goes on, as the update engine tells it; a fraction. The payload
 * has to come slowly: what is done by the time that the answer is here must be little more.
 */
export async function reachProgress(machine: Machine, fraction: number): Promise<void> {
  // Both are of one answer. PROGRESS has six digits after its point: it is compared in millionths.
  const script = `while :; do
  status=$(update_engine_client -status 2>/dev/null)
  state=$(echo "$status" | sed -n 's/^CURRENT_OP=UPDATE_STATUS_//p')
  at=$(echo "$status" | sed -n 's/^PROGRESS=//p' | tr -d .)
  case $state in FINALIZING|VERIFYING|UPDATED_NEED_REBOOT) echo "$status"; exit 1 ;; esac
  [ "$state" != DOWNLOADING ] || [ "\${at:-0}" -lt ${Math.round(fraction * 1e6)} ] || exit 0
  sleep 0.1
done`;
  const result = await machine.sh(script, { timeoutMs: installMs });
  check.succeeds(result, `a download of which ${fraction} is done`);
}

/**
 * No request to the update server leaves the machine any more; what it is being sent goes on coming. Only
 * what a program has just written is pushed (RFC 9293), and a machine that downloads writes nothing.
 */
export async function muteRequests(machine: Machine): Promise<void> {
  const { hostname } = new URL(machine.updateServer().url);
  const rule = `OUTPUT -p tcp -d ${hostname} --tcp-flags PSH PSH -j DROP`;
  const argv = ['iptables', '-w', '-A', ...rule.split(' ')] as const;
  await machine.output(argv, { sudo: true });
}

/** The update engine is in this state; it must not come to rest before. */
export async function reachState(machine: Machine, state: UpdateState): Promise<void> {
  const script = `while :; do
  status=$(update_engine_client -status 2>/dev/null)
  at=$(echo "$status" | sed -n 's/^CURRENT_OP=UPDATE_STATUS_//p')
  case $at in ${state}) exit 0 ;; IDLE|UPDATED_NEED_REBOOT) echo "$status"; exit 1 ;; esac
  sleep 0.1
done`;
  const result = await machine.sh(script, { timeoutMs: installMs });
  check.succeeds(result, `the update engine comes to ${state}`);
}

/** A file has come to be. */
export async function reachFile(machine: Machine, path: string): Promise<void> {
  const script = `until [ -e "$(echo ${path})" ]; do sleep 0.05; done`;
  check.succeeds(await machine.sh(script, { sudo: true, timeoutMs: installMs }), `file ${path}`);
}

const stopped = '/run/stopped-at-cgpt';

/**
 * Has the change of the slots' attributes stop for good, before or after the real program did what the
 * arguments say; {@link reachStoppedCgpt} waits for that. Nothing is written to the disk that the machine
 * has not written by itself. The pattern is the shell's, of the arguments and then the device that the
 * last of them leads to: `add -S1 LINK -> /dev/vda3`.
 */
export async function stopCgpt(
  machine: Machine,
  when: 'before' | 'after',
  call: string,
): Promise<void> {
  const stop = `for last; do :; done
case "$* -> $(readlink -f "$last")" in ${call}) touch ${stopped}; exec sleep infinity ;; esac`;
  const body = when === 'before' ? `${stop}\n${real} "$@"` : `${real} "$@" || exit\n${stop}`;
  await replace(machine, '/usr/bin/cgpt', body);
}

const real = '/run/real/cgpt';

/** Puts a script in place of a program, which is at `real` from then on. */
async function replace(machine: Machine, program: string, body: string): Promise<void> {
  await machine.writeFile('/var/tmp/cgpt', `#!/bin/sh\n${body}\n`, { mode: '0755' });
  const script = `mkdir -p /run/real
cp ${program} ${real}
mount --bind /var/tmp/cgpt ${program}`;
  check.succeeds(await machine.sh(script, { sudo: true }), `putting a stop into ${program}`);
}

/** What changes one slot at a time, where `cgpt` of the image is a script around it. */
const innerCgpt = '/usr/lib/switchyard/cgpt';

/** Whether the order of the slots is changed in several writes. */
export async function ordersInSteps(machine: Machine): Promise<boolean> {
  return (await machine.exec(['test', '-x', innerCgpt])).status === 0;
}

/**
 * Has `cgpt prioritize` of the slot with this number stop for good when it has changed the first slot of
 * those that it changes; {@link reachStoppedCgpt} waits for that.
 */
export async function stopInPrioritize(machine: Machine, slot: number): Promise<void> {
  const body = `${real} "$@" || exit
by=$(tr '\\0' '\\n' < /proc/$PPID/cmdline)
case "$1 $(echo $by) -> $(readlink -f "$(echo "$by" | tail -n 1)")" in
  "add "*" prioritize "*${slot}) touch ${stopped}; exec sleep infinity ;;
esac`;
  await replace(machine, innerCgpt, body);
}

export async function reachStoppedCgpt(machine: Machine): Promise<void> {
  await reachFile(machine, stopped);
}

/** The machine is told to reboot, and its console shows this line of the next boot. */
export async function rebootInto(machine: Machine, line: RegExp): Promise<void> {
  const from = machine.console.lines().length;
  await machine.output(['systemctl', 'reboot', '--no-block'], { sudo: true });
  await machine.console.waitFor(/Linux version/, { timeoutMs: 120_000, from });
  await machine.console.waitFor(line, { timeoutMs: 120_000, from });
}
