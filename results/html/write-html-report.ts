/**
 * Writes the HTML report: one file with everything in it, that needs no network and runs only its
 * own script. Logs go in one after the other, so that memory does not grow with the run.
 */

import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptDirectory } from '../../harness/base/run-dir.js';
import type { ContractRow } from '../../harness/model/contract.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { RunRecord } from '../../harness/model/record.js';
import { missingFiles } from '../missing-files.js';
import { readEventLog } from '../read-event-log.js';
import { readRecord } from '../record-file.js';
import { runFiles } from '../run-files.js';
import { type EmbedLimits, embedFile } from './embed-file.js';
import { newSinceLastPass } from './last-pass.js';
import { makePageData } from './make-page-data.js';
import { type PageBundle, pageBundle } from './page-bundle.js';
import type { EmbeddedFile, PageData } from './page-data.js';
import { attemptKey } from './trace-events.js';

/** What the report is made of. */
export interface HtmlRequest {
  readonly runDirectory: string;
  readonly contract: readonly ContractRow[];
  readonly output: string;
}

/** A case that passed is rarely looked into. */
const limits = {
  passed: { headBytes: 64 * 1024, tailBytes: 64 * 1024 },
  other: { headBytes: 256 * 1024, tailBytes: 768 * 1024 },
} as const satisfies Record<string, EmbedLimits>;

/**
 * Writes the report whole or not at all; returns the files that the record names and that are not
 * there. Throws like {@link readRecord}.
 */
export async function writeHtmlReport({
  runDirectory,
  contract,
  output,
}: HtmlRequest): Promise<readonly string[]> {
  const record = await readRecord(runDirectory);
  const events = await eventsOf(runDirectory);
  const bundle = await pageBundle();
  const missing = await missingFiles(runDirectory, record);
  const partial = `${output}.partial`;
  const file = await open(partial, 'w', 0o644);
  try {
    await file.writeFile(headOf(record, bundle));
    const files = await writeLogs(file, runDirectory, record);
    const newLines = await newSinceLastPass(runDirectory, record);
    const data = makePageData({ record, events, contract, files, newLines, missing });
    await file.writeFile(tailOf(data, bundle));
  } finally {
    await file.close();
  }
  await rename(partial, output);
  return missing;
}

/** A run of which only the record is left has no trace. */
async function eventsOf(runDirectory: string): Promise<readonly LoggedEvent[]> {
  const names = await readdir(runDirectory);
  if (!names.includes(runFiles.events)) return [];
  return (await readEventLog(join(runDirectory, runFiles.events))).events;
}

type Files = ReadonlyMap<string, readonly EmbeddedFile[]>;

async function writeLogs(file: FileHandle, root: string, { cases }: RunRecord): Promise<Files> {
  const files = new Map<string, EmbeddedFile[]>();
  let number = 0;
  for (const { id: caseId, suite, repeat, status, attempts } of cases) {
    const limit = status === 'passed' ? limits.passed : limits.other;
    for (const { attempt } of attempts) {
      const directory = join(root, attemptDirectory({ suite, repeat }, attempt));
      const embedded: EmbeddedFile[] = [];
      for (const name of await logsIn(directory)) {
        const found = await embedFile(join(directory, name), limit);
        if (found === undefined) continue;
        const { base64, sizeBytes, isCut } = found;
        const id = `log-${number++}`;
        await file.writeFile(`<script type="text/plain" id="${id}">${base64}</script>\n`);
        embedded.push({ id, name, sizeBytes, isCut });
      }
      files.set(attemptKey(caseId, attempt), embedded);
    }
  }
  return files;
}

/** Texts and pictures that the platform and the suites leave; consoles first. */
async function logsIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  const texts = entries.filter((name) =>
    /\.(?:log|txt|json|jsonl|stderr|md|xml|pcap|png)$/.test(name),
  );
  const isConsole = (name: string) => name.endsWith('console.log');
  return texts.sort((a, b) => Number(isConsole(b)) - Number(isConsole(a)) || a.localeCompare(b));
}

/** Inside a script element only `</` and `<!` could end or change it; JSON allows the escape. */
function jsonForScript(value: object): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function scriptText({ script }: PageBundle): string {
  return script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

/** Only the script with this digest runs, and nothing is fetched (w3.org/TR/CSP3). */
function policyOf(bundle: PageBundle): string {
  const digest = createHash('sha256').update(scriptText(bundle)).digest('base64');
  const rules = [`script-src 'sha256-${digest}'`, "style-src 'unsafe-inline'", 'img-src data:'];
  return ["default-src 'none'", ...rules, "base-uri 'none'", "form-action 'none'"].join('; ');
}

function headOf(record: RunRecord, bundle: PageBundle): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policyOf(bundle)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${record.verdict} · ${record.run}</title>`,
    `<style>${bundle.style.replaceAll('</style', '<\\/style')}</style></head>`,
    '<body><div id="app"></div><noscript>This report needs JavaScript.</noscript>\n',
  ].join('\n');
}

function tailOf(data: PageData, bundle: PageBundle): string {
  const json = `<script type="application/json" id="data">${jsonForScript(data)}</script>`;
  return `${json}\n<script>${scriptText(bundle)}</script>\n</body></html>\n`;
}
