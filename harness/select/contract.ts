/**
 * Reads the contract table.
 */

import { readFile } from 'node:fs/promises';
import { UsageError } from '../base/errors.js';
import type { ContractRow } from '../model/contract.js';
import { type ClaimId, parseClaimId } from '../model/ids.js';

/** The rows by id. Throws BAD_CONTRACT (usage) naming the line. */
export async function loadContract(path: string): Promise<ReadonlyMap<ClaimId, ContractRow>> {
  const [, ...lines] = (await readFile(path, 'utf8')).split('\n');
  const rows = new Map<ClaimId, ContractRow>();
  lines.forEach((line, index) => {
    if (line === '') return;
    const row = parseRow(line);
    if (row === undefined || rows.has(row.id)) throw badLine(path, index + 2);
    rows.set(row.id, row);
  });
  return rows;
}

function parseRow(line: string): ContractRow | undefined {
  const [idText = '', area = '', promise = '', check = '', expected = '', flags = ''] =
    line.split('\t');
  const id = parseClaimId(idText);
  return id && { id, area, promise, check, expected, flags };
}

function badLine(path: string, line: number): UsageError {
  const what = 'needs a new id of one letter and two digits, and tabs between the fields';
  return new UsageError('BAD_CONTRACT', `${path}:${line}: a row ${what}`);
}
