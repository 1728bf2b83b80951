/** What `/proc/<pid>/status` says. Ids of namespaces are those of the innermost. */
export interface ProcStatus {
  readonly tgid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly gid: number;
  /** Group ids beside `gid`. */
  readonly groups: readonly number[];
  readonly vtid: number;
  readonly vpid: number;
  readonly vpgid: number;
  readonly vmSizeKb: number;
  readonly vmRssKb: number;
  readonly vmSwapKb: number;
  readonly capInheritable: bigint;
  readonly capPermitted: bigint;
  readonly capEffective: bigint;
}

/** Null for a text that is no status. */
export function parseStatus(text: string): ProcStatus | null {
  const lines = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) {
      lines.set(line.slice(0, colon), line.slice(colon + 1).trim());
    }
  }
  const tgid = wordOf(lines, 'Tgid', 0);
  if (tgid === null) {
    return null;
  }
  return {
    tgid,
    ppid: wordOf(lines, 'PPid', 0) ?? 0,
    // Real, effective, saved and file system's; what counts is the effective one.
    uid: wordOf(lines, 'Uid', 1) ?? 0,
    gid: wordOf(lines, 'Gid', 1) ?? 0,
    groups: (lines.get('Groups') ?? '').split(/\s+/).filter(Boolean).map(Number),
    vtid: wordOf(lines, 'NSpid', -1) ?? -1,
    vpid: wordOf(lines, 'NStgid', -1) ?? -1,
    vpgid: wordOf(lines, 'NSpgid', -1) ?? -1,
    vmSizeKb: wordOf(lines, 'VmSize', 0) ?? 0,
    vmRssKb: wordOf(lines, 'VmRSS', 0) ?? 0,
    vmSwapKb: wordOf(lines, 'VmSwap', 0) ?? 0,
    capInheritable: bits(lines.get('CapInh')),
    capPermitted: bits(lines.get('CapPrm')),
    capEffective: bits(lines.get('CapEff')),
  };
}

/** A number of a line; -1 is its last. Null when the line or the number is missing. */
function wordOf(lines: ReadonlyMap<string, string>, name: string, index: number): number | null {
  const word = lines.get(name)?.split(/\s+/).at(index);
  const number = Number(word);
  return word === undefined || word === '' || !Number.isSafeInteger(number) ? null : number;
}

function bits(text: string | undefined): bigint {
  return text !== undefined && /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : 0n;
}
