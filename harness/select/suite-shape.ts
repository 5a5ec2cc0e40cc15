/**
 * What a suite file must default-export, checked at run time: a suite that lies about itself would
 * make every later report wrong.
 */

import { z } from 'zod';
import { count, fileName, haveOwnPlaces, port, service } from './service-shape.js';

const isUnique = (names: readonly string[]) => new Set(names).size === names.length;

const milliseconds = z.int().min(1);

const ipv4Network = z.string().regex(/^\d+\.\d+\.\d+\.\d+\/\d+$/, 'must be like 10.0.3.0/24');

const fwCfg = z.enum(['opt/com.coreos/config', 'opt/org.flatcar-linux/config']).optional();
const byUrl = z.literal(true).optional();

const localFile = z.union([
  z.string(),
  z.strictObject({ contents: z.string(), executable: z.boolean() }),
]);

const provisioning = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('ignition'),
    config: z.looseObject({}),
    version: z.enum(['3.3.0', '3.4.0']).optional(),
    ...{ fwCfg, byUrl },
  }),
  z.strictObject({
    kind: z.literal('butane'),
    config: z.string(),
    files: z.record(z.string(), localFile).optional(),
    ...{ fwCfg, byUrl },
  }),
  z.strictObject({ kind: z.literal('raw'), config: z.string(), fwCfg }),
]);

/** With the number of a machine it is a host name, whose labels have 63 characters at most. */
const roleName = z.string().regex(/^[a-z][a-z0-9-]{0,57}$/, 'is no name of a role, such as server');

/** Part of file names and of placeholders. */
const segmentName = z.string().regex(/^[a-z][a-z0-9-]*$/, 'is no name of a segment, such as lan');

/** The path of a URL; what is under `sha256/` goes by its digest. */
const artifactName = z
  .string()
  .regex(/^(?!sha256\/)[\w.-]+(\/[\w.-]+)*$/, 'is no name of an artifact, such as box.tar');
const extra = z.strictObject({ extra: z.string() });
const metadataPath = z.string().startsWith('/');

/** What its networks may be, `planNetwork` says. */
const segment = z.strictObject({
  subnet: z.string().optional(),
  subnet6: z.string().optional(),
  mtu: z.int().min(576).max(65_521).optional(),
  artifacts: z.record(artifactName, z.union([z.string(), extra])).optional(),
  metadata: z.record(metadataPath, z.string()).optional(),
  gateway: z.boolean().optional(),
});

const atMs = z.number().min(0);
const machines = z.array(z.string()).min(1);
const share = z.number().min(0).max(1).optional();
const faults = z.strictObject({
  down: z.boolean().optional(),
  delayMs: z.number().min(0).optional(),
  jitterMs: z.number().min(0).optional(),
  ...{ loss: share, duplicate: share, reorder: share, corrupt: share },
  kbitPerSecond: z.number().positive().optional(),
});

/** Whether its machines are there, `planNetwork` says. */
const faultStep = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('link'),
    atMs,
    machine: z.string(),
    segment: segmentName.optional(),
    faults,
    direction: z.enum(['in', 'out', 'both']).optional(),
  }),
  z.strictObject({
    kind: z.literal('partition'),
    atMs,
    from: machines,
    to: machines,
    oneWay: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('heal'), atMs }),
]);

const boot = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('disk'), preferring: z.string().optional() }),
  z.strictObject({ kind: z.literal('network'), file: fileName }),
  z.strictObject({ kind: z.literal('cd'), extra: z.string() }),
]);

const role = z.strictObject({
  count,
  vcpus: count,
  memoryMiB: z.int().min(128),
  boot,
  systemDiskMiB: count.optional(),
  firmware: z.enum(['bios', 'uefi']),
  secureBoot: z.literal(true).optional(),
  tpm: z.boolean(),
  identity: z.enum(['shared', 'own']),
  segments: z.array(segmentName).refine(isUnique, 'must not repeat a segment'),
  disks: z.array(z.strictObject({ name: z.string(), sizeMiB: count })),
  nics: z.array(
    z.strictObject({
      subnet: ipv4Network,
      mac: z.string().optional(),
      forwards: z.array(z.strictObject({ address: z.string(), port })).optional(),
    }),
  ),
  forwards: z.array(port),
  services: z.array(service).refine(haveOwnPlaces, 'must not repeat an address and port'),
  shares: z.array(
    z.strictObject({
      tag: z.string().regex(/^[\w-]{1,31}$/),
      files: z.record(fileName, z.string()),
    }),
  ),
  provisioning,
  ready: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('ssh') }),
    z.strictObject({ kind: z.literal('banner') }),
    z.strictObject({ kind: z.literal('console'), pattern: z.instanceof(RegExp) }),
  ]),
});

/** The shape of harness/model/suite.ts `Suite`. */
const suite = z.strictObject({
  id: z.string(),
  summary: z.string().min(1),
  owner: z.string().min(1),
  claims: z.array(z.string()).min(1),
  tags: z.array(z.string()),
  applies: z.strictObject({
    channels: z.array(z.enum(['alpha', 'beta', 'stable', 'lts', 'developer'])).optional(),
    arches: z.array(z.enum(['amd64', 'arm64'])).optional(),
    needs: z.array(z.string()).optional(),
    minVersion: z.string().optional(),
    endVersion: z.string().optional(),
  }),
  topology: z.strictObject({
    roles: z
      .record(roleName, role)
      .refine((roles) => Object.keys(roles).length > 0, 'must name a role, such as main'),
    segments: z.record(segmentName, segment).optional(),
    schedule: z.array(faultStep).optional(),
  }),
  start: z.enum(['fork', 'first-boot', 'cold']),
  limits: z.strictObject({ bootMs: milliseconds, runMs: milliseconds, teardownMs: milliseconds }),
  locks: z.array(z.string()),
  expects: z.array(z.strictObject({ pattern: z.string(), reason: z.string().min(1) })),
  run: z.custom<(context: unknown) => unknown>((value) => typeof value === 'function', {
    error: 'must be a function',
  }),
});

type Checked = Pick<z.infer<typeof suite>, 'start' | 'topology'>;

/** What is in memory only can't be forked: its template is a disk. */
const suiteShape = suite.superRefine(({ start, topology }: Checked, { addIssue }) => {
  if (start === 'cold') return;
  for (const [name, { boot }] of Object.entries(topology.roles)) {
    const path = ['topology', 'roles', name, 'boot'];
    const message = "without a system disk the suite must start 'cold'";
    if (boot.kind !== 'disk') addIssue({ code: 'custom', path, message });
  }
});

/** What is wrong with a value as a suite, each with its place; nothing for a suite. */
export function problemsOf(value: unknown): readonly string[] {
  const { error } = suiteShape.safeParse(value);
  return (error?.issues ?? []).map((issue) => {
    // What is wrong with a key is told behind it.
    const { message } = (issue.code === 'invalid_key' && issue.issues[0]) || issue;
    return `${issue.path.join('.') || 'the default export'}: ${message}`;
  });
}
