/**
 * A guest of 512 bytes for tests with a real QEMU: it prints three lines and a prompt on the serial
 * port, echoes what is typed, resets on `R` and powers off on `P`.
 */

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../../harness/base/logger.js';
import type { ClusterRequest, MachineEvent } from '../../../harness/model/platform.js';
import { defaultLimits } from '../../../harness/model/suite.js';
import { type Role, singleMachine } from '../../../harness/model/topology.js';
import { makeHarnessKeys } from '../../../platforms/guest/keys.js';
import { bootSectorImage } from '../../../platforms/qemu/probe-payload.js';

const greeting = 'Linux version 0 (payload)\r\n\u001b[1mhello\u001b[0m\r\nlogin: ';

/** As for the probe payload: bytes, and the instruction that they are (16-bit, loaded at 0x7c00). */
const program: readonly (readonly [string, string])[] = [
  ['fa 31c0 8ed8 fc', 'cli; xor %ax,%ax; mov %ax,%ds; cld'],
  ['be427c', 'mov $greeting,%si'],
  ['ac 84c0 7405', 'print: lodsb; test %al,%al; jz echo'],
  ['e81b00 ebf6', 'call putc; jmp print'],
  ['bafd03 ec a801 74f8', 'echo: in line status; wait for a byte'],
  ['baf803 ec', 'in data'],
  ['3c52 740e', "cmp $'R',%al; je reset"],
  ['3c50 7412', "cmp $'P',%al; je poweroff"],
  ['e80200 ebe7', 'call putc; jmp echo'],
  ['baf803 ee c3', 'putc: out data; ret'],
  ['baf90c b006 ee ebda', 'reset: out 6 to the reset control register'],
  ['ba0406 b80020 ef ebd1', 'poweroff: out SLP_EN to ACPI PM1a control'],
];

/** The disk image. */
export function payloadImage(): Buffer {
  const code = Buffer.from(program.map(([hex]) => hex.replaceAll(' ', '')).join(''), 'hex');
  return bootSectorImage(Buffer.concat([code, Buffer.from(`${greeting}\0`, 'latin1')]));
}

/** A directory with everything a platform needs, and the payload as an image. */
export interface Workbench {
  readonly directory: string;
  readonly events: MachineEvent[];
  readonly platformOptions: {
    readonly cacheDirectory: string;
    readonly runDirectory: string;
    readonly stateDirectory: string;
    readonly logger: typeof silentLogger;
    readonly accelerator: 'tcg';
    readonly keys: ReturnType<typeof makeHarnessKeys>;
    readonly signal: AbortSignal;
  };
  request(role: Partial<Role>, overrides?: Partial<ClusterRequest>): ClusterRequest;
}

/** Makes a workbench; the caller removes its directory. */
export async function makeWorkbench(): Promise<Workbench> {
  const directory = await mkdtemp(join(tmpdir(), 'yard-test-'));
  const disk = payloadImage();
  await writeFile(join(directory, 'payload.raw'), disk);
  await mkdir(join(directory, 'run'));
  const events: MachineEvent[] = [];
  const image = { directory, descriptor: describePayload(disk) };
  return {
    directory,
    events,
    platformOptions: {
      cacheDirectory: join(directory, 'cache'),
      runDirectory: join(directory, 'run'),
      stateDirectory: join(directory, 'cache', 'state'),
      logger: silentLogger,
      accelerator: 'tcg',
      keys: makeHarnessKeys(),
      signal: AbortSignal.timeout(120_000),
    },
    request: (role, overrides) => ({
      id: 'test-1',
      artifactDirectory: join(directory, 'artifacts'),
      image,
      topology: singleMachine({
        memoryMiB: 64,
        vcpus: 1,
        provisioning: { kind: 'none' },
        ready: { kind: 'console', pattern: /login: / },
        ...role,
      }),
      start: 'cold',
      limits: { ...defaultLimits, bootMs: 20_000 },
      onEvent: (event) => void events.push(event),
      ...overrides,
    }),
  };
}

function describePayload(disk: Buffer): ClusterRequest['image']['descriptor'] {
  const sha256 = createHash('sha256').update(disk).digest('hex');
  return {
    schema: 1,
    name: 'payload-amd64',
    osName: 'Payload',
    osId: 'payload',
    channel: 'developer',
    version: '0',
    arch: 'amd64',
    board: 'amd64-usr',
    disk: {
      file: 'payload.raw',
      format: 'raw',
      sizeBytes: disk.length,
      virtualBytes: disk.length,
      sha256,
    },
    firmware: ['bios'],
    capabilities: [],
    extras: [],
    packages: [],
    origin: 'test',
  };
}
