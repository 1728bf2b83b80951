import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Finding } from '@lanner/hub';

const run = promisify(execFile);
const timeoutMs = 60_000;

/**
 * Security updates that the package manager's own local lists know of and that are not installed: apt's, without
 * network and without changing anything. Null where there is no apt.
 */
export async function pendingUpdates(): Promise<Finding[] | null> {
  try {
    const { stdout } = await run('apt-get', ['-s', '-o', 'Debug::NoLocking=true', 'upgrade'], {
      timeout: timeoutMs,
      maxBuffer: 16 * 2 ** 20,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    });
    return updatesOf(stdout);
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      return null;
    }
    throw error;
  }
}

const installLine = /^Inst (\S+) \[([^\]]+)\] \((\S+) ([^)]*)\)/;

/** Reads what `apt-get -s upgrade` says; only updates that come from a security archive. */
export function updatesOf(text: string): Finding[] {
  return text.split('\n').flatMap((line): Finding[] => {
    const [, name = '', installed = '', available = '', origin = ''] = installLine.exec(line) ?? [];
    if (!/security/i.test(origin)) {
      return [];
    }
    return [
      {
        kind: 'update',
        id: name,
        package: name,
        packageName: name,
        installedVersion: installed,
        fixedVersion: available,
        severity: 'MEDIUM',
        title: `A security update of ${name} is available`,
        epss: null,
        kev: false,
        details: { origin: origin.replace(/ \[[^\]]*\]$/, '') },
      },
    ];
  });
}
