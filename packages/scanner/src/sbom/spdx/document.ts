/** A package of an SPDX document, in whichever syntax it was written. */
export interface SpdxPackage {
  readonly id: string;
  name: string;
  version?: string;
  supplier?: string;
  sourceInfo?: string;
  licenseDeclared?: string;
  purpose?: string;
  purl?: string;
  /** `sha1:…` */
  readonly checksums: string[];
  /** Texts of attributions and annotations: `PkgID: a@1`. */
  readonly facts: string[];
  /** Ids of its files. */
  readonly fileIds: string[];
}

export interface SpdxFile {
  readonly id: string;
  readonly path: string;
  readonly checksums: string[];
}

export interface SpdxRelationship {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}

/** A licence that is not on SPDX's list, with its text. */
export interface SpdxOtherLicense {
  readonly id: string;
  name?: string;
  text?: string;
}

/** What is read of an SPDX document. */
export interface SpdxDocument {
  creators: string[];
  readonly packages: SpdxPackage[];
  readonly files: SpdxFile[];
  readonly relationships: SpdxRelationship[];
  readonly otherLicenses: SpdxOtherLicense[];
}

export function emptyDocument(): SpdxDocument {
  return { creators: [], packages: [], files: [], relationships: [], otherLicenses: [] };
}

export function newPackage(id: string, name: string): SpdxPackage {
  return { id, name, checksums: [], facts: [], fileIds: [] };
}
