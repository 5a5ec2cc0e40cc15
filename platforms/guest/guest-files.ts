/**
 * Files of a guest, read and written as root. A file appears under its name only when all of it has
 * arrived and mode and owner are right.
 */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InfrastructureError, toError, UsageError } from '../../harness/base/errors.js';
import type { PutOptions } from '../../harness/model/machine.js';
import type { RemoteCommand } from './ssh-connection.js';
import type { SshGuest } from './ssh-guest.js';

const readLimit = 64 * 1024 * 1024;

/**
 * Arguments: path, mode, owner, size. Missing parent directories are made; a link at the path is
 * replaced, not followed. The size is compared since a lost connection looks like the end of input.
 */
const installScript = `
mkdir -p -- "$(dirname -- "$1")"
umask 077
temporary=$(mktemp -- "$1.XXXXXXXX")
trap 'rm -f -- "$temporary"' EXIT
trap 'exit 1' HUP INT TERM
cat >"$temporary"
size=$(stat -c %s -- "$temporary")
test "$size" = "$4" || { echo "got $size of $4 bytes" >&2; exit 1; }
chown -- "$3" "$temporary"
chmod -- "$2" "$temporary"
mv -fT -- "$temporary" "$1"
`;

/** The text of a file of at most 64 MiB. Throws COMMAND_FAILED, OUTPUT_TRUNCATED (product). */
export async function readGuestFile(guest: SshGuest, path: string): Promise<string> {
  return await guest.checked(['cat', '--', path], { sudo: true, outputLimit: readLimit });
}

/** Writes a file in one step. Throws COMMAND_FAILED (product). */
export async function writeGuestFile(
  guest: SshGuest,
  file: PutOptions & { readonly path: string; readonly contents: string | Uint8Array },
): Promise<void> {
  const stdin = Buffer.from(file.contents);
  await install(guest, file, { stdin, sizeBytes: stdin.length });
}

/**
 * Streams a file of the host to the guest. Default deadline: 60 s and a second more per MiB. Throws
 * COMMAND_FAILED (product), HOST_FILE (infrastructure; usage for what is no regular file).
 */
export async function uploadFile(
  guest: SshGuest,
  file: PutOptions & { readonly path: string; readonly hostPath: string },
): Promise<void> {
  const sizeBytes = await hostFileSize(file.hostPath);
  const stdin = createReadStream(file.hostPath);
  try {
    await install(guest, file, { stdin, sizeBytes });
  } finally {
    stdin.destroy();
  }
}

async function install(
  guest: SshGuest,
  file: PutOptions & { readonly path: string },
  input: { readonly stdin: NonNullable<RemoteCommand['stdin']>; readonly sizeBytes: number },
): Promise<void> {
  const { path, mode = '0644', owner = 'root:root' } = file;
  const timeoutMs = file.timeoutMs ?? 60_000 + input.sizeBytes / 1024;
  const parameters = [path, mode, owner, String(input.sizeBytes)];
  await guest.checked(['sh', '-eu', '-c', installScript, 'install-file', ...parameters], {
    sudo: true,
    timeoutMs,
    stdin: input.stdin,
  });
}

async function hostFileSize(path: string): Promise<number> {
  try {
    const facts = await stat(path);
    if (facts.isFile()) return facts.size;
  } catch (thrown) {
    const cause = toError(thrown);
    throw new InfrastructureError('HOST_FILE', `cannot upload ${path}: ${cause.message}`, {
      cause,
    });
  }
  throw new UsageError('HOST_FILE', `cannot upload ${path}: it is not a regular file`);
}
