/**
 * A boot sector that enters 64-bit mode, computes for a few laps and says so on the serial port:
 * the smallest guest that exercises what hangs where KVM only seems to work.
 */

/** Bytes in hexadecimal, and the instruction that they are (AT&T syntax, loaded at 0x7c00). */
const program: readonly (readonly [string, string])[] = [
  ['fa', 'cli'],
  ['31c0', 'xor %ax,%ax'],
  ['8ed8 8ec0 8ed0', 'mov %ax,%ds; mov %ax,%es; mov %ax,%ss'],
  ['bc007c', 'mov $0x7c00,%sp'],
  ['fc', 'cld'],
  ['bf0010 b90018 f3ab', 'three zeroed page tables at 0x1000: rep stosw'],
  ['c70600100320', 'movw $0x2003,0x1000: first level to 0x2000'],
  ['c70600200330', 'movw $0x3003,0x2000: second level to 0x3000'],
  ['c70600308300', 'movw $0x83,0x3000: one 2 MiB page at 0'],
  ['66b800100000 0f22d8', 'mov $0x1000,%eax; mov %eax,%cr3'],
  ['66b820000000 0f22e0', 'mov $0x20,%eax; mov %eax,%cr4: PAE'],
  ['66b9800000c0 0f32', 'mov $0xc0000080,%ecx; rdmsr: EFER'],
  ['660d00010000 0f30', 'or $0x100,%eax; wrmsr: long mode enable'],
  ['66b801000080 0f22c0', 'mov $0x80000001,%eax; mov %eax,%cr0: paging, protection'],
  ['660f0116a37c', 'lgdtl 0x7ca3'],
  ['ea5d7c0800', 'ljmp $8,$0x7c5d: into 64-bit code'],
  ['baf8030000', 'mov $0x3f8,%edx: first serial port'],
  ['bb05000000', 'mov $5,%ebx: laps'],
  ['b04c ee', "lap: mov $'L',%al; out %al,(%dx)"],
  ['b940787d01', 'mov $25000000,%ecx'],
  ['69c0fd430300', 'spin: imul $0x343fd,%eax,%eax'],
  ['01c8', 'add %ecx,%eax'],
  ['89042500400000', 'mov %eax,0x4000'],
  ['ffc9 75ed', 'dec %ecx; jnz spin'],
  ['ffcb 75e1', 'dec %ebx; jnz lap'],
  ['b045 ee', "mov $'E',%al; out %al,(%dx)"],
  ['b810000000 e7f4', 'mov $0x10,%eax; out %eax,$0xf4: isa-debug-exit'],
  ['f4 ebfd', 'hlt, for ever'],
  ['0000000000000000', 'descriptor table: null'],
  ['00000000009a2000', 'descriptor table: 64-bit code'],
  ['0f00 937c0000', 'its limit and address'],
];

/** What the payload prints at the start of every lap, and at the end. */
export const payloadMarks = { lap: 'L', end: 'E' } as const;

/** QEMU's exit status when the payload has run to its end: isa-debug-exit gives 2 × value + 1. */
export const payloadExitCode = 0x21;

/** A disk of the smallest size that SeaBIOS boots from, with the machine code in its first sector. */
export function bootSectorImage(code: Uint8Array): Buffer {
  const disk = Buffer.alloc(2 ** 20);
  disk.set(code, 0);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

/** The probe as a raw disk. */
export function probeImage(): Buffer {
  const hexadecimal = program.map(([bytes]) => bytes.replaceAll(' ', '')).join('');
  return bootSectorImage(Buffer.from(hexadecimal, 'hex'));
}
