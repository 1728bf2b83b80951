import type { ConstraintOptions } from './version-scheme.ts';

/** How sure it is that a supplier built a package: a candidate is confirmed by the supplier's advisories. */
export type SupplierMatch = 'certain' | 'candidate' | null;

/** Packages of one language or package manager, and where advisories on them are. */
export interface Ecosystem {
  /** File name: the type in package URLs. */
  readonly id: string;
  /** One sentence for the docs. */
  readonly doc: string;
  /** Its buckets in the database start so, with two colons behind it. */
  readonly bucket: string;
  /** Types of applications as reports name them. */
  readonly applications: readonly string[];
  /** Id of the version scheme. */
  readonly versions: string;
  /** Its name in OSV records. */
  readonly osv?: string;
  /** The name under which advisories on a package are kept. */
  readonly normalizeName: (name: string) => string;
  /** Whether Seal Security built a package, by its normalised name and version. */
  readonly seal?: (name: string, version: string) => SupplierMatch;
  /** How constraints in the advisories of Seal Security are read. */
  readonly sealConstraints?: ConstraintOptions;
}

export function defineEcosystem(ecosystem: Ecosystem): Ecosystem {
  return ecosystem;
}

export function lowerCase(name: string): string {
  return name.toLowerCase();
}

export function asWritten(name: string): string {
  return name;
}
