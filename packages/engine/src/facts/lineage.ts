import type { EventView } from '../event.ts';
import { ancestorProcess } from '../lib/threads.ts';
import { fromByteString } from '../rules/bytes.ts';
import type { Thread } from '../state.ts';

/** A process of an alert, or one that it comes from. */
export interface LineageEntry {
  readonly name: string;
  /** Path of the executable; what it calls itself where that is not known. */
  readonly exe: string;
  /** Without the first, joined by spaces; cut where it is long. */
  readonly args: string;
  readonly pid: number;
  /** Nanoseconds since the epoch as decimal text; empty when unknown. */
  readonly startTimeNs: string;
}

const maxDepth = 16;
const maxTextLength = 512;

/** The process of an event and its ancestors, nearest first. */
export function lineageOf({ thread }: Pick<EventView, 'thread'>): LineageEntry[] {
  const entries: LineageEntry[] = [];
  if (thread === null) {
    return entries;
  }
  const seen = new Set<number>();
  for (let hops = 0; hops < maxDepth; hops++) {
    const process = ancestorProcess(thread, hops);
    if (process === null || process.pid < 0 || seen.has(process.pid)) {
      break;
    }
    seen.add(process.pid);
    entries.push(entryOf(process));
  }
  return entries;
}

function entryOf({ comm, exe, exePath, args, pid, cloneTs }: Thread): LineageEntry {
  return {
    name: shown(comm),
    exe: shown(exePath === '' || exePath === '<NA>' ? exe : exePath),
    args: shown(args.join(' ')),
    pid,
    startTimeNs: cloneTs === 0n ? '' : String(cloneTs),
  };
}

function shown(text: string): string {
  return fromByteString(text.length > maxTextLength ? `${text.slice(0, maxTextLength)}...` : text);
}
