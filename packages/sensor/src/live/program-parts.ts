/** A part of the address space. */
export interface MemoryPart {
  readonly at: bigint;
  readonly length: number;
}

const heading = /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p [0-9a-f]+ \S+ \d+\s+(.*)$/;

/**
 * The parts of a program's file that are mapped for reading only and hold nothing but what the file has, as
 * /proc/self/smaps tells. Taken out of memory, they come back from the file when they are touched. A page that was
 * written to once, for example by the dynamic linker, would be lost: parts with such a page are left out.
 */
export function cleanProgramParts(smaps: string, program: string): MemoryPart[] {
  const parts: MemoryPart[] = [];
  let part: MemoryPart | null = null;
  for (const line of smaps.split('\n')) {
    if (/^[0-9a-f]+-/.test(line)) {
      const [, from = '0', to = '0', path] = heading.exec(line) ?? [];
      const at = BigInt(`0x${from}`);
      part = path === program ? { at, length: Number(BigInt(`0x${to}`) - at) } : null;
    } else if (part !== null && /^Anonymous:\s+0 kB$/.test(line)) {
      parts.push(part);
    }
  }
  return parts;
}
