import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { containerUsers } from './container-users.ts';

let procRoot: string;
let etc: string;

beforeEach(() => {
  procRoot = mkdtempSync(join(tmpdir(), 'lanner-users-'));
  etc = join(procRoot, '7/root/etc');
  mkdirSync(etc, { recursive: true });
});

afterEach(() => {
  rmSync(procRoot, { recursive: true });
});

test('the files of a container name its users and groups', async () => {
  writeFileSync(join(etc, 'passwd'), 'root:x:0:0::/root:/bin/sh\napp:x:1234:12::/srv:/bin/false\n');
  writeFileSync(join(etc, 'group'), 'apps:x:12:\n');
  expect(await containerUsers(procRoot, 7)).toEqual({
    users: [
      { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' },
      { name: 'app', uid: 1234, gid: 12, home: '/srv', shell: '/bin/false' },
    ],
    groups: [{ name: 'apps', gid: 12 }],
  });
});

const nobody = { users: [], groups: [] };

test('a process that has gone has none', async () => {
  expect(await containerUsers(procRoot, 8)).toEqual(nobody);
});

test('links out of the container, pipes and floods are not read', async () => {
  symlinkSync('/etc/passwd', join(etc, 'passwd'));
  execFileSync('mkfifo', [join(etc, 'group')]);
  expect(await containerUsers(procRoot, 7)).toEqual(nobody);
  rmSync(join(etc, 'passwd'));
  writeFileSync(join(etc, 'passwd'), `a:x:1:1:::\n`.repeat(200_000));
  expect(await containerUsers(procRoot, 7)).toEqual(nobody);
  rmSync(etc, { recursive: true });
  symlinkSync('/etc', etc);
  expect(await containerUsers(procRoot, 7)).toEqual(nobody);
});
