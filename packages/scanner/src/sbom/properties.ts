import type { BomComponent, BomProperty } from '../model/index.ts';

/** What stands before the names of Trivy's properties in CycloneDX. */
export const propertyNamespace = 'aquasecurity:trivy:';

/** Names of properties that Trivy's bills carry. */
export const propertyNames = {
  schemaVersion: 'SchemaVersion',
  type: 'Type',
  class: 'Class',
  size: 'Size',
  imageId: 'ImageID',
  repoDigest: 'RepoDigest',
  diffId: 'DiffID',
  repoTag: 'RepoTag',
  reference: 'Reference',
  labels: 'Labels:',
  pkgId: 'PkgID',
  pkgType: 'PkgType',
  srcName: 'SrcName',
  srcVersion: 'SrcVersion',
  srcRelease: 'SrcRelease',
  srcEpoch: 'SrcEpoch',
  modularityLabel: 'Modularitylabel',
  filePath: 'FilePath',
  layerDigest: 'LayerDigest',
  layerDiffId: 'LayerDiffID',
  contentSet: 'ContentSet',
  nvr: 'NVR',
  arch: 'Arch',
} as const;

/** Properties that have a value, in the order of their names and values. */
export function properties(
  pairs: readonly (readonly [name: string, value: string | number | undefined])[],
): BomProperty[] {
  return pairs
    .flatMap(([name, value]) => (value === undefined || value === '' ? [] : { name, value: String(value) }))
    .sort(compareProperties);
}

export function compareProperties(a: BomProperty, b: BomProperty): number {
  if (a.name !== b.name) {
    return a.name < b.name ? -1 : 1;
  }
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

/** The first value under a name. */
export function propertyOf(component: BomComponent, name: string): string | undefined {
  return component.properties.find((property) => property.name === name)?.value;
}

/** All values under a name, in their order. */
export function propertiesOf(component: BomComponent, name: string): string[] {
  return component.properties.filter((property) => property.name === name).map(({ value }) => value);
}
