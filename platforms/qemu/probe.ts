/**
 * Runs the probe payload under one accelerator: does it run to its end, and how fast.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { toError } from '../../harness/base/errors.js';
import { makeTempDirectory, removeTree } from '../../harness/base/run-dir.js';
import { payloadExitCode, payloadMarks, probeImage } from './probe-payload.js';

/** Which accelerator is tried, and for how long. */
export interface ProbeOptions {
  readonly accelerator: 'kvm' | 'tcg';
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** The fastest lap, or why the payload did not come to its end. */
export type ProbeResult =
  | { readonly ok: true; readonly lapMs: number }
  | { readonly ok: false; readonly reason: string };

/** Never takes longer than the limit by much; throws the signal's reason only. */
export async function runProbe(options: ProbeOptions): Promise<ProbeResult> {
  const directory = await makeTempDirectory();
  try {
    const disk = join(directory, 'probe.raw');
    await writeFile(disk, probeImage());
    return await runPayload(disk, options);
  } finally {
    await removeTree(directory);
  }
}

function probeArguments(disk: string, accelerator: 'kvm' | 'tcg'): string[] {
  return [
    ...['--pdeathsig', 'KILL', '--', 'qemu-system-x86_64', '-machine', 'q35', '-nodefaults'],
    ...['-no-user-config', '-display', 'none', '-m', '64M', '-accel', accelerator],
    ...['-cpu', accelerator === 'kvm' ? 'host' : 'max', '-serial', 'stdio'],
    ...['-drive', `if=none,id=disk,format=raw,readonly=on,file=${disk.replaceAll(',', ',,')}`],
    ...['-device', 'virtio-blk-pci,drive=disk,bootindex=1'],
    ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=4'],
  ];
}

async function runPayload(disk: string, options: ProbeOptions): Promise<ProbeResult> {
  const { accelerator, limitMs, signal } = options;
  const child = execa('setpriv', probeArguments(disk, accelerator), {
    reject: false,
    stdin: 'ignore',
    timeout: limitMs,
    killSignal: 'SIGKILL',
    cancelSignal: signal,
  });
  const marksMs: number[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    const marks = [...chunk.toString('latin1')].filter((mark) => /[LE]/.test(mark));
    marksMs.push(...marks.map(() => performance.now()));
  });
  const result = await child;
  signal.throwIfAborted();
  const finished = result.exitCode === payloadExitCode && result.stdout.includes(payloadMarks.end);
  return finished
    ? { ok: true, lapMs: fastestLap(marksMs) }
    : { ok: false, reason: why(result, limitMs) };
}

/** Other load on the host only ever makes a lap slower, so the fastest one is the host's own. */
function fastestLap(marksMs: readonly number[]): number {
  const laps = marksMs.slice(1).map((at, index) => at - (marksMs[index] ?? at));
  return Math.min(...laps);
}

function why(
  result: { timedOut: boolean; stderr: string; shortMessage?: string | undefined },
  limitMs: number,
): string {
  if (result.timedOut) return `a 64-bit payload did not run to its end within ${limitMs} ms`;
  const said = result.stderr.trim().split('\n').at(-1);
  return said || toError(result.shortMessage ?? 'it ended early').message;
}
