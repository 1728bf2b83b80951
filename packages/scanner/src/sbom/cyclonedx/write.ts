import { present } from '../../lib/json.ts';
import type { Bom, BomComponent, BomProperty, ComponentType, Report } from '../../model/index.ts';
import { splitDigest } from '../digests.ts';
import { componentFinder } from '../component-finder.ts';
import { encodeReport } from '../encode.ts';
import { compareProperties, propertyNamespace } from '../properties.ts';
import { licenseChoices } from './licenses.ts';
import { cdxVulnerabilities } from './vulnerabilities.ts';
import { compareTexts } from '../../lib/text-order.ts';

const specVersion = '1.7';

export interface CycloneDxOptions {
  readonly now: () => Date;
  readonly uuid: () => string;
}

const types: Readonly<Record<ComponentType, string>> = {
  container_image: 'container',
  vm: 'container',
  filesystem: 'application',
  repository: 'application',
  application: 'application',
  operating_system: 'operating-system',
  library: 'library',
  platform: 'platform',
};

const algorithms: Readonly<Record<string, string>> = {
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** A report as a CycloneDX document. */
export function cycloneDxJson(report: Report, { now, uuid }: CycloneDxOptions): Record<string, unknown> {
  const { bom, ids } = encodeReport(report, uuid);
  const componentOf = componentFinder(report, ids);
  const components = [...bom.components.values()]
    .filter(({ id }) => id !== bom.rootId)
    .map(componentJson)
    .sort((a, b) => compareTexts(String(a['bom-ref']), String(b['bom-ref'])));
  const root = bom.rootId === undefined ? undefined : bom.components.get(bom.rootId);
  return {
    $schema: `http://cyclonedx.org/schema/bom-${specVersion}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion,
    serialNumber: bom.serialNumber ?? `urn:uuid:${uuid()}`,
    version: 1,
    metadata: present({
      timestamp: now()
        .toISOString()
        .replace(/\.\d+Z$/, '+00:00'),
      tools: { components: [toolJson(report.version)] },
      component: root && componentJson(root),
    }),
    components,
    ...present({
      externalReferences: bom.externalReferences.length === 0 ? undefined : bom.externalReferences,
    }),
    dependencies: dependenciesJson(bom),
    vulnerabilities: cdxVulnerabilities(report, (i, vulnerability) => {
      const id = componentOf(i, vulnerability);
      // Without a list of packages, as in reports of findings alone, their own reference is the best that is known.
      return id === undefined
        ? vulnerability.pkgIdentifier?.bomRef
        : bom.components.get(id)?.identifier.bomRef;
    }),
  };
}

function toolJson(version: string): Record<string, unknown> {
  return {
    type: 'application',
    manufacturer: { name: 'Aqua Security Software Ltd.' },
    group: 'aquasecurity',
    name: 'trivy',
    version,
  };
}

function componentJson(component: BomComponent): Record<string, unknown> {
  const { identifier, licenses = [], properties, supplier } = component;
  const hashes = component.files.flatMap(({ digests }) => digests.flatMap(hashJson));
  const choices = licenseChoices(licenses);
  return present({
    'bom-ref': identifier.bomRef ?? component.id,
    type: types[component.type],
    supplier: supplier === undefined ? undefined : { name: supplier },
    group: component.group,
    name: component.name,
    version: component.version,
    hashes: hashes.length === 0 ? undefined : hashes,
    licenses: choices.length === 0 ? undefined : choices,
    purl: identifier.purl,
    properties:
      properties.length === 0 ? undefined : [...properties].sort(compareProperties).map(propertyJson),
  });
}

function propertyJson({ name, value, namespace = propertyNamespace }: BomProperty): Record<string, string> {
  return { name: `${namespace}${name}`, value };
}

function hashJson(digest: string): { readonly alg: string; readonly content: string }[] {
  const parts = splitDigest(digest);
  const alg = parts === null ? undefined : algorithms[parts.name];
  return parts === null || alg === undefined ? [] : [{ alg, content: parts.hex }];
}

/** A component of which it is known that it needs nothing has an empty entry; one of which nothing is known has none. */
function dependenciesJson({
  components,
  relationships,
}: Bom): { readonly ref: string; dependsOn: string[] }[] {
  const refOf = (id: string): string => components.get(id)?.identifier.bomRef ?? id;
  return [...relationships]
    .map(([id, all]) => ({
      ref: refOf(id),
      dependsOn: [...new Set(all.map(({ to }) => refOf(to)))].sort(),
    }))
    .sort((a, b) => compareTexts(a.ref, b.ref));
}
