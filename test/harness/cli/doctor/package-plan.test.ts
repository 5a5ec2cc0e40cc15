/** The plan for each release that people have, with full and with empty package lists. */

import t from 'tap';
import { parseAptSources } from '../../../../harness/cli/doctor/apt-sources.js';
import { shellLine } from '../../../../harness/cli/doctor/install-step.js';
import { parseAptPolicy } from '../../../../harness/cli/doctor/package-host.js';
import {
  type PackageHost,
  type PackagePlan,
  planPackages,
} from '../../../../harness/cli/doctor/package-plan.js';

const bookworm = {
  ID: 'debian',
  VERSION_ID: '12',
  VERSION_CODENAME: 'bookworm',
  PRETTY_NAME: 'Debian GNU/Linux 12 (bookworm)',
};

const list = 'deb [signed-by=/k.gpg] http://mirror.example/debian bookworm main\n';

function host(
  osRelease: Readonly<Record<string, string>>,
  candidates: Readonly<Record<string, string>> = {},
  sources = list,
): PackageHost {
  return {
    osRelease: new Map(Object.entries(osRelease)),
    candidates: new Map(Object.entries(candidates)),
    sources: parseAptSources([{ name: 'sources.list', text: sources }]),
  };
}

const commands = (plan: PackagePlan) =>
  plan.kind === 'install' ? plan.steps.map(({ argv }) => argv.join(' ')) : plan.reason;

const apt = 'env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300';
const install = `${apt} install --yes --no-install-recommends`;
const wanted = ['qemu-utils', 'ovmf', 'qemu-system-x86', 'ovmf'];

t.test('Debian 12 takes QEMU, and only QEMU, from backports', (t) => {
  const expected = [
    'tee /etc/apt/sources.list.d/switchyard-backports.sources',
    `${apt} update`,
    `${install} ovmf`,
    `${install} --target-release bookworm-backports qemu-system-x86 qemu-utils`,
  ];
  const known = host(bookworm, { 'qemu-system-x86': '1:7.2+dfsg-7+deb12u18+b3' });
  for (const [name, machine] of [
    ['by its candidate', known],
    ['without package lists', host(bookworm)],
  ] as const) {
    const plan = planPackages(wanted, machine);
    t.same(commands(plan), expected, name);
    t.match(plan, {
      packages: ['ovmf', 'qemu-system-x86', 'qemu-utils'],
      backports: 'bookworm-backports',
      source: { text: /URIs: http:\/\/mirror.example\/debian\nSuites: bookworm-backports\n/ },
    });
  }
  t.end();
});

t.test('Debian 12 with backports keeps its sources', (t) => {
  const sources = `${list}deb http://mirror.example/debian bookworm-backports main\n`;
  const plan = planPackages(['qemu-system-x86'], host(bookworm, {}, sources));
  t.same(commands(plan), [
    `${apt} update`,
    `${install} --target-release bookworm-backports qemu-system-x86`,
  ]);
  t.notHas(plan, { source: {} });
  t.end();
});

t.test('Debian 12 whose QEMU is from backports already', (t) => {
  const candidates = { 'qemu-utils': '1:10.0.2+ds-2+deb13u1~bpo12+1' };
  const plan = planPackages(['qemu-utils'], host(bookworm, candidates));
  t.same(commands(plan), [`${apt} update`, `${install} qemu-utils`]);
  t.end();
});

t.test('Debian 12 without a source of its own', (t) => {
  const plan = planPackages(['qemu-utils'], host(bookworm, {}, ''));
  t.same(plan, {
    kind: 'impossible',
    packages: ['qemu-utils'],
    reason: 'apt has no source for bookworm to take bookworm-backports from; add one first',
  });
  t.end();
});

t.test('other packages need no backports', (t) => {
  const plan = planPackages(['btrfs-progs'], host(bookworm, { 'btrfs-progs': '6.2-1' }));
  t.same(commands(plan), [`${apt} update`, `${install} btrfs-progs`]);
  t.end();
});

t.test('Ubuntu 24.04 and Debian 13 have it', (t) => {
  const noble = { ID: 'ubuntu', ID_LIKE: 'debian', VERSION_ID: '24.04', VERSION_CODENAME: 'noble' };
  const trixie = { ID: 'debian', VERSION_ID: '13', VERSION_CODENAME: 'trixie' };
  const expected = [`${apt} update`, `${install} ovmf qemu-system-x86 qemu-utils`];
  const qemu = (version: string) => ({ 'qemu-utils': version });
  t.same(commands(planPackages(wanted, host(noble, qemu('1:8.2.2+ds-0ubuntu1.4')))), expected);
  t.same(commands(planPackages(wanted, host(noble))), expected);
  t.same(commands(planPackages(wanted, host(trixie, qemu('1:10.0.2+ds-2')))), expected);
  t.end();
});

t.test('Ubuntu 22.04 and Debian 11 say what to do', (t) => {
  const jammy = {
    ID: 'ubuntu',
    VERSION_ID: '22.04',
    VERSION_CODENAME: 'jammy',
    PRETTY_NAME: 'Ubuntu 22.04.5 LTS',
  };
  for (const candidates of [{}, { 'qemu-utils': '1:6.2+dfsg-2ubuntu6.24' }]) {
    const plan = planPackages(['qemu-utils'], host(jammy, candidates));
    t.equal(plan.kind, 'impossible');
    t.match(
      commands(plan),
      /^Ubuntu 22.04.5 LTS has QEMU .*6\.2.* and no source of 8\.2; use Debian/,
    );
  }
  const bullseye = { ID: 'debian', VERSION_ID: '11', VERSION_CODENAME: 'bullseye' };
  t.match(commands(planPackages(wanted, host(bullseye))), /^debian 11 has QEMU 5\.2 and no source/);
  t.end();
});

t.test('versions are compared as numbers', (t) => {
  const kind = (version: string) =>
    planPackages(['qemu-utils'], host({ ID: 'ubuntu', VERSION_ID: '1' }, { 'qemu-utils': version }))
      .kind;
  t.equal(kind('1:8.10.0'), 'install');
  t.equal(kind('1:10.1~rc0'), 'install');
  t.equal(kind('8.1.9'), 'impossible');
  t.equal(kind('2:7.9'), 'impossible');
  t.end();
});

t.test('a system without apt', (t) => {
  const fedora = { ID: 'fedora', PRETTY_NAME: 'Fedora Linux 42' };
  const plan = planPackages(['qemu-utils'], host(fedora));
  t.match(commands(plan), /^Fedora Linux 42 is neither Debian nor Ubuntu; .*qemu-utils$/);
  t.end();
});

t.test('the shell line can be pasted', (t) => {
  const plan = planPackages(['qemu-utils'], host(bookworm));
  const line = plan.kind === 'install' ? shellLine(plan.steps, ['sudo']) : '';
  t.equal(
    line,
    "printf '%s\\n' '# Added by Switchyard for QEMU; remove this file to undo.' 'Types: deb' " +
      "'URIs: http://mirror.example/debian' 'Suites: bookworm-backports' 'Components: main' " +
      "'Signed-By: /k.gpg' | sudo tee /etc/apt/sources.list.d/switchyard-backports.sources " +
      `>/dev/null && sudo ${apt} update && ` +
      `sudo ${install} --target-release bookworm-backports qemu-utils`,
  );
  const awkward = [{ title: '', argv: ['echo', "it's", '$HOME', ''] }];
  t.equal(shellLine(awkward, []), `echo 'it'\\''s' '$HOME' ''`);
  t.end();
});

t.test('apt-cache policy', (t) => {
  const output = `qemu-utils:
  Installed: (none)
  Candidate: 1:7.2+dfsg-7+deb12u18+b3
  Version table:
     1:10.0.2+ds-2+deb13u1~bpo12+1 100
        100 http://mirror.example/debian bookworm-backports/main amd64 Packages
nothing:
  Installed: (none)
  Candidate: (none)
  Version table:
ovmf:
  Installed: 2022.11-6
  Candidate: 2022.11-6+deb12u2
`;
  t.same(
    parseAptPolicy(output),
    new Map([
      ['qemu-utils', '1:7.2+dfsg-7+deb12u18+b3'],
      ['ovmf', '2022.11-6+deb12u2'],
    ]),
  );
  t.same(parseAptPolicy(''), new Map());
  t.end();
});
