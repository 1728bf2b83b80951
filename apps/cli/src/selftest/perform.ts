import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@lanner/core';
import { systemCaller } from '@lanner/sensor';
import { behaviours } from './behaviours.ts';

/** Carries out one behaviour, in a process that does nothing else. */
export async function perform(id: string): Promise<number> {
  const behaviour = behaviours.find((each) => each.id === id);
  if (behaviour === undefined) {
    throw new AppError('usage.invalid', `the self-test has no behaviour ${id}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'lanner-selftest-'));
  try {
    behaviour.act({
      call: await systemCaller(),
      folder,
      run: ([program = '', ...args], env = {}) => {
        spawnSync(program, args, { stdio: 'ignore', shell: false, env: { ...process.env, ...env } });
      },
    });
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
