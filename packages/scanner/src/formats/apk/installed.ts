import { known } from '../../lib/known.ts';
import { PathBudget } from '../../lib/path-budget.ts';
import { licensesOfWords } from '../../licenses/normalize.ts';
import type { Package } from '../../model/index.ts';
import { versionSchemes } from '../../versions/registry.gen.ts';

const apkVersions = versionSchemes.find(({ id }) => id === 'apk');

interface Entry {
  /** Values by the letter in front of the colon; of a letter that is there twice, the last one. */
  readonly fields: Map<string, string>;
  readonly files: string[];
}

/** Longer ones are not names but meant to be repeated. */
const maxName = 1000;

/** The packages of apk's `installed` file, each name once; those without a valid version are left out. */
export function apkPackages(text: string): Package[] {
  const packages = new Map<string, Package>();
  const providers = new Map<string, string>();
  for (const entry of entries(text)) {
    const found = packageOf(entry);
    if (found === null || packages.has(found.name)) {
      continue;
    }
    packages.set(found.name, found);
    for (const provided of [found.name, ...names(entry.fields.get('p'))]) {
      providers.set(provided, found.id);
    }
  }
  return Array.from(packages.values(), (one) => {
    const ids = (one.dependsOn ?? []).flatMap((name) => providers.get(name) ?? []);
    return known<Package>({ ...one, dependsOn: [...new Set(ids)].filter((id) => id !== one.id).sort() });
  });
}

function* entries(text: string): Generator<Entry> {
  let entry: Entry = { fields: new Map(), files: [] };
  let folder = '';
  const budget = new PathBudget(text.length);
  for (const line of text.split('\n')) {
    if (line.length < 2) {
      yield entry;
      entry = { fields: new Map(), files: [] };
      folder = '';
      continue;
    }
    const key = line.charAt(0);
    const value = line.slice(2);
    if (line.charAt(1) !== ':') {
      continue;
    }
    // Names of files can begin and end with blanks.
    if (key === 'F') {
      folder = value;
    } else if (key === 'R') {
      entry.files.push(budget.join(folder, value));
    } else {
      entry.fields.set(key, value.trim());
    }
  }
  yield entry;
}

function packageOf({ fields, files }: Entry): (Package & { id: string }) | null {
  const name = fields.get('P') ?? '';
  const version = fields.get('V') ?? '';
  if (name === '' || name.length > maxName || version === '' || apkVersions?.parse(version) === null) {
    return null;
  }
  return known<Package & { id: string }>({
    id: `${name}@${version}`,
    name,
    version,
    srcName: fields.get('o') ?? name,
    srcVersion: version,
    licenses: licensesOfWords(fields.get('L') ?? ''),
    maintainer: fields.get('m'),
    arch: fields.get('A'),
    digest: digestOf(fields.get('C') ?? ''),
    dependsOn: names(fields.get('D')),
    installedFiles: files,
  });
}

/** `so:libc.musl-x86_64.so.1=1 cmd:sh>=1 !other` without conflicts and versions. */
function names(field = ''): string[] {
  return field
    .split(/\s+/)
    .filter((one) => one !== '' && !one.startsWith('!'))
    .map((one) => one.replace(/[<>=~].*$/, ''));
}

/** `Q1` and SHA-1 in base64, or of old MD5 in hexadecimal. */
function digestOf(checksum: string): string | undefined {
  if (checksum.startsWith('Q1')) {
    return `sha1:${Buffer.from(checksum.slice(2), 'base64').toString('hex')}`;
  }
  return /^[0-9a-f]{32}$/i.test(checksum) ? `md5:${checksum}` : undefined;
}
