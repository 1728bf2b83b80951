import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Makes a root folder that has this machine's list of packages and nothing else, so that it is scanned at once. */
export function makeSmallRoot(root: string): void {
  for (const name of ['etc/os-release', 'etc/debian_version', 'var/lib/dpkg/status']) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    copyFileSync(`/${name}`, join(root, name));
  }
}

/** Writes rules of which `Makes` tells every folder that is made. */
export function writeMakesRule(path: string): void {
  writeFileSync(
    path,
    '- {rule: Makes, desc: d, condition: "evt.type in (mkdir, mkdirat)", output: made %evt.arg.path, priority: ERROR}\n',
  );
}
