import { type JsonObject, objectsOf, present, textOf, textsOf } from '../../lib/json.ts';
import { digestNameOf } from '../digests.ts';
import { emptyDocument, newPackage, type SpdxDocument, type SpdxFile, type SpdxPackage } from './document.ts';

/** Reads the JSON syntax of SPDX 2.2 and 2.3. */
export function readSpdxJson(json: JsonObject): SpdxDocument {
  const document = emptyDocument();
  const creation = json['creationInfo'];
  document.creators = textsOf((creation as JsonObject | undefined)?.['creators']);
  for (const pkg of objectsOf(json['packages'])) {
    const own = readFiles(pkg['files']);
    document.packages.push(readPackage(pkg, own));
    document.files.push(...own);
  }
  document.files.push(...readFiles(json['files']));
  for (const relationship of objectsOf(json['relationships'])) {
    const from = textOf(relationship['spdxElementId']);
    const to = textOf(relationship['relatedSpdxElement']);
    const type = textOf(relationship['relationshipType']);
    if (from !== undefined && to !== undefined && type !== undefined) {
      document.relationships.push({ from, to, type });
    }
  }
  for (const described of textsOf(json['documentDescribes'])) {
    document.relationships.push({ from: 'SPDXRef-DOCUMENT', type: 'DESCRIBES', to: described });
  }
  for (const license of objectsOf(json['hasExtractedLicensingInfos'])) {
    const id = textOf(license['licenseId']);
    if (id !== undefined) {
      document.otherLicenses.push({
        id,
        ...present({ name: textOf(license['name']), text: textOf(license['extractedText']) }),
      });
    }
  }
  return document;
}

function readFiles(json: unknown): SpdxFile[] {
  return objectsOf(json).flatMap((file) => {
    const id = textOf(file['SPDXID']);
    const path = textOf(file['fileName']);
    return id === undefined || path === undefined
      ? []
      : { id, path, checksums: readChecksums(file['checksums']) };
  });
}

/** Some writers put the files of a package into it. */
function readPackage(json: JsonObject, files: readonly SpdxFile[]): SpdxPackage {
  const purl = objectsOf(json['externalRefs']).find(({ referenceType }) => referenceType === 'purl');
  return {
    ...newPackage(textOf(json['SPDXID']) ?? '', textOf(json['name']) ?? ''),
    ...present({
      version: textOf(json['versionInfo']),
      supplier: textOf(json['supplier']),
      sourceInfo: textOf(json['sourceInfo']),
      licenseDeclared: textOf(json['licenseDeclared']),
      purpose: textOf(json['primaryPackagePurpose']),
      purl: textOf(purl?.['referenceLocator']),
    }),
    checksums: readChecksums(json['checksums']),
    facts: [
      ...textsOf(json['attributionTexts']),
      ...objectsOf(json['annotations']).flatMap(({ comment }) => textOf(comment) ?? []),
    ],
    fileIds: [...textsOf(json['hasFiles']), ...files.map(({ id }) => id)],
  };
}

function readChecksums(json: unknown): string[] {
  return objectsOf(json).flatMap((checksum) => {
    const name = digestNameOf(textOf(checksum['algorithm']) ?? '');
    const value = textOf(checksum['checksumValue']);
    return name === null || value === undefined ? [] : `${name}:${value}`;
  });
}
