/**
 * Puts the files and links of local directory trees into a config.
 */

import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { join as joinPosix } from 'node:path/posix';
import type { Struct } from './decode.js';
import { encodeData } from './encode-data.js';
import { attempt, LocalFileError, locateLocal } from './local-files.js';
import type { Origins } from './origins.js';
import { error, type Finding } from './report.js';
import { cleanPath } from './rules/path-rules.js';

/** A JSON object that is being made. */
export type Draft = Record<string, unknown>;

const conflict = 'is in the config already, with contents or as something else';

/** Adds every tree; nodes that the config has without contents get theirs. */
export function embedTrees(
  trees: readonly Struct[],
  storage: Draft,
  origins: Origins,
  filesDir: string | undefined,
): readonly Finding[] {
  const nodes = new NodeIndex(storage, origins);
  const findings: Finding[] = [];
  for (const [index, tree] of trees.entries()) {
    const place = `$.storage.trees.${index}`;
    collect(findings, place, () => {
      const local = String(tree.local);
      const base = locateLocal(local, filesDir);
      const isDirectory = attempt(local, () => statSync(base).isDirectory());
      if (!isDirectory) throw new LocalFileError(`${local} is no directory`);
      attempt(local, () => plant(base, String(tree.path || '/'), { nodes, findings, place }));
    });
    if (filesDir === undefined) break;
  }
  return findings;
}

interface Walk {
  readonly nodes: NodeIndex;
  readonly findings: Finding[];
  readonly place: string;
}

/** A tree whose root is a symbolic link is that link and nothing else, as in the original. */
function plant(base: string, target: string, at: Walk): void {
  const root = cleanPath(target);
  if (lstatSync(base).isSymbolicLink()) addLink(base, root, at);
  else walk(base, root, at);
}

/** Goes through a directory in the order of names, byte by byte. */
function walk(source: string, target: string, at: Walk): void {
  const entries = readdirSync(source, { withFileTypes: true });
  entries.sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)));
  for (const entry of entries) {
    const from = join(source, entry.name);
    const to = joinPosix(target, entry.name);
    collect(at.findings, at.place, () => attempt(to, () => add(entry, from, to, at)));
  }
}

function add(entry: Dirent, from: string, to: string, at: Walk): void {
  if (entry.isDirectory()) walk(from, to, at);
  else if (entry.isFile()) addFile(from, at.nodes.claim('files', to, at.place));
  else if (entry.isSymbolicLink()) addLink(from, to, at);
  else throw new LocalFileError(`${to} is neither file, directory nor link`);
}

function addLink(from: string, to: string, { nodes, place }: Walk): void {
  nodes.claim('links', to, place).target = readlinkSync(from);
}

function addFile(from: string, file: Draft): void {
  const given = file.contents as Contents;
  const { source, compression } = encodeData(readFileSync(from), Boolean(given?.compression));
  file.contents = { ...given, source, ...(!given?.compression && { compression }) };
  file.mode ??= statSync(from).mode & 0o111 ? 0o755 : 0o644;
}

type Contents = { readonly source?: string; readonly compression?: string } | undefined;

interface KnownNode {
  readonly kind: string;
  readonly node: Draft;
  readonly path: string;
}

/** The nodes of a config by path. */
class NodeIndex {
  private readonly known = new Map<string, KnownNode[]>();

  private readonly storage: Draft;
  private readonly origins: Origins;

  constructor(storage: Draft, origins: Origins) {
    this.storage = storage;
    this.origins = origins;
    for (const kind of ['directories', 'files', 'links']) {
      for (const [index, node] of ((storage[kind] ?? []) as Draft[]).entries()) {
        this.add(String(node.path), { kind, node, path: `$.storage.${kind}.${index}` });
      }
    }
  }

  /** The node of a tree at a path: a new one, or one that the config has without contents. */
  claim(kind: 'files' | 'links', path: string, place: string): Draft {
    const nodes = this.known.get(path);
    if (!nodes) return this.append(kind, path, place);
    const known = nodes.findLast((one) => one.kind === kind);
    const contents = known?.node.contents as Contents;
    if (!known || contents?.source || known.node.target) {
      throw new LocalFileError(`${path} ${conflict}`);
    }
    const added = ['contents', 'contents.source', 'target'];
    if (!contents?.compression) added.push('contents.compression');
    if (known.node.mode === undefined) added.push('mode');
    for (const field of added) this.origins.set(`${known.path}.${field}`, place);
    return known.node;
  }

  private add(path: string, node: KnownNode): void {
    this.known.set(path, [...(this.known.get(path) ?? []), node]);
  }

  private append(kind: string, path: string, place: string): Draft {
    const list = (this.storage[kind] ?? []) as Draft[];
    const node: Draft = { path };
    const position = `$.storage.${kind}.${list.push(node) - 1}`;
    this.storage[kind] = list;
    this.add(path, { kind, node, path: position });
    this.origins.setAll(position, place);
    return node;
  }
}

/** Does something whose failure is a finding. */
export function collect(findings: Finding[], place: string, run: () => void): void {
  try {
    run();
  } catch (cause) {
    if (!(cause instanceof LocalFileError)) throw cause;
    findings.push(error(place, cause.message));
  }
}
