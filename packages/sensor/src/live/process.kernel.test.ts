import { realpathSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recordRun, whyNoSensor } from '../testkit/scoped-run.ts';

const reason = whyNoSensor();
const needsSensor = reason === null ? test : test.skip;
const title = (text: string): string => (reason === null ? text : `${text} (skipped: ${reason})`);

needsSensor(title('a process is told from its exec to its end'), async () => {
  const events = await recordRun(['/bin/sh', '-c', 'exit 3', 'first', '\xe9']);
  const exec = events.find((event) => event.name === 'execve' && event.params['args'] !== null);
  expect(exec?.params).toMatchObject({
    res: 0,
    exe: '/bin/sh',
    args: '-c\0exit 3\0first\0\xc3\xa9\0',
    comm: 'sh',
    cwd: process.cwd(),
    trusted_exepath: realpathSync('/bin/sh'),
    filename: '/bin/sh',
    exe_ino: statSync('/bin/sh').ino,
    uid: process.getuid?.(),
    gid: process.getgid?.(),
  });
  expect(exec?.params['env']).toContain(`PATH=${process.env['PATH']}\0`.slice(0, 40));
  expect(exec?.params['cgroups']).toMatch(/^cpuset=\/[^\0]*\0.*memory=\/[^\0]*\0$/);
  expect(exec?.params['exe_ino_mtime']).toBeCloseTo(statSync('/bin/sh').mtimeMs * 1e6, -9);
  expect(exec?.live).toMatchObject({
    pid: exec?.tid,
    parentPid: process.pid,
    kernelPath: realpathSync('/bin/sh'),
  });
  const exit = events.find((event) => event.name === 'procexit');
  expect(exit?.params).toMatchObject({ status: 0x300, ret: 3, sig: 0, core: 0 });
  expect(exit?.tid).toBe(exec?.tid);
});

needsSensor(title('parent and child both tell of a fork'), async () => {
  const events = await recordRun(['/bin/sh', '-c', '(exit 0); exit 0']);
  const clones = events.filter((event) => ['clone', 'fork', 'vfork', 'clone3'].includes(event.name));
  const caller = clones.find((event) => Number(event.params['res']) > 0);
  const child = clones.find((event) => event.params['res'] === 0);
  expect(child?.tid).toBe(caller?.params['res']);
  expect(child?.params).toMatchObject({
    tid: child?.tid,
    pid: child?.tid,
    ptid: caller?.tid,
    vtid: child?.tid,
  });
  expect(caller?.params).toMatchObject({ tid: caller?.tid, comm: 'sh' });
  expect(child?.ts).toBeLessThanOrEqual(caller?.ts ?? 0n);
});
