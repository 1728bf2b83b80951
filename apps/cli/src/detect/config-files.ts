import type { ConfigFiles } from '@lanner/api';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Configuration files on disk. */
export const diskConfigFiles: ConfigFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // Absent or not readable: the loader says which, by whether the file had to be there.
      return null;
    }
  },
  list(path) {
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      return null;
    }
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(path, entry.name))
      .sort();
  },
};

/** Where a configuration is looked for when -c does not name one; the first that exists holds. */
export const defaultConfigPaths = ['/etc/lanner/falco.yaml', '/etc/falco/falco.yaml'] as const;
