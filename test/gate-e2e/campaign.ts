/**
 * Releases from the first run to machines in the field: what the gate lets through, what it holds, and
 * what a machine sees of it. All runs are real.
 */

import { toError } from '../../harness/base/errors.js';
import { silentLogger } from '../../harness/base/logger.js';
import { runSuites } from '../../harness/cli/run-suites.js';
import { loadSettings } from '../../harness/cli/settings.js';
import { auditRelease } from './audited-release.js';
import { readExcuse } from './excuse.js';
import { GateLab } from './gate-lab.js';
import { inventory } from './lab-policy.js';
import { type FieldPlan, machineOnStable } from './machine-on-stable.js';
import type { E2eRelease, E2eReleases } from './releases.js';

/** One thing that was to be seen. */
export interface E2eRow {
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

/** Who hears of rows, and of what the gate says about the broken release. */
export interface Campaign {
  readonly releases: E2eReleases;
  readonly signal: AbortSignal;
  readonly onRow: (row: E2eRow) => void;
  readonly onText: (text: string) => void;
}

/** Runs all of it; the rows in the order in which they were seen. */
export async function runCampaign(campaign: Campaign): Promise<readonly E2eRow[]> {
  const rows: E2eRow[] = [];
  const see = (what: string, expected: string, seen: string) => {
    const row = { what, expected, seen };
    rows.push(row);
    campaign.onRow(row);
  };
  await using lab = await GateLab.open(campaign.signal);
  const tools: Tools = { lab, campaign, see };
  await firstRelease(tools);
  await brokenRelease(tools);
  await goodRelease(tools);
  await inTheField(tools);
  await audited(tools);
  return rows;
}

interface Tools {
  readonly lab: GateLab;
  readonly campaign: Campaign;
  readonly see: (what: string, expected: string, seen: string) => void;
}

const channels = ['alpha', 'beta', 'stable'] as const;
const allPassed = `${inventory.length} passed`;

async function prove(release: E2eRelease, expected: string, { lab, see }: Tools): Promise<void> {
  await lab.add(release);
  see(`suites on ${release.version}`, expected, await lab.prove(release));
}

async function promoteTo(version: string, to: string, expected: string, { lab, see }: Tools) {
  see(`${version} to ${to}`, expected, await lab.promote(version, to));
}

async function firstRelease(tools: Tools): Promise<void> {
  const { first } = tools.campaign.releases;
  await prove(first, allPassed, tools);
  for (const to of channels) await promoteTo(first.version, to, 'promoted', tools);
}

/** Alpha asks for little, and gets it; there it stays. */
async function brokenRelease(tools: Tools): Promise<void> {
  const { lab, campaign, see } = tools;
  const { version } = campaign.releases.broken;
  await prove(campaign.releases.broken, `1 failed, ${inventory.length - 1} passed`, tools);
  await promoteTo(version, 'alpha', 'promoted', tools);
  await promoteTo(version, 'beta', 'refused, hold', tools);
  const { stdout, exitCode } = await lab.gate(['explain', version, '--to', 'beta']);
  campaign.onText(stdout);
  const why = stdout.split('\n').find((line) => /verity\/file-modes.*: expected/.test(line));
  see(`what holds ${version}`, 'verity/file-modes, exit 1', `${suiteOf(why)}, exit ${exitCode}`);
  await excused(stdout, version, tools);
  const skipped = await lab.promote(version, 'stable');
  see(`${version} to stable past beta`, 'UNKNOWN_EDGE', codeOf(skipped));
}

/** The line is enough to find what failed, and to write a waiver of it. */
async function excused(explained: string, version: string, { lab, see }: Tools): Promise<void> {
  const told = await readExcuse(explained, 'verity/file-modes', lab.runs);
  see('it is bad since', version, told.firstBad);
  see('the report that it points to', 'verity/file-modes', told.suite || 'is not there');
  see('its signature', told.recorded || 'that of the run', told.signature);
}

function suiteOf(line: string | undefined): string {
  return /[a-z0-9-]+\/[a-z0-9-]+/.exec(line ?? '')?.[0] ?? 'nothing';
}

function codeOf(text: string): string {
  return /\[([A-Z_]+)\]\s*$/.exec(text)?.[1] ?? text;
}

/** Beta wants to see that the machines that it has can be updated. */
async function goodRelease(tools: Tools): Promise<void> {
  const { first, good } = tools.campaign.releases;
  await prove(good, allPassed, tools);
  const updated = await tools.lab.proveUpdate(first, good);
  tools.see(`${first.version} updated to ${good.version}`, '1 passed', updated);
}

async function inTheField(tools: Tools): Promise<void> {
  const { lab, campaign, see } = tools;
  const { first, broken, good } = campaign.releases;
  const expected = new Map([
    ['a machine on stable asks', 'noupdate'],
    ['it asks on beta', 'noupdate'],
    ['somebody on alpha is offered', broken.version],
    ['the machine on stable asks again', `UPDATED_NEED_REBOOT ${good.version}`],
    ['after the reboot it runs', good.version],
    ['it was offered in all its life', good.version],
  ]);
  const plan: FieldPlan = {
    channels: lab.channels,
    first: first.update,
    broken: broken.update,
    good: good.update,
    promoteGood: async () => {
      for (const to of channels) await promoteTo(good.version, to, 'promoted', tools);
    },
    saw: (what, seen) => {
      see(what, expected.get(what) ?? 'nothing', seen);
      expected.delete(what);
    },
  };
  see('the suite of that machine', 'passed', await runField(plan, first, tools));
  for (const [what, wanted] of expected) see(what, wanted, 'never');
  const { stdout, exitCode } = await lab.gate(['verify']);
  campaign.onText(stdout);
  see('yard gate verify', 'exit 0', `exit ${exitCode}`);
}

/** What boots in a release, and what does not although it is signed and whole. */
async function audited({ lab, campaign, see }: Tools): Promise<void> {
  const { sound, broken } = await auditRelease(lab, campaign.releases.first, campaign.signal);
  for (const file of ['qemu_image.img', 'pxe_image.cpio.gz', 'iso_image.iso']) {
    see(`audit boots ${file}`, 'good', sound[file] ?? 'nothing');
  }
  const torn = broken['pxe_image.cpio.gz'] ?? 'nothing';
  see('audit boots an archive that is none', 'its boot is failed', torn);
  see('audit boots the disc beside it', 'good', broken['iso_image.iso'] ?? 'nothing');
}

async function runField(plan: FieldPlan, { image }: E2eRelease, tools: Tools): Promise<string> {
  const { lab, campaign } = tools;
  const settings = await loadSettings({ runs: lab.runs });
  const suites = [machineOnStable(plan)];
  const request = { suites, image, settings, logger: silentLogger, signal: campaign.signal };
  try {
    const { record } = await runSuites(request);
    const [only] = record.cases;
    const failure = only?.attempts.at(-1)?.failure;
    return failure ? `${only?.status}: ${failure.message}` : (only?.status ?? 'excluded');
  } catch (thrown) {
    return toError(thrown).message;
  }
}

/** A line of the table, more when it was not as expected. */
export function renderRow({ what, expected, seen }: E2eRow): string {
  const line = `${seen === expected ? 'right' : 'WRONG'}  ${what.padEnd(36)}  ${seen}`;
  return seen === expected ? line : `${line}\n       expected ${expected}`;
}
