import type { PackageIdentifier } from './package.ts';

export type ComponentType =
  | 'container_image'
  | 'vm'
  | 'filesystem'
  | 'repository'
  | 'operating_system'
  | 'library'
  | 'application'
  | 'platform';

/** A fact about a component that its format has no member for. */
export interface BomProperty {
  readonly name: string;
  readonly value: string;
  /** In place of `aquasecurity:trivy:`; ends in a colon. */
  readonly namespace?: string;
}

/** A file of a component. Without a path the digests are those of the component. */
export interface BomFile {
  readonly path?: string;
  /** `sha256:…` */
  readonly digests: readonly string[];
}

/** A node of a bill of materials. */
export interface BomComponent {
  /** Unique within the bill; a UUID where the bill was made from a report. */
  readonly id: string;
  readonly type: ComponentType;
  readonly name: string;
  readonly group?: string;
  readonly version?: string;
  readonly srcName?: string;
  readonly srcVersion?: string;
  /** The lock file that names it. */
  readonly srcFile?: string;
  readonly licenses?: readonly string[];
  readonly supplier?: string;
  readonly identifier: PackageIdentifier;
  readonly files: readonly BomFile[];
  readonly properties: readonly BomProperty[];
}

export type BomRelationshipType = 'contains' | 'depends_on';

export interface BomRelationship {
  /** Id of the component that is contained or needed. */
  readonly to: string;
  readonly type: BomRelationshipType;
}

export interface ExternalReference {
  readonly type: string;
  readonly url: string;
}

/** A bill of materials as a graph, whatever format it is written in. */
export interface Bom {
  /** `urn:uuid:…`; only CycloneDX has one. */
  readonly serialNumber?: string;
  readonly version?: number;
  /** Id of what the bill is about. */
  readonly rootId?: string;
  /** By id, in the order in which they were made. */
  readonly components: ReadonlyMap<string, BomComponent>;
  readonly relationships: ReadonlyMap<string, readonly BomRelationship[]>;
  readonly externalReferences: readonly ExternalReference[];
}
