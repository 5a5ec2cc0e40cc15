/**
 * What the HTML report's page is given, as JSON inside the file. Types only: the page is another
 * program, and this is the border between the two.
 */

import type { LoadSample } from '../../harness/model/events.js';
import type { RunRecord } from '../../harness/model/record.js';

/** A log inside the file: gzip in base64, in the element with this id. */
export interface EmbeddedFile {
  readonly id: string;
  /** Relative to the attempt's directory: `main-0/console.log`. */
  readonly name: string;
  /** Of the file on disk; more than was embedded when something was left out. */
  readonly sizeBytes: number;
  readonly leftOut: LeftOut;
}

/** What of a file is only in the run's directory. */
export type LeftOut = 'nothing' | 'middle' | 'end';

/** One thing that happened in an attempt. */
export interface TraceEvent {
  /** Milliseconds since the attempt began. */
  readonly atMs: number;
  readonly kind:
    | 'phase'
    | 'ready'
    | 'command'
    | 'qmp'
    | 'lost'
    | 'returned'
    | 'network'
    | 'step'
    | 'step-end'
    | 'finding'
    | 'attached'
    | 'release'
    | 'end'
    | 'console'
    | 'journal'
    | 'packet'
    | 'screen';
  readonly text: string;
  readonly isBad: boolean;
  /** More to be shown when it is looked at: what a command printed. */
  readonly detail?: string;
  /** The picture to be shown with it, by its {@link EmbeddedFile} name. */
  readonly file?: string;
}

/** A line that a log has and that the page marks. */
export interface BadLine {
  /** The name of the log, as {@link EmbeddedFile} has it; undefined for any console. */
  readonly file?: string;
  /** Without escapes. */
  readonly text: string;
  /** Which line of the whole log it is, from 1: others may have the same text. */
  readonly line?: number;
}

/** What the page shows of an attempt beside its record. */
export interface AttemptPage {
  readonly attempt: number;
  /** Of its failure. */
  readonly signature?: string;
  /** The first bad line; undefined when none was seen. */
  readonly bad?: BadLine;
  /** The id of the element with its {@link TraceEvent}s; undefined when nothing is known of it. */
  readonly trace?: string;
  readonly files: readonly EmbeddedFile[];
}

/** Lines of a case's consoles and journals, in their order, each once. */
export interface NewLines {
  /** The run in which the case last passed. */
  readonly run: string;
  readonly lines: readonly { readonly file: string; readonly text: string }[];
  /** So many more lines are new and were left out. */
  readonly more: number;
}

/** What the page shows of a case beside its record; in the order of the record's cases. */
export interface CasePage {
  /** Other cases with this number failed for the same reason. */
  readonly group?: number;
  readonly reason?: string;
  readonly reproduce: string;
  /** What its logs have that they had not when it last passed. */
  readonly newLines?: NewLines;
  readonly attempts: readonly AttemptPage[];
  /** The place among them of the one that explains the status; 0 without any. */
  readonly decisive: number;
}

/** A row of the contract and how it stands after this run. */
export interface ClaimPage {
  readonly id: string;
  readonly area: string;
  readonly promise: string;
  /** Why there is no suite for it, where there is none. */
  readonly unproven?: string;
  /** Cases of this run that prove it, by their place in the record, with what they came to. */
  readonly cases: readonly { readonly index: number; readonly status: string }[];
  /** Suites that prove it and were not run; none where the log does not tell what they prove. */
  readonly excluded: readonly { readonly name: string; readonly reason: string }[];
  /** Other suites that claim it, which nobody wanted in this run. */
  readonly notSelected: readonly string[];
}

/** The host at one moment, and how it fared since the moment before. */
export interface LoadPoint extends LoadSample {
  /** Milliseconds since the run began. */
  readonly atMs: number;
}

/** Everything that the page is given, but for the logs. */
export interface PageData {
  readonly schema: 1;
  /** Files that the record names and that were not there when the page was made. */
  readonly missing: readonly string[];
  readonly record: RunRecord;
  /** Why the verdict is no pass; undefined when it is one. */
  readonly whyNot?: string;
  readonly cases: readonly CasePage[];
  readonly claims: readonly ClaimPage[];
  readonly load: readonly LoadPoint[];
}
