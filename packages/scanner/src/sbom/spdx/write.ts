import { createHash } from 'node:crypto';
import { hashText, printHash } from '../../artifacts/fnv.ts';
import { present } from '../../lib/json.ts';
import type { Bom, BomComponent, BomFile, ComponentType, Report } from '../../model/index.ts';
import { splitDigest } from '../digests.ts';
import { componentFinder } from '../component-finder.ts';
import { type EncodedReport, encodeReport } from '../encode.ts';
import { compareProperties, propertyNames as names } from '../properties.ts';
import { type OtherLicense, spdxLicense } from './licenses.ts';
import { sourceInfo } from './texts.ts';
import { compareTexts } from '../../lib/text-order.ts';

export interface SpdxOptions {
  readonly now: () => Date;
  readonly uuid: () => string;
}

export interface SpdxChecksum {
  readonly algorithm: string;
  readonly checksumValue: string;
}

export interface SpdxAnnotation {
  readonly annotator: string;
  readonly annotationDate: string;
  readonly annotationType: 'OTHER';
  readonly comment: string;
}

export interface SpdxPackageJson {
  readonly name: string;
  readonly SPDXID: string;
  readonly versionInfo?: string;
  readonly supplier?: string;
  readonly downloadLocation: string;
  readonly filesAnalyzed: boolean;
  readonly packageVerificationCode?: { readonly packageVerificationCodeValue: string };
  readonly checksums?: readonly SpdxChecksum[];
  readonly sourceInfo?: string;
  readonly licenseConcluded: string;
  readonly licenseDeclared: string;
  readonly externalRefs?: readonly SpdxReferenceJson[];
  readonly primaryPackagePurpose?: string;
  readonly annotations?: readonly SpdxAnnotation[];
}

export interface SpdxReferenceJson {
  readonly referenceCategory: string;
  readonly referenceType: string;
  readonly referenceLocator: string;
}

export interface SpdxFileJson {
  readonly fileName: string;
  readonly SPDXID: string;
  readonly checksums: readonly SpdxChecksum[];
  readonly copyrightText: string;
}

/** An SPDX 2.3 document in its JSON form. */
export interface SpdxJson {
  readonly spdxVersion: 'SPDX-2.3';
  readonly dataLicense: 'CC0-1.0';
  readonly SPDXID: 'SPDXRef-DOCUMENT';
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly creators: readonly string[]; readonly created: string };
  readonly packages: readonly SpdxPackageJson[];
  readonly files?: readonly SpdxFileJson[];
  readonly hasExtractedLicensingInfos?: readonly OtherLicense[];
  readonly relationships: readonly SpdxRelationshipJson[];
}

export interface SpdxRelationshipJson {
  readonly spdxElementId: string;
  readonly relatedSpdxElement: string;
  readonly relationshipType: string;
}

const kinds: Readonly<Record<ComponentType, readonly [id: string, purpose: string]>> = {
  container_image: ['ContainerImage', 'CONTAINER'],
  vm: ['VM', 'CONTAINER'],
  filesystem: ['Filesystem', 'SOURCE'],
  repository: ['Repository', 'SOURCE'],
  application: ['Application', 'APPLICATION'],
  operating_system: ['OperatingSystem', 'OPERATING_SYSTEM'],
  library: ['Package', 'LIBRARY'],
  platform: ['Platform', 'APPLICATION'],
};

/** Properties that have members of their own in SPDX. */
const elsewhere: ReadonlySet<string> = new Set([
  ...[names.srcName, names.srcVersion, names.srcRelease, names.srcEpoch, names.filePath],
]);

/** A report as an SPDX document. */
export function spdxJson(report: Report, { now, uuid }: SpdxOptions): SpdxJson {
  const { bom, ids } = encodeReport(report, uuid);
  const created = now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  const tool = `Tool: trivy-${report.version}`;
  const writer = new SpdxWriter(bom, advisoriesByComponent(report, bom, ids), {
    created,
    tool,
    artifactType: report.artifactType,
    downloadLocation: downloadLocation(report),
  });
  const { packages, files, others, relationships } = writer.write();
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: report.artifactName,
    documentNamespace: namespaceOf(report, uuid()),
    creationInfo: { creators: ['Organization: aquasecurity', tool], created },
    packages,
    ...present({
      files: files.length === 0 ? undefined : files,
      hasExtractedLicensingInfos: others.length === 0 ? undefined : others,
    }),
    relationships,
  };
}

function namespaceOf({ artifactType, artifactName }: Report, uuid: string): string {
  // A namespace is a URI: what may not stand in one is escaped.
  const name = artifactName.replace(/^[a-z]+:\/\//, '').replaceAll(/[\s"<>\\^`{|}#]/g, encodeURIComponent);
  return `http://trivy.dev/${artifactType}/${name}-${uuid}`;
}

/** A folder on this machine is no place to download from. */
function downloadLocation({ artifactType, artifactName }: Report): string {
  const isRemote = artifactType === 'repository' && /^(?:https?|ssh|git):\/\//.test(artifactName);
  return isRemote ? `git+${artifactName}` : 'NONE';
}

/** Addresses of advisories on the vulnerabilities of each component, by its id. */
function advisoriesByComponent(
  report: Report,
  bom: Bom,
  ids: EncodedReport['ids'],
): ReadonlyMap<string, ReadonlySet<string>> {
  const componentOf = componentFinder(report, ids);
  const found = new Map<string, Set<string>>();
  report.results.forEach(({ vulnerabilities = [] }, i) => {
    for (const vulnerability of vulnerabilities) {
      const id = componentOf(i, vulnerability);
      const { primaryUrl } = vulnerability;
      if (id !== undefined && primaryUrl !== undefined && bom.components.has(id)) {
        found.set(id, (found.get(id) ?? new Set()).add(primaryUrl));
      }
    }
  });
  return found;
}

interface Origin {
  readonly created: string;
  readonly tool: string;
  readonly artifactType: string;
  readonly downloadLocation: string;
}

class SpdxWriter {
  readonly #bom: Bom;
  readonly #advisories: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #origin: Origin;
  readonly #idsByComponent = new Map<string, string>();
  readonly #used = new Set<string>();
  readonly #files = new Map<string, SpdxFileJson>();
  readonly #others = new Map<string, OtherLicense>();
  readonly #relationships: SpdxRelationshipJson[] = [];

  constructor(bom: Bom, advisories: ReadonlyMap<string, ReadonlySet<string>>, origin: Origin) {
    this.#bom = bom;
    this.#advisories = advisories;
    this.#origin = origin;
  }

  write(): {
    readonly packages: readonly SpdxPackageJson[];
    readonly files: readonly SpdxFileJson[];
    readonly others: readonly OtherLicense[];
    readonly relationships: readonly SpdxRelationshipJson[];
  } {
    const packages = [...this.#bom.components.values()].map((component) => this.#package(component));
    const root = this.#idsByComponent.get(this.#bom.rootId ?? '');
    if (root !== undefined) {
      this.#relate('SPDXRef-DOCUMENT', root, 'DESCRIBES');
    }
    for (const [from, all] of this.#bom.relationships) {
      for (const { to, type } of all) {
        const [a, b] = [this.#idsByComponent.get(from), this.#idsByComponent.get(to)];
        if (a !== undefined && b !== undefined) {
          this.#relate(a, b, type === 'contains' ? 'CONTAINS' : 'DEPENDS_ON');
        }
      }
    }
    return {
      packages: packages.sort(comparePackages),
      files: [...this.#files.values()].sort(
        (a, b) => compareTexts(a.fileName, b.fileName) || compareTexts(a.SPDXID, b.SPDXID),
      ),
      others: [...this.#others.values()].sort((a, b) => compareTexts(a.licenseId, b.licenseId)),
      relationships: withoutRepeats(this.#relationships),
    };
  }

  #package(component: BomComponent): SpdxPackageJson {
    const isLibrary = component.type === 'library';
    const id = this.#id(component);
    const files = component.files.filter(({ path, digests }) => path !== undefined && digests.length > 0);
    const license = isLibrary
      ? spdxLicense(component.licenses ?? [])
      : { expression: 'NOASSERTION', others: [] };
    license.others.forEach((other) => this.#others.set(other.licenseId, other));
    for (const file of files) {
      this.#relate(id, this.#file(file), 'CONTAINS');
    }
    const checksums = component.files.flatMap(({ path, digests }) =>
      path === undefined ? digests.flatMap(checksumJson) : [],
    );
    const references = this.#references(component);
    const annotations = this.#annotations(component);
    return present({
      name: wholeName(component),
      SPDXID: id,
      versionInfo: component.version,
      supplier: isLibrary
        ? component.supplier === undefined
          ? 'NOASSERTION'
          : `Organization: ${component.supplier}`
        : undefined,
      downloadLocation: this.#origin.downloadLocation,
      filesAnalyzed: files.length > 0,
      packageVerificationCode: files.length === 0 ? undefined : verificationCode(files),
      checksums: checksums.length === 0 ? undefined : checksums,
      sourceInfo: isLibrary ? sourceInfo(component) : undefined,
      licenseConcluded: license.expression,
      licenseDeclared: license.expression,
      externalRefs: references.length === 0 ? undefined : references,
      primaryPackagePurpose: kinds[component.type][1],
      annotations: annotations.length === 0 ? undefined : annotations,
    });
  }

  #references({ id, identifier: { purl } }: BomComponent): SpdxReferenceJson[] {
    const own = purl === undefined ? [] : [['PACKAGE-MANAGER', 'purl', purl] as const];
    const advisories = [...(this.#advisories.get(id) ?? [])]
      .sort()
      .map((url) => ['SECURITY', 'advisory', url] as const);
    return [...own, ...advisories].map(([referenceCategory, referenceType, referenceLocator]) => ({
      referenceCategory,
      referenceType,
      referenceLocator,
    }));
  }

  /** An id that says the same of the same component in every document. */
  #id(component: BomComponent): string {
    const [kind] = kinds[component.type];
    const { name, version = '', srcFile = '', files } = component;
    const key =
      component.id === this.#bom.rootId
        ? `${name}-${this.#origin.artifactType}`
        : `${name}${version}${srcFile}${files.map(({ path = '' }) => path).join('')}`;
    let id = `SPDXRef-${kind}-${printHash(hashText(key))}`;
    for (let copy = 2; this.#used.has(id); copy++) {
      id = `SPDXRef-${kind}-${printHash(hashText(`${key}#${copy}`))}`;
    }
    this.#used.add(id);
    this.#idsByComponent.set(component.id, id);
    return id;
  }

  /** The same file may hold several packages; other content under the same path is another file. */
  #file({ path = '', digests }: BomFile): string {
    const checksums = digests.flatMap(checksumJson);
    let id = `SPDXRef-File-${printHash(hashText(path))}`;
    const known = this.#files.get(id);
    if (known !== undefined && JSON.stringify(known.checksums) !== JSON.stringify(checksums)) {
      id = `SPDXRef-File-${printHash(hashText(`${path} ${digests.join(' ')}`))}`;
    }
    this.#files.set(id, { fileName: path, SPDXID: id, checksums, copyrightText: '' });
    return id;
  }

  #annotations({ properties }: BomComponent): SpdxAnnotation[] {
    return [...properties]
      .filter(({ name }) => !elsewhere.has(name))
      .sort(compareProperties)
      .map(({ name, value, namespace = '' }) => ({
        annotator: this.#origin.tool,
        annotationDate: this.#origin.created,
        annotationType: 'OTHER',
        comment: `${namespace}${name}: ${value}`,
      }));
  }

  #relate(spdxElementId: string, relatedSpdxElement: string, relationshipType: string): void {
    this.#relationships.push({ spdxElementId, relatedSpdxElement, relationshipType });
  }
}

/** SPDX has no member for a group. */
function wholeName({ name, group, identifier }: BomComponent): string {
  if (group === undefined) {
    return name;
  }
  return identifier.purl?.startsWith('pkg:maven/') === true ? `${group}:${name}` : `${group}/${name}`;
}

function checksumJson(digest: string): SpdxChecksum[] {
  const parts = splitDigest(digest);
  return parts === null ? [] : [{ algorithm: parts.name.toUpperCase(), checksumValue: parts.hex }];
}

/** SHA-1 over the SHA-1 of the files, as SPDX defines it. */
function verificationCode(files: readonly BomFile[]): { readonly packageVerificationCodeValue: string } {
  const hashes = files.flatMap(({ digests }) =>
    digests.flatMap((digest) => {
      const parts = splitDigest(digest);
      return parts?.name === 'sha1' ? parts.hex : [];
    }),
  );
  const value = createHash('sha1').update(hashes.sort().join('')).digest('hex');
  return { packageVerificationCodeValue: value };
}

function comparePackages(a: SpdxPackageJson, b: SpdxPackageJson): number {
  return (
    compareTexts(a.primaryPackagePurpose ?? '', b.primaryPackagePurpose ?? '') ||
    compareTexts(a.name, b.name) ||
    compareTexts(a.SPDXID, b.SPDXID)
  );
}

function withoutRepeats(relationships: readonly SpdxRelationshipJson[]): SpdxRelationshipJson[] {
  const byKey = new Map(
    relationships.map((one) => [
      `${one.spdxElementId} ${one.relatedSpdxElement} ${one.relationshipType}`,
      one,
    ]),
  );
  return [...byKey].sort(([a], [b]) => compareTexts(a, b)).map(([, one]) => one);
}
