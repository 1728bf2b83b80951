import type { OtherLicense } from './licenses.ts';
import type { SpdxChecksum, SpdxFileJson, SpdxJson, SpdxPackageJson } from './write.ts';

/** An SPDX document in the tag-value syntax. */
export function* spdxTagValue(document: SpdxJson): Generator<string> {
  yield block([
    ['SPDXVersion', document.spdxVersion],
    ['DataLicense', document.dataLicense],
    ['SPDXID', document.SPDXID],
    ['DocumentName', document.name],
    ['DocumentNamespace', document.documentNamespace],
    ...document.creationInfo.creators.map((creator) => ['Creator', creator] as const),
    ['Created', document.creationInfo.created],
  ]);
  // Before the first package, so that files are not taken for those of one.
  for (const file of document.files ?? []) {
    yield `##### File: ${oneLine(file.fileName)}\n\n${fileBlock(file)}`;
  }
  for (const pkg of document.packages) {
    yield `##### Package: ${oneLine(pkg.name)}\n\n${packageBlock(pkg)}`;
  }
  if (document.hasExtractedLicensingInfos !== undefined) {
    yield '##### Other Licenses\n\n';
    yield* document.hasExtractedLicensingInfos.map(licenseBlock);
  }
  yield '##### Relationships\n\n';
  yield block(
    document.relationships.map(
      ({ spdxElementId, relationshipType, relatedSpdxElement }) =>
        ['Relationship', `${spdxElementId} ${relationshipType} ${relatedSpdxElement}`] as const,
    ),
  );
}

type Line = readonly [tag: string, value: string | undefined];

function block(lines: readonly Line[]): string {
  const text = lines.map(([tag, value]) => (value === undefined ? '' : `${tag}: ${tagText(value)}\n`));
  return `${text.join('')}\n`;
}

/** Values of several lines stand in a pair of marks; so do those that would be read otherwise. */
function tagText(value: string): string {
  return value.includes('\n') || value.includes('\r') || value.startsWith('<text>') || value !== value.trim()
    ? `<text>${value.replaceAll('</text>', '<\\/text>')}</text>`
    : value;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}

function fileBlock({ fileName, SPDXID, checksums }: SpdxFileJson): string {
  return block([['FileName', fileName], ['SPDXID', SPDXID], ...checksumLines('FileChecksum', checksums)]);
}

function checksumLines(tag: string, checksums: readonly SpdxChecksum[] = []): Line[] {
  return checksums.map(({ algorithm, checksumValue }) => [tag, `${algorithm}: ${checksumValue}`]);
}

function packageBlock(pkg: SpdxPackageJson): string {
  return block([
    ['PackageName', pkg.name],
    ['SPDXID', pkg.SPDXID],
    ['PackageVersion', pkg.versionInfo],
    ['PackageSupplier', pkg.supplier],
    ['PackageDownloadLocation', pkg.downloadLocation],
    // This form of SPDX writes it with a hyphen.
    ['PrimaryPackagePurpose', pkg.primaryPackagePurpose?.replace('_', '-')],
    ['FilesAnalyzed', String(pkg.filesAnalyzed)],
    ['PackageVerificationCode', pkg.packageVerificationCode?.packageVerificationCodeValue],
    ...checksumLines('PackageChecksum', pkg.checksums),
    ['PackageSourceInfo', pkg.sourceInfo],
    ['PackageLicenseConcluded', pkg.licenseConcluded],
    ['PackageLicenseDeclared', pkg.licenseDeclared],
    ...(pkg.externalRefs ?? []).map((reference): Line => [
      'ExternalRef',
      `${reference.referenceCategory} ${reference.referenceType} ${reference.referenceLocator}`,
    ]),
    ...(pkg.annotations ?? []).flatMap((annotation): Line[] => [
      ['Annotator', annotation.annotator],
      ['AnnotationDate', annotation.annotationDate],
      ['AnnotationType', annotation.annotationType],
      ['SPDXREF', pkg.SPDXID],
      ['AnnotationComment', annotation.comment],
    ]),
  ]);
}

function licenseBlock({ licenseId, extractedText, name, comment }: OtherLicense): string {
  return block([
    ['LicenseID', licenseId],
    ['ExtractedText', extractedText],
    ['LicenseName', name],
    ['LicenseComment', comment],
  ]);
}
