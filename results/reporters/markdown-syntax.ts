/**
 * Text from elsewhere in GitHub-flavoured Markdown (github.github.com/gfm): inside code it can be no
 * link, mention, image or HTML, and can't end the code.
 */

import { oneLine, plainText, truncateBytes } from './plain-text.js';

/** The longest row of backticks, so that a longer one can't occur inside. */
function longestTicks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([row]) => row.length));
}

/** A code span on one line (GFM, 6.1). */
export function codeSpan(text: string, limit = 200): string {
  const content = oneLine(text, limit);
  if (content === '') return '';
  const ticks = '`'.repeat(longestTicks(content) + 1);
  return `${ticks} ${content} ${ticks}`;
}

/** A fenced code block (GFM, 4.5). */
export function codeBlock(text: string, limitBytes: number): string {
  const content = truncateBytes(plainText(text), limitBytes);
  const fence = '`'.repeat(Math.max(3, longestTicks(content) + 1));
  return `${fence}text\n${content}\n${fence}`;
}

/** Blocks in their order until the limit; the last one then says how many were left out. */
export function joinBlocks(blocks: readonly string[], limitBytes: number): string {
  const kept: string[] = [];
  let bytes = noticeBytes;
  for (const block of blocks) {
    bytes += Buffer.byteLength(block) + 2;
    if (bytes > limitBytes) break;
    kept.push(block);
  }
  const left = blocks.length - kept.length;
  const notice = left === 0 ? [] : [`_${left} more left out: the report would be too long here._`];
  return `${[...kept, ...notice].join('\n\n')}\n`;
}

const noticeBytes = 120;
