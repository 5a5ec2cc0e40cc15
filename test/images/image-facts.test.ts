/** Channel, board, firmware and capabilities, from invented contents. */

import t from 'tap';
import type { Gpt } from '../../images/gpt.js';
import {
  boardOf,
  capabilitiesOf,
  channelOf,
  espPaths,
  firmwareOf,
  type ImageContents,
  usrHashOf,
  usrPaths,
} from '../../images/image-facts.js';

const emptyTable: Gpt = { diskGuid: '', otherHeaderSector: 0, partitions: [] };

function contents(overrides: Partial<ImageContents> = {}): ImageContents {
  return {
    table: emptyTable,
    osRelease: new Map(),
    updateConf: new Map(),
    inUsr: () => false,
    inEsp: () => false,
    kernelStart: Buffer.alloc(0),
    oemGrub: '',
    hasBiosBootCode: false,
    ...overrides,
  };
}

t.test('channel', (t) => {
  t.equal(channelOf('stable', '4593.2.5'), 'stable');
  t.equal(channelOf('lts-2024', '4081.3.1'), 'lts');
  t.equal(channelOf(undefined, '4790.0.0'), 'alpha');
  t.equal(channelOf(undefined, '4757.1.0'), 'beta');
  t.equal(channelOf(undefined, '4593.2.5'), 'stable');
  t.equal(channelOf(undefined, '4081.3.10'), 'lts');
  t.equal(channelOf('developer', '9999.9.100'), 'developer');
  t.equal(channelOf('my-group', '4593.2.5'), 'stable', 'a group of somebody else says nothing');
  t.equal(channelOf(undefined, '9999.0.0'), 'developer');
  t.equal(channelOf(undefined, '4799.0.0-nightly'), 'developer');
  t.end();
});

t.test('board', (t) => {
  const osRelease = new Map([['FLATCAR_BOARD', 'arm64-usr']]);
  t.equal(boardOf(contents({ osRelease })), 'arm64-usr');
  const updateConf = new Map([['FLATCAR_RELEASE_BOARD', 'amd64-usr']]);
  t.equal(boardOf(contents({ updateConf })), 'amd64-usr');
  t.equal(boardOf(contents({ osRelease: new Map([['FLATCAR_BOARD', 'mips']]) })), undefined);
  t.equal(boardOf(contents()), undefined);
  t.end();
});

t.test('firmware', (t) => {
  const uefi = contents({ inEsp: (path) => path === 'EFI/boot/bootx64.efi' });
  t.same(firmwareOf({ ...uefi, hasBiosBootCode: true }, 'amd64'), ['bios', 'uefi']);
  t.same(firmwareOf(uefi, 'amd64'), ['uefi']);
  t.same(firmwareOf(uefi, 'arm64'), [], 'the loader of another architecture is none');
  t.same(firmwareOf(contents({ hasBiosBootCode: true }), 'arm64'), [], 'arm64 has no BIOS');
  t.end();
});

t.test('verity needs a root hash where GRUB reads it', (t) => {
  const hash = Buffer.from('0123456789abcdef'.repeat(4));
  const at = (offset: number) =>
    contents({ kernelStart: Buffer.concat([Buffer.alloc(offset), hash]) });
  t.ok(capabilitiesOf(at(64), 'amd64').includes('verity'));
  t.match(usrHashOf(at(64), 'amd64'), /^[0-9a-f]{64}$/);
  t.equal(usrHashOf(at(63), 'amd64'), undefined);
  t.ok(capabilitiesOf(at(512), 'arm64').includes('verity'));
  t.notOk(capabilitiesOf(at(63), 'amd64').includes('verity'));
  t.notOk(capabilitiesOf(contents(), 'amd64').includes('verity'));
  t.end();
});

t.test('whatever is asked for is among what is taken out of the image', (t) => {
  const asked = { usr: new Set<string>(), esp: new Set<string>() };
  const spy = contents({
    inUsr: (path) => !asked.usr.add(path),
    inEsp: (path) => !asked.esp.add(path),
  });
  for (const arch of ['amd64', 'arm64'] as const) {
    capabilitiesOf(spy, arch);
    firmwareOf(spy, arch);
  }
  const lacks = (paths: ReadonlySet<string>, taken: readonly string[]) =>
    [...paths].filter((path) => !taken.some((one) => `${path}/`.startsWith(`${one}/`)));
  t.same(lacks(asked.usr, usrPaths), []);
  t.same(lacks(asked.esp, espPaths), []);
  t.ok(asked.usr.size > 5 && asked.esp.size > 1);
  t.end();
});

t.test('an image without anything can hardly do anything', (t) => {
  t.same(capabilitiesOf(contents(), 'amd64'), ['ignition-fw-cfg-coreos']);
  t.end();
});
