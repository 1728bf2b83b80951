import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'lanner-scan-';
const beatMs = 60_000;
/** A folder whose scan has not told that it lives for so long is left over. */
const staleMs = 15 * beatMs;

export interface ScanFolder {
  readonly path: string;
  /** Removes it with all that is in it. */
  readonly remove: () => void;
}

/**
 * A folder for what a scan writes. It is removed by the scan, also when the program is ended by an error, and by a later
 * scan when this one was killed. Numbers of processes are not looked at: containers that share a folder have their own.
 */
export function scanFolder(env: Readonly<Record<string, string | undefined>>, now: Date): ScanFolder {
  const base = env['TMPDIR'] ?? tmpdir();
  removeStale(base, now);
  const path = mkdtempSync(join(base, prefix));
  const beat = setInterval(() => utimesSync(path, new Date(), new Date()), beatMs);
  beat.unref();
  const atExit = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', atExit);
  return {
    path,
    remove: () => {
      clearInterval(beat);
      process.off('exit', atExit);
      atExit();
    },
  };
}

function removeStale(base: string, now: Date): void {
  for (const name of readdirSync(base).filter((one) => one.startsWith(prefix))) {
    const path = join(base, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    const isOwn = stats?.isDirectory() === true && stats.uid === process.getuid?.();
    if (isOwn && now.getTime() - stats.mtimeMs > staleMs) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
