import { AppError } from '@lanner/core';
import { present } from '../../lib/json.ts';
import { parseLicenseExpression, printLicenseExpression } from '../../licenses/expression.ts';
import type { Bom, BomComponent, BomFile, BomProperty, ComponentType } from '../../model/index.ts';
import { parsePackageUrl, printPackageUrl } from '../../purl/index.ts';
import { BomBuilder } from '../bom-builder.ts';
import { propertyNames as names } from '../properties.ts';
import type { SpdxDocument, SpdxFile, SpdxPackage } from './document.ts';
import { foundIn, sourcePackage } from './texts.ts';

/** The graph of an SPDX document. Throws AppError 'artifact.parse' for a package URL that is none. */
export function readSpdx(document: SpdxDocument): Bom {
  const isTrivy = document.creators.some((creator) => /^Tool: (?:trivy|lanner)\b/.test(creator));
  const roots = new Set(
    document.relationships.filter(({ type }) => type === 'DESCRIBES').map(({ to }) => to),
  );
  const files = filesByPackage(document);
  const licenses = otherLicenses(document);
  const builder = new BomBuilder(() => '');
  const ids = new Set<string>();
  let hasRoot = false;
  for (const pkg of document.packages) {
    const isRoot: boolean = !hasRoot && roots.has(pkg.id);
    hasRoot ||= isRoot;
    ids.add(pkg.id);
    builder.add(readPackage(pkg, { files: files.get(pkg.id) ?? [], licenses, isTrivy }), { isRoot });
  }
  for (const { from, type, to } of document.relationships) {
    const direction = directions[type];
    const [whole, part] = direction?.isReversed === true ? [to, from] : [from, to];
    if (direction !== undefined && ids.has(whole) && ids.has(part)) {
      builder.relate(whole, part, direction.type);
    }
  }
  return builder.build();
}

const directions: Readonly<
  Record<string, { readonly type: 'contains' | 'depends_on'; readonly isReversed: boolean }>
> = {
  CONTAINS: { type: 'contains', isReversed: false },
  CONTAINED_BY: { type: 'contains', isReversed: true },
  DEPENDS_ON: { type: 'depends_on', isReversed: false },
  DEPENDENCY_OF: { type: 'depends_on', isReversed: true },
};

interface PackageContext {
  readonly files: readonly SpdxFile[];
  /** Licences that are not on SPDX's list, by their id: the name, or `text://` and the text. */
  readonly licenses: ReadonlyMap<string, string>;
  readonly isTrivy: boolean;
}

function readPackage(pkg: SpdxPackage, { files, licenses, isTrivy }: PackageContext): BomComponent {
  const type = typeOf(pkg);
  const properties = pkg.facts.flatMap(readFact);
  const source = sourcePackage(pkg.sourceInfo);
  const declared = declaredLicenses(pkg.licenseDeclared, licenses);
  const purl = pkg.purl === undefined ? undefined : printPackageUrl(parsePackageUrl(pkg.purl));
  // Older bills of Trivy name an application by its type and have its file in the source information.
  const isOldApplication = isTrivy && type === 'application' && pkg.sourceInfo !== undefined;
  return {
    id: pkg.id,
    type,
    name: isOldApplication ? (pkg.sourceInfo ?? '') : pkg.name,
    ...present({
      version: pkg.version,
      supplier: supplierOf(pkg.supplier),
      srcName: source?.name,
      srcVersion: source?.version,
      srcFile: foundIn(pkg.sourceInfo),
      licenses: declared.length === 0 ? undefined : declared,
    }),
    identifier: present({ purl }),
    files: [
      ...files.map(({ path, checksums }): BomFile => ({ path, digests: checksums })),
      ...(pkg.checksums.length === 0 ? [] : [{ digests: pkg.checksums }]),
    ],
    properties: isOldApplication ? [...properties, { name: names.type, value: pkg.name }] : properties,
  };
}

function typeOf({ id, purpose }: SpdxPackage): ComponentType {
  const [, kind = ''] = /^SPDXRef-([A-Za-z]+)-/.exec(id) ?? [];
  switch (kind) {
    case 'OperatingSystem':
      return 'operating_system';
    case 'Application':
      return 'application';
    case 'ContainerImage':
      return 'container_image';
    case 'Filesystem':
      return 'filesystem';
    case 'Repository':
      return 'repository';
    case 'VM':
      return 'vm';
    default:
      return purpose === 'OPERATING-SYSTEM' || purpose === 'OPERATING_SYSTEM'
        ? 'operating_system'
        : 'library';
  }
}

function readFact(text: string): BomProperty[] {
  // Names of labels have colons themselves.
  const separator = text.indexOf(': ');
  return separator <= 0 ? [] : [{ name: text.slice(0, separator), value: text.slice(separator + 2) }];
}

function supplierOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /^(?:Organization|Person): (.+)$/s.exec(text)?.[1];
}

function declaredLicenses(text: string | undefined, known: ReadonlyMap<string, string>): string[] {
  if (text === undefined || text === 'NONE' || text === 'NOASSERTION') {
    return [];
  }
  if (!text.includes('LicenseRef-')) {
    return [text];
  }
  try {
    return withNames(text, known);
  } catch (error) {
    // A text that is no expression is a licence as it is.
    if (error instanceof AppError) {
      return [text];
    }
    throw error;
  }
}

/** Puts names in the place of references; texts cannot stand within an expression and become licences of their own. */
function withNames(text: string, known: ReadonlyMap<string, string>): string[] {
  const licenses: string[] = [];
  const open = [parseLicenseExpression(text)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'and') {
      open.push(next.right, next.left);
    } else {
      licenses.push(
        printLicenseExpression(next).replaceAll(/LicenseRef-[\w.-]+/g, (id) => known.get(id) ?? id),
      );
    }
  }
  return licenses;
}

function otherLicenses({ otherLicenses: all }: SpdxDocument): Map<string, string> {
  return new Map(
    all.map(({ id, name, text = '' }) => [
      id,
      name === undefined || name === 'NOASSERTION' ? `text://${text}` : name,
    ]),
  );
}

/** Files that a package lists, or contains by a relationship. */
function filesByPackage({ packages, files, relationships }: SpdxDocument): Map<string, SpdxFile[]> {
  const filesById = new Map(files.map((file) => [file.id, file] as const));
  const found = new Map<string, Set<SpdxFile>>(packages.map(({ id }) => [id, new Set()]));
  function add(packageId: string, fileId: string): void {
    const file = filesById.get(fileId);
    if (file !== undefined) {
      found.get(packageId)?.add(file);
    }
  }
  for (const { id, fileIds } of packages) {
    fileIds.forEach((fileId) => add(id, fileId));
  }
  for (const { from, type, to } of relationships) {
    if (type === 'CONTAINS') {
      add(from, to);
    }
  }
  return new Map([...found].map(([id, all]) => [id, [...all]]));
}
