import { execFile, spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';

const bin = fileURLToPath(new URL('../../../bin/lanner.mjs', import.meta.url));
const env = { ...process.env, NO_COLOR: '', FORCE_COLOR: '0' };

/** The program itself, as a person starts it. */
function lanner(args: readonly string[], more: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', env: { ...env, ...more } });
}

describe('the program', () => {
  test('tells its version on standard output and nothing else', () => {
    const { status, stdout, stderr } = lanner(['--version']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^lanner \d+\.\d+\.\d+\n$/);
  });

  test('says what is wrong on standard error, with exit code 2', () => {
    const { status, stdout, stderr } = lanner(['feilds']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe("error: 'feilds' is not a command\nhint: Did you mean: lanner fields\n");
  });

  test('uses colours where it is told to', () => {
    expect(lanner(['help'], { NO_COLOR: undefined, FORCE_COLOR: '1' }).stdout).toContain('\u001b[');
    expect(lanner(['help'], { NO_COLOR: '1', FORCE_COLOR: '1' }).stdout).not.toContain('\u001b[');
    expect(lanner(['help']).stdout).not.toContain('\u001b[');
  });

  test('prints lists as JSON alone', () => {
    const { stdout, stderr } = lanner(['fields', 'ka.verb', '--format', 'json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ fieldclasses: [{ fields: [{ name: 'ka.verb' }] }] });
  });

  test('ends quietly when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [bin, 'events'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, errors]).toEqual([0, '']);
  });

  test('can be piped through head', async () => {
    const { stdout, stderr } = await promisify(execFile)(
      'bash',
      ['-c', 'set -o pipefail; "$0" "$1" fields | head -3', process.execPath, bin],
      { env },
    );
    expect([stdout.split('\n').length, stderr]).toEqual([4, '']);
  });
});

test('a scan that comes to nothing leaves no process and no folder behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-ahead-'));
  try {
    const { status, stderr } = lanner(['scan', 'rootfs', '/', '--no-such-option'], { TMPDIR: folder });
    expect(status).toBe(2);
    expect(stderr).toContain('scan has no option --no-such-option');
    expect(readdirSync(folder).filter((name) => name.startsWith('lanner-scan-'))).toEqual([]);
    // The process that was started ahead has the folder in its arguments.
    await vi.waitFor(
      () => expect(commandLines().filter((line) => line.includes(folder))).toEqual([]),
      30_000,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        // It has just ended.
        return '';
      }
    });
}
