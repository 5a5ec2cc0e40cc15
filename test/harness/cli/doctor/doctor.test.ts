/** What the doctor reports, when it installs, and how its report reads. */

import t from 'tap';
import { silentLogger } from '../../../../harness/base/logger.js';
import { runDoctor } from '../../../../harness/cli/doctor/doctor.js';
import { doctorJson, doctorTable } from '../../../../harness/cli/doctor/doctor-table.js';
import type { InstallSystem } from '../../../../harness/cli/doctor/install-system.js';
import type { PreflightCheck, PreflightFinding } from '../../../../platforms/qemu/host-checks.js';

const { signal } = new AbortController();

/** A machine on which packages appear when a command names them. */
function invent() {
  const present = new Set<string>();
  const system: InstallSystem = {
    read: async () => ({
      osRelease: new Map([['ID', 'debian']]),
      candidates: new Map(),
      sources: [],
    }),
    rootPrefix: async () => [],
    run: async ({ argv }) => {
      for (const word of argv) present.add(word);
      return undefined;
    },
  };
  const request = (checks: readonly PreflightCheck[], fix: boolean) => {
    const logger = silentLogger;
    return { checks, fix, allowInstall: true, logFile: '/tmp/log', logger, signal, system };
  };
  return { present, request };
}

const check = (name: string, finding: () => PreflightFinding): PreflightCheck => ({
  name,
  title: `Check of ${name}`,
  check: async () => finding(),
});

const fine = check('node', () => ({ ok: true, finding: 'Node 20' }));

function packageCheck(name: string, present: ReadonlySet<string>): PreflightCheck {
  return check(name, () => {
    if (present.has(name)) return { ok: true, finding: `${name} is installed` };
    const remedy = `install ${name}`;
    const finding = `${name} is not installed`;
    return { ok: false, code: 'MISSING_TOOL', finding, remedy, packages: [name] };
  });
}

t.test('reports without installing', async (t) => {
  const { present, request } = invent();
  const report = await runDoctor(request([fine, packageCheck('ovmf', present)], false));
  t.same([...present], []);
  t.match(report, { ok: false, installed: [] });
  t.equal(
    doctorTable(report),
    `ok       Check of node  Node 20
MISSING  Check of ovmf  ovmf is not installed
                        -> install ovmf

1 of 2 checks failed. Install the missing packages with: ./yard doctor --fix
`,
  );
  t.same(JSON.parse(doctorJson(report)), { schema: 1, ...report });
});

t.test('--fix installs what all checks miss, then checks again', async (t) => {
  const { present, request } = invent();
  const checks = [packageCheck('ovmf', present), packageCheck('mtools', present), fine];
  const report = await runDoctor(request(checks, true));
  t.match(report, { ok: true, installed: ['mtools', 'ovmf'] });
  t.match(doctorTable(report), 'The host has what runs need. Installed: mtools ovmf.');
});

t.test('--fix on a host that has everything changes nothing', async (t) => {
  const { present, request } = invent();
  t.match(await runDoctor(request([fine], true)), { ok: true, installed: [] });
  t.same([...present], []);
});

t.test('--fix without rights', async (t) => {
  const { present, request } = invent();
  const doctor = request([packageCheck('ovmf', present)], true);
  const system = { ...doctor.system, rootPrefix: async () => undefined };
  await t.rejects(runDoctor({ ...doctor, system }), { code: 'INSTALL_NEEDS_ROOT' });
  t.same([...present], []);
});

t.test('what no package mends stays', async (t) => {
  const { request } = invent();
  const memory = check('memory', () => ({
    ok: false,
    code: 'NO_MEMORY',
    finding: '512 MiB',
    remedy: 'use a larger machine',
  }));
  const report = await runDoctor(request([memory, fine], true));
  t.match(report, { ok: false, installed: [] });
  t.match(doctorTable(report), /\n1 of 2 checks failed\.\n$/);
});

t.test('a check that breaks does not hide the others', async (t) => {
  const { request } = invent();
  const broken = check('broken', () => {
    throw new Error('no such thing');
  });
  const report = await runDoctor(request([broken, fine], false));
  t.match(report.checks, [
    { ok: false, code: 'CHECK_FAILED', finding: 'the check broken broke: no such thing' },
    { ok: true, finding: 'Node 20' },
  ]);
});

t.test('stops on the signal', async (t) => {
  const { request } = invent();
  const reason = new Error('enough');
  const aborted = { ...request([fine], false), signal: AbortSignal.abort(reason) };
  await t.rejects(runDoctor(aborted), reason);
});
