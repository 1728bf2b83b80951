import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { recordRun, whyNoSensor } from '../testkit/scoped-run.ts';

const reason = whyNoSensor();
const folder = mkdtempSync(join(tmpdir(), 'lanner-restart-'));
const children: ChildProcess[] = [];
afterAll(() => {
  children.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

/** A process with a sensor on this one. Resolves when it sees. */
async function startSensor(): Promise<ChildProcess> {
  const live = new URL('sensor.ts', import.meta.url).href;
  const core = new URL('../../../core/src/index.ts', import.meta.url).href;
  const file = join(folder, 'sensor.mjs');
  writeFileSync(
    file,
    `import { openLiveSensor } from '${live}';
     import { silentLog } from '${core}';
     const scope = { pids: [process.ppid], followsForks: false };
     const sensor = await openLiveSensor({ scope, log: silentLog });
     console.log('open');
     setInterval(() => sensor.poll(() => undefined), 10);`,
  );
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe.skipIf(reason !== null)(`a sensor${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  test('that is killed leaves nothing behind that another one could stumble over', async () => {
    for (let i = 0; i < 2; i++) {
      const child = await startSensor();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      expect((await ended)[1]).toBe('SIGKILL');
    }
    const events = await recordRun(['/bin/true']);
    expect(events.find(({ name }) => name === 'execve')?.params['trusted_exepath']).toContain('/true');
    expect(events.at(-1)?.name).toBe('procexit');
  });

  test('sees the same while another one runs beside it', async () => {
    const child = await startSensor();
    const events = await recordRun(['/bin/true']);
    child.kill('SIGKILL');
    expect(events.filter(({ name }) => name === 'execve')).toHaveLength(1);
    expect(events.at(-1)?.name).toBe('procexit');
  });
});
