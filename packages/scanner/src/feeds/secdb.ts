import { memberOf } from '../db/build/ranges.ts';
import type { AdvisorySink } from '../db/build/sink.ts';
import { defineFeed } from '../feed.ts';
import { isObject, type JsonObject, objectsOf, textOf, textsOf } from '../lib/json.ts';
import type { DataSource } from '../model/index.ts';

/** Distributions by the address of their packages. */
const rolling: readonly (readonly [string, DataSource])[] = [
  ['wolfi.dev', { id: 'wolfi', name: 'Wolfi Secdb', url: 'https://packages.wolfi.dev/os/security.json' }],
  [
    'cgr.dev',
    {
      id: 'chainguard',
      name: 'Chainguard Security Data',
      url: 'https://packages.cgr.dev/chainguard/security.json',
    },
  ],
  [
    'mini.dev',
    {
      id: 'minimos',
      name: 'MinimOS Security Data',
      url: 'https://packages.mini.dev/advisories/secdb/security.json',
    },
  ],
];
const alpine: DataSource = { id: 'alpine', name: 'Alpine Secdb', url: 'https://secdb.alpinelinux.org/' };

export const feed = defineFeed({
  id: 'secdb',
  doc: 'Security databases of Alpine, Wolfi, Chainguard and MinimOS: packages, and which version fixes what.',
  accepts({ path, document }) {
    const database = path.endsWith('.json') ? document() : null;
    return isObject(database) && 'apkurl' in database && Array.isArray(database['packages']);
  },
  read({ document }, sink) {
    const read = document();
    const database = isObject(read) ? read : {};
    const place = placeOf(database);
    for (const { pkg } of objectsOf(database['packages'])) {
      const entry = isObject(pkg) ? pkg : {};
      for (const [version, fixes] of Object.entries(memberOf(entry, 'secfixes'))) {
        for (const id of textsOf(fixes).flatMap(idsOf)) {
          importFix(textOf(entry['name']) ?? '', id, version, place, sink);
        }
      }
    }
  },
});

interface Place {
  /** null for a release that is not known. */
  readonly bucket: string | null;
  readonly source: DataSource;
}

function importFix(
  name: string,
  id: string,
  version: string,
  { bucket, source }: Place,
  sink: AdvisorySink,
): void {
  if (bucket === null || name === '') {
    sink.rejected(`${name} ${id}`, name === '' ? 'names no package' : 'is about an unknown release');
  } else if (version === '0') {
    sink.rejected(`${name} ${id}`, 'says that the package is not affected');
  } else {
    sink.advisory(bucket, source, name, id, { FixedVersion: version });
    sink.detail(id, source.id, {});
    sink.imported();
  }
}

function placeOf(database: JsonObject): Place {
  const address = textOf(database['apkurl']) ?? '';
  const known = rolling.find(([host]) => address.includes(host));
  if (known !== undefined) {
    return { bucket: known[1].id, source: known[1] };
  }
  const release = textOf(database['distroversion'])?.replace(/^v/, '');
  return { bucket: release === undefined ? null : `alpine ${release}`, source: alpine };
}

/** Entries such as `CVE-2019-1 (+ regression)` name an id and more. */
function idsOf(text: string): string[] {
  return text.match(/\b(?:CVE|GHSA|CGA|XSA|ZBX|TALOS)-[\w-]+/g) ?? [];
}
