/**
 * What suites need is a word that something gives: one that nothing gives to a described image would
 * keep its suites from every real image, in silence.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { compiledRoot, projectRoot } from '../../harness/base/project-root.js';
import { patternNames } from '../../harness/execute/pattern-catalogue.js';
import { loadContract } from '../../harness/select/contract.js';
import { loadSuites } from '../../harness/select/load-suites.js';
import { capabilityNames } from '../../images/image-facts.js';
import { madeParts } from '../../images/releases/made-parts.js';
import { capabilitiesWith } from '../../platforms/qemu/capabilities.js';

/** Words that are given elsewhere. */
const elsewhere: readonly string[] = [
  'secure-boot', // by the firmware that a release brings, see images/fetch/make-fetched-image.ts
  'tang', // by the platform, where the host has the program
  'boot-complete', // the reference image alone: Flatcar calls a boot good after a while, whatever units say
  'roll-back-without-record', // the same: Flatcar's engine knows of a roll-back by what it wrote after the flip
  'flatcar-update-restores', // the same: Flatcar's script leaves its server in the settings when it is killed
];

/** With the name of what is given beside the image. */
const kinds = /^(extra|release|artifact):[a-z0-9-]+$/;

/** A shell's word that runs busybox, or its place in the reference image. */
const ofTheSystem = /\/usr\/bin\/busybox|\['busybox'|(?<![\w/'-])busybox (?!\/)/;

async function allSuites() {
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const directory = join(compiledRoot(), 'suites');
  return await loadSuites({ directory, contract, patterns: patternNames });
}

t.test('no suite counts on the busybox of the system, which Flatcar does not have', async (t) => {
  const root = join(projectRoot(), 'suites');
  const files = (await readdir(root, { recursive: true })).filter((file) => file.endsWith('.ts'));
  t.ok(files.length > 250, 'the sources are there');
  for (const file of files) {
    const lines = (await readFile(join(root, file), 'utf8')).split('\n');
    const code = lines.filter((line) => !/^ *(\*|\/\*|\/\/)/.test(line));
    const wrong = code.filter((line) => ofTheSystem.test(line));
    if (wrong.length > 0) t.fail(`${file}: ${wrong.join(' ')}`);
  }
});

t.test('who needs what only a disk beside the image has prefers that disk', async (t) => {
  const disks = Object.values(madeParts).flatMap(({ files, gives }) =>
    Object.keys(files)
      .filter((name) => name.endsWith('-disk'))
      .map((disk) => ({ disk, gives })),
  );
  for (const { id, applies, topology } of await allSuites()) {
    const wanted = disks.filter(({ gives }) => applies.needs?.some((word) => gives.includes(word)));
    const boots = Object.values(topology.roles).map(({ boot }) => boot);
    for (const { disk } of wanted) t.has(boots, [{ kind: 'disk', preferring: disk }], id);
  }
});

t.test('each word that suites need can be given to a real image', async (t) => {
  const suites = await allSuites();
  const firmware = {
    code: { path: '/f', format: 'raw' },
    variables: { path: '/v', format: 'raw' },
  };
  const given = new Set([...capabilityNames, ...capabilitiesWith(firmware as never), ...elsewhere]);
  const needed = new Set(suites.flatMap(({ applies }) => applies?.needs ?? []));
  t.same(
    [...needed].filter((word) => !given.has(word) && !kinds.test(word)),
    [],
  );
});
