/** What `/proc/<pid>/stat` says beyond the status. */
export interface ProcStat {
  readonly comm: string;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly tty: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** Clock ticks since boot. */
  readonly startTicks: number;
}

/** Null for a text that is no stat line. The name may hold blanks and parentheses, so that the last one ends it. */
export function parseStat(text: string): ProcStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) {
    return null;
  }
  // From the third field on, which is the state.
  const fields = text
    .slice(close + 2)
    .trim()
    .split(' ')
    .map(Number);
  const field = (number: number): number => fields[number - 3] ?? Number.NaN;
  const startTicks = field(22);
  if (!Number.isFinite(startTicks)) {
    return null;
  }
  return {
    comm: text.slice(open + 1, close),
    ppid: field(4),
    pgid: field(5),
    sid: field(6),
    tty: Math.max(0, field(7)),
    minorFaults: field(10),
    majorFaults: field(12),
    startTicks,
  };
}
