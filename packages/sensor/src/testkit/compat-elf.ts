/** A program of 32-bit x86, for a machine of 64 bits: opens a file for reading by the old call, and ends. */
export function compatOpener(path: string): Buffer {
  const base = 0x0804_8000;
  const codeAt = 84;
  const text = Buffer.from(`${path}\0`, 'latin1');
  const code = Buffer.alloc(31);
  const pathAt = base + codeAt + code.length;
  // mov eax, 5 (open); mov ebx, path; xor ecx, ecx; xor edx, edx; int 0x80
  code.set([0xb8, 5, 0, 0, 0, 0xbb, 0, 0, 0, 0, 0x31, 0xc9, 0x31, 0xd2, 0xcd, 0x80], 0);
  code.writeUInt32LE(pathAt, 6);
  // mov eax, 1 (exit); xor ebx, ebx; int 0x80
  code.set([0xb8, 1, 0, 0, 0, 0x31, 0xdb, 0xcd, 0x80], 16);
  const size = codeAt + code.length + text.length;
  const head = Buffer.alloc(codeAt);
  head.write('\x7fELF\x01\x01\x01', 'latin1');
  // ET_EXEC, EM_386, version 1
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(3, 18);
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(base + codeAt, 24);
  head.writeUInt32LE(52, 28);
  head.writeUInt16LE(52, 40);
  head.writeUInt16LE(32, 42);
  head.writeUInt16LE(1, 44);
  // One segment: all of the file, readable and executable.
  head.writeUInt32LE(1, 52);
  head.writeUInt32LE(base, 60);
  head.writeUInt32LE(base, 64);
  head.writeUInt32LE(size, 68);
  head.writeUInt32LE(size, 72);
  head.writeUInt32LE(5, 76);
  head.writeUInt32LE(0x1000, 80);
  return Buffer.concat([head, code, text]);
}
