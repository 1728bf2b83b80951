/** Bits that the kernel uses for open flags, where architectures differ. */
interface KernelFlags {
  readonly direct: number;
  readonly largeFile: number;
  readonly directory: number;
}

const x64: KernelFlags = { direct: 0o40000, largeFile: 0o100000, directory: 0o200000 };
const arm64: KernelFlags = { direct: 0o200000, largeFile: 0o400000, directory: 0o40000 };

/** Pairs of the kernel's bits and those of events (PPM_O_*). */
const common: readonly (readonly [kernel: number, ppm: number])[] = [
  [0o100, 1 << 2],
  [0o2000, 1 << 3],
  [0o10000, 1 << 4],
  [0o200, 1 << 5],
  [0o4000, 1 << 6],
  [0o4010000, 1 << 7],
  [0o1000, 1 << 8],
  [0o2000000, 1 << 12],
];

/** Open flags as the kernel shows them (`flags:` of fdinfo) in the form of events. */
export function fromKernelFlags(flags: number, architecture: string): number {
  const { direct, largeFile, directory } = architecture === 'arm64' ? arm64 : x64;
  // Read only, write only, read and write: 0, 1, 2 there, 1, 2, 3 here.
  let ppm = Math.min(flags & 3, 2) + 1;
  const pairs: typeof common = [...common, [direct, 1 << 9], [directory, 1 << 10], [largeFile, 1 << 11]];
  for (const [kernel, bit] of pairs) {
    if ((flags & kernel) === kernel) {
      ppm |= bit;
    }
  }
  return ppm;
}
