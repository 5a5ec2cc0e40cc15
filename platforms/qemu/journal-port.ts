/**
 * The virtio port by which a guest may stream its journal: each entry is reported as it comes, and
 * the bytes are kept in a file, but for a config that Ignition prints. A guest that says nothing costs nothing; one that says too much
 * waits for the harness, and fills the file up to its limit.
 */

import { createWriteStream, type WriteStream } from 'node:fs';
import type { Socket } from 'node:net';
import { WithoutConfig } from './config-dump.js';
import { JournalText, type StreamedEntry } from './journal-text.js';

/** What a port is made of. */
export interface JournalPortOptions {
  readonly socket: Socket;
  /** Made with the first byte; appended to. */
  readonly file: string;
  readonly onEntry: (entry: StreamedEntry) => void;
  /** Told how many bytes have come, as they come. */
  readonly onBytes?: (count: number) => void;
  /** Default is 64 MiB, many times the journal of a suite. */
  readonly mostBytes?: number;
}

const defaultMostBytes = 64 * 1024 * 1024;

/** Lives as long as QEMU's end of the socket. */
export class JournalPort {
  /** Resolves when the port has closed, its last entry is reported and its file is written. */
  readonly closed: Promise<void>;
  readonly #options: JournalPortOptions;
  readonly #text: JournalText;
  readonly #secrets = new WithoutConfig();
  #file: WriteStream | undefined;
  #leftBytes: number;

  constructor(options: JournalPortOptions) {
    this.#options = options;
    this.#leftBytes = options.mostBytes ?? defaultMostBytes;
    this.#text = new JournalText(options.onEntry);
    const { socket } = options;
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', () => socket.destroy());
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#take(this.#secrets.finish());
        this.#finishFile(resolve);
      });
    });
  }

  /** Lines that were no entries of a journal. */
  get skipped(): number {
    return this.#text.skipped;
  }

  /** Closes the harness's end; QEMU goes on without a listener. */
  close(): void {
    this.#options.socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#options.onBytes?.(bytes.length);
    this.#take(this.#secrets.push(bytes));
  }

  #take(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#keep(bytes);
    this.#text.push(bytes);
  }

  /** Whole reads only, so that the file ends where the limit was met and not later. */
  #keep(bytes: Buffer): void {
    const { socket } = this.#options;
    if (this.#leftBytes <= 0) return;
    const kept = bytes.subarray(0, this.#leftBytes);
    this.#leftBytes -= kept.length;
    this.#file ??= this.#openFile();
    if (this.#file.write(kept) || this.#file.destroyed) return;
    socket.pause();
    this.#file.once('drain', () => socket.resume());
  }

  /** A file that can't be written is given up: what is judged are the entries, not the copy. */
  #openFile(): WriteStream {
    const { file, socket } = this.#options;
    return createWriteStream(file, { flags: 'a' }).on('error', () => {
      this.#leftBytes = 0;
      socket.resume();
    });
  }

  #finishFile(done: () => void): void {
    const file = this.#file;
    if (file === undefined || file.destroyed) {
      done();
      return;
    }
    file.once('close', done);
    file.end();
  }
}
