/**
 * Reads the contract table, and beside it the reasons why some of its rows have no suite.
 */

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../base/errors.js';
import type { ContractRow } from '../model/contract.js';
import { type ClaimId, parseClaimId } from '../model/ids.js';

/**
 * The rows by id, with the reasons of `unproven.tsv` in the same directory.
 * Throws BAD_CONTRACT (usage) naming the file and line.
 */
export async function loadContract(path: string): Promise<ReadonlyMap<ClaimId, ContractRow>> {
  const rows = new Map<ClaimId, ContractRow>();
  (await readLines(path)).forEach((line, index) => {
    const row = parseRow(line);
    if (row === undefined || rows.has(row.id)) throw badRow(path, index + 2);
    rows.set(row.id, row);
  });
  await addReasons(rows, join(dirname(path), 'unproven.tsv'));
  return rows;
}

/** Without the line of headings and what follows the last row. */
async function readLines(path: string): Promise<readonly string[]> {
  const [, ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines;
}

function parseRow(line: string): ContractRow | undefined {
  const [idText = '', area = '', promise = '', check = '', expected = '', flags = ''] =
    line.split('\t');
  const id = parseClaimId(idText);
  return id && { id, area, promise, check, expected, flags };
}

function badRow(path: string, line: number): UsageError {
  const what = 'needs a new id of one letter and two digits, and tabs between the fields';
  return new UsageError('BAD_CONTRACT', `${path}:${line}: a row ${what}`);
}

async function addReasons(rows: Map<ClaimId, ContractRow>, path: string): Promise<void> {
  (await readLines(path)).forEach((line, index) => {
    const [id = '', unproven = ''] = line.split('\t');
    const row = rows.get(id as ClaimId);
    if (row === undefined || row.unproven !== undefined || unproven === '') {
      const what = 'needs the id of a row of the contract, once, and a reason after a tab';
      throw new UsageError('BAD_CONTRACT', `${path}:${index + 2}: a reason ${what}`);
    }
    rows.set(row.id, { ...row, unproven });
  });
}
