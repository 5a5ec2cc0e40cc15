/**
 * Ignition's rules for files, directories and links.
 */

import { isAbsolute, join } from 'node:path/posix';
import type {
  IgnitionConfig,
  IgnitionFile,
  IgnitionLink,
  IgnitionNode,
  IgnitionVersion,
} from '../../../harness/model/ignition.js';
import { each, error, errorIf, type Finding, type Rule, warning } from '../report.js';
import { cleanPath, problemOfPath } from './path-rules.js';
import { checkResource } from './resource-rules.js';

type Storage = NonNullable<IgnitionConfig['storage']>;

/** What is wrong with the nodes of a config. */
export function checkNodes(storage: Storage, version: IgnitionVersion): readonly Finding[] {
  const { directories, files, links } = storage;
  const resource = checkResource(version);
  return [
    ...checkBelowLinks(storage),
    ...each('$.storage.links', links, (link, path) => checkLink(link, path, storage)),
    ...each('$.storage.directories', directories, checkNode),
    ...each('$.storage.files', files, (file, path) => [
      ...checkNode(file, path),
      ...checkOverwrite(file, `${path}.overwrite`),
      ...resource(file.contents, `${path}.contents`),
      ...each(`${path}.append`, file.append, resource),
    ]),
    ...each('$.storage.links', links, checkNode),
  ];
}

const checkNode: Rule<IgnitionNode & { readonly mode?: number }> = (node, path) => [
  ...errorIf(problemOfPath(node.path), `${path}.path`),
  ...checkMode(node.mode, `${path}.mode`),
  ...checkOwner(node.user, `${path}.user`),
  ...checkOwner(node.group, `${path}.group`),
];

function checkMode(mode: number | undefined, path: string): readonly Finding[] {
  if (mode === undefined) return [];
  const special = (mode & 0o7000) !== 0;
  return [
    ...errorIf((mode < 0 || mode > 0o7777) && 'the mode is not from 0 to 07777', path),
    ...(special
      ? [warning(path, 'setuid, setgid and sticky bits do not work before spec 3.6.0')]
      : []),
  ];
}

function checkOwner(owner: IgnitionNode['user'], path: string): readonly Finding[] {
  const both = owner?.id !== undefined && Boolean(owner.name);
  return errorIf(both && 'id and name exclude each other', path);
}

function checkOverwrite({ overwrite, contents }: IgnitionFile, path: string) {
  const bare = overwrite && contents?.source === undefined;
  return errorIf(bare && 'overwrite needs a source of contents', path);
}

/** No node may lie below a link. */
function checkBelowLinks(storage: Storage): readonly Finding[] {
  const links = new Set(storage.links?.map((link) => link.path));
  if (links.size === 0) return [];
  return (['directories', 'files', 'links'] as const).flatMap((kind) =>
    each(`$.storage.${kind}`, storage[kind], (node: IgnitionNode, path) =>
      errorIf(
        ancestorsOf(node.path).some((above) => links.has(above)) && 'the path leads over a link',
        path,
      ),
    ),
  );
}

function ancestorsOf(path: string): readonly string[] {
  return [...path.matchAll(/\//g)].map((slash) => path.slice(0, slash.index));
}

function checkLink(link: IgnitionLink, path: string, storage: Storage): readonly Finding[] {
  if (!link.target) return [error(`${path}.target`, 'a link needs a target')];
  if (!link.hard) return [];
  const target = isAbsolute(link.target) ? link.target : join(link.path, link.target);
  const isDirectory = storage.directories?.some(
    (directory) => directory.path === cleanPath(target),
  );
  return [
    ...errorIf(isDirectory && 'the target of the hard link is a directory', path),
    ...(['user', 'group'] as const).flatMap((side) =>
      (['id', 'name'] as const)
        .filter((field) => link[side]?.[field] !== undefined)
        .map((field) => warning(`${path}.${side}.${field}`, 'a hard link has no owner of its own')),
    ),
  ];
}
