import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const tool = 'systemd-analyze';
const reason = spawnSync(tool, ['--version']).status === 0 ? null : `needs ${tool}`;
const units = fileURLToPath(new URL('../deploy/systemd/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lanner-unit-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Assessed {
  readonly set: boolean | null;
  readonly json_field: string;
  readonly name: string;
}

describe.skipIf(reason !== null).each(['lanner.service', 'lanner-agent.service'])(
  `the systemd unit %s${reason === null ? '' : ` (skipped: ${reason})`}`,
  (name) => {
    const unit = join(units, name);

    test('has no mistakes', () => {
      // The program need not be installed where this runs.
      const copy = join(folder, name);
      writeFileSync(copy, readFileSync(unit, 'utf8').replace('/usr/bin/lanner', '/bin/true'));
      const { status, stderr } = spawnSync(tool, ['verify', '--man=no', copy], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    });

    test('leaves the service four capabilities and little of the machine', () => {
      const out = execFileSync(tool, ['security', '--offline=yes', '--json=short', '--threshold=30', unit], {
        encoding: 'utf8',
      });
      const assessed = JSON.parse(out) as readonly Assessed[];
      const open = assessed.filter(({ set }) => set === false).map(({ name }) => name);
      expect(open.filter((name) => name.startsWith('CapabilityBoundingSet='))).toEqual([
        'CapabilityBoundingSet=~CAP_(DAC_*|FOWNER|IPC_OWNER)',
        'CapabilityBoundingSet=~CAP_BPF',
        'CapabilityBoundingSet=~CAP_SYS_PTRACE',
      ]);
      expect(open.filter((name) => name.startsWith('SystemCallFilter='))).toEqual([
        'SystemCallFilter=~@resources',
        'SystemCallFilter=~@privileged',
      ]);
    });
  },
);
