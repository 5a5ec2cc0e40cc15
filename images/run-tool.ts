/**
 * Runs a host program that reads images. A missing one is a usage error that names its package.
 */

import { execa } from 'execa';
import { defined, InfrastructureError, UsageError } from '../harness/base/errors.js';

/** A program, the Debian package that holds it, and one invocation. */
export interface ToolCall {
  readonly tool: string;
  readonly package: string;
  readonly arguments: readonly string[];
  readonly cwd?: string;
  readonly signal: AbortSignal;
}

/** What a program said; `status` is undefined when a signal ended it. */
export interface ToolResult {
  readonly status: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const maxOutputBytes = 64 * 2 ** 20;

/**
 * Runs to the end whatever the exit status is. Throws MISSING_PACKAGES (usage) when the program is
 * not installed, and the signal's reason when it aborts.
 */
export async function tryTool(call: ToolCall): Promise<ToolResult> {
  const result = await execa(call.tool, [...call.arguments], {
    ...defined({ cwd: call.cwd }),
    // debugfs and the like are in sbin, which Debian leaves out of a user's path.
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' },
    encoding: 'buffer',
    stdin: 'ignore',
    reject: false,
    maxBuffer: maxOutputBytes,
    cancelSignal: call.signal,
  });
  call.signal.throwIfAborted();
  if (result.code === 'ENOENT') throw missingTool(call);
  return {
    status: result.exitCode,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString().trim(),
  };
}

/** Like {@link tryTool}, and throws TOOL_FAILED (infrastructure) unless the status is 0. */
export async function runTool(call: ToolCall): Promise<Buffer> {
  const { status, stdout, stderr } = await tryTool(call);
  if (status === 0) return stdout;
  const text = `${call.tool} failed with exit ${status}: ${lastLine(stderr)}`;
  const evidence = `${[call.tool, ...call.arguments].join(' ')}\n${stderr}`;
  throw new InfrastructureError('TOOL_FAILED', text, { phase: 'host', evidence });
}

/** Programs say last what stopped them; all of it is in the error's evidence. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function missingTool(call: ToolCall): UsageError {
  const next = `install package ${call.package}, or run: ./yard doctor --fix`;
  return new UsageError('MISSING_PACKAGES', `${call.tool} is not installed; ${next}`);
}
