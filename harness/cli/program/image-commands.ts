/**
 * Commands about images: the cache, the reference image, and release servers.
 */

import { arch } from 'node:os';
import { type Command, Option } from 'commander';
import { variants } from '../../../images/fetch/release-names.js';
import { collect, count, imageOptions, positive } from './options.js';

export function addImages(program: Command): void {
  const images = program
    .command('images')
    .description('list, build, fetch, inspect, audit and remove images');
  addLocal(images);
  addFetch(images);
  addRemoval(images);
  addAudit(images);
}

function addLocal(images: Command): void {
  images
    .command('ls')
    .description('images in the cache')
    .option('--json', 'print one JSON object')
    .action(async (options) => {
      const { listImagesCommand } = await import('../commands/images.js');
      await listImagesCommand(options);
    });
  imageOptions(images.command('build'))
    .description('build the reference image unless it is cached')
    .option('--check', 'build it once more and compare the two, bit for bit')
    .action(async (options) => {
      const { buildImageCommand } = await import('../commands/images.js');
      process.exitCode = await buildImageCommand(options);
    });
  images
    .command('inspect')
    .description('describe an image')
    .argument('[image]', 'as for run --image', 'reference')
    .action(async (image) => {
      const { inspectImageCommand } = await import('../commands/images.js');
      await inspectImageCommand(image);
    });
}

/** Which server, how to reach it, and whom to believe. */
function serverOptions(command: Command): Command {
  return command
    .option('--server <url>', "instead of Flatcar's; given again: a mirror", collect)
    .option('--proxy <url>', 'default: what http_proxy and its like say')
    .option('--follow-host <host>', 'a redirect may lead there', collect)
    .option('--key <file>', 'public key that signs releases', collect)
    .option('--fingerprint <hex>', "of a key besides Flatcar's that you have checked", collect)
    .option('--allow-expired-key', 'accept what a key signed before it expired');
}

function hostArch(): string {
  return arch() === 'arm64' ? 'arm64' : 'amd64';
}

function addFetch(images: Command): void {
  serverOptions(images.command('fetch'))
    .description('bring a release image into the cache, verified')
    .addOption(new Option('--arch <name>').choices(['amd64', 'arm64']).default(hostArch()))
    .argument('<release>', 'stable, beta, alpha, lts, lts-YEAR, a version, a URL, or a file')
    .addOption(new Option('--variant <name>').choices(variants))
    .option('--sha512 <hex>', 'digest of a URL or a file, instead of signatures')
    .option('--offline', 'only what is stored')
    .option('--allow-downgrade', 'accept a channel that went back')
    .option('--quota <GiB>', 'what all downloads may occupy', positive, 32)
    .action(async (release, options) => {
      const { fetchImageCommand } = await import('../commands/fetch-image.js');
      await fetchImageCommand(release, options);
    });
}

function addRemoval(images: Command): void {
  images
    .command('rm')
    .description('remove images from the cache')
    .argument('<images...>', 'names, versions or directories that images ls shows')
    .action(async (names) => {
      const { removeImagesCommand } = await import('../commands/image-store.js');
      await removeImagesCommand(names);
    });
  images
    .command('gc')
    .description('remove old images, releases and build trees')
    .option('--older-than <days>', 'remove what was not used for longer', count)
    .option('--max-size <GiB>', 'remove what was not used for longest until the rest fits', count)
    .option('--dry-run', 'say what would go')
    .action(async (options) => {
      const { collectImagesCommand } = await import('../commands/image-store.js');
      await collectImagesCommand(options);
    });
}

function addAudit(images: Command): void {
  serverOptions(images.command('audit'))
    .description('is every file of a release there, signed, whole and of a sane size?')
    .argument('<release>', 'stable, beta, alpha, lts, lts-YEAR, or a version')
    .addOption(new Option('--arch <names...>', 'default: both').choices(['amd64', 'arm64']))
    .option('--update-server <url>', "instead of Flatcar's, where update payloads are")
    .option('--payload-key <pem>', 'public key that signs update payloads')
    .option('--boot', 'boot what QEMU boots of it, too')
    .option('--json', 'print the report as one JSON object')
    .option('--output <file>', 'write that object to a file')
    .option('--gate <dir>', 'sign the report into this directory of the gate')
    .option('--sign-key <source>', 'ed25519 key for that: a file, fd:N, or command:…')
    .action(async (release, options) => {
      const { auditCommand } = await import('../commands/audit-release.js');
      process.exitCode = await auditCommand(release, options);
    });
}
