import { defineAnalyzer, installed } from '../analyzer.ts';
import { type JsonObject, objectsOf, parseObject, textOf } from '../lib/json.ts';
import { known } from '../lib/known.ts';
import { baseName, folderOf } from '../lib/path.ts';
import type { Application, Package } from '../model/index.ts';
import { applicationTypeOf, packageOfUrl, parsePackageUrl } from '../purl/index.ts';

const root = 'opt/bitnami/';

export const analyzer = defineAnalyzer({
  id: 'bitnami',
  revision: 1,
  doc: 'What the images of Bitnami say about their components.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  // opt/bitnami/<component>/.spdx-<component>.spdx
  wants: ({ path }) => path.startsWith(root) && path.endsWith('.spdx') && baseName(path).startsWith('.spdx-'),
  analyze(file) {
    const applications = applicationsOf(parseObject(file.text(), 'artifact.parse'), folderOf(file.path));
    return applications.length === 0 ? null : { applications };
  },
});

interface Component {
  readonly type: string;
  readonly found: Package;
}

/** The component is what it is, wherever its files are; what is in it lies in its folder. */
function applicationsOf(document: JsonObject, folder: string): Application[] {
  const components = componentsOf(document);
  const needs = needsOf(document, components);
  const byType = Map.groupBy(components, ([, { type }]) => type);
  return Array.from(byType, ([type, members]) => ({
    type,
    filePath: type === 'bitnami' ? folder : '',
    packages: members.map(([reference, { found }]) =>
      known<Package>({
        ...found,
        filePath: type === 'bitnami' ? undefined : folder,
        dependsOn: needs.get(reference),
      }),
    ),
  }));
}

/** What has a package URL, by its reference within the document. */
function componentsOf(document: JsonObject): [reference: string, component: Component][] {
  return objectsOf(document['packages']).flatMap((entry) => {
    const purl = objectsOf(entry['externalRefs']).find((reference) => reference['referenceType'] === 'purl');
    const locator = textOf(purl?.['referenceLocator']);
    const reference = textOf(entry['SPDXID']);
    if (locator === undefined || reference === undefined) {
      return [];
    }
    const url = parsePackageUrl(locator);
    const license = textOf(entry['licenseDeclared']) ?? 'NONE';
    const licenses = license === 'NONE' || license === 'NOASSERTION' ? [] : [license];
    // The package URL is written anew from the package, as for all others.
    const found = known<Package>({ ...packageOfUrl(url), identifier: undefined, licenses });
    return [[reference, { type: applicationTypeOf(url), found }]];
  });
}

function needsOf(
  document: JsonObject,
  components: readonly [string, Component][],
): ReadonlyMap<string, readonly string[]> {
  const byReference = new Map(components);
  const needs = new Map<string, string[]>();
  for (const relationship of objectsOf(document['relationships'])) {
    const from = textOf(relationship['spdxElementId']) ?? '';
    const to = byReference.get(textOf(relationship['relatedSpdxElement']) ?? '');
    const isNeed = ['CONTAINS', 'DEPENDS_ON'].includes(textOf(relationship['relationshipType']) ?? '');
    if (isNeed && to?.found.id !== undefined && byReference.get(from)?.type === to.type) {
      needs.set(from, [...(needs.get(from) ?? []), to.found.id]);
    }
  }
  return needs;
}
