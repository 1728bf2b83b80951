import type { LicenseFile, SecretFile } from './findings.ts';
import type { OsInfo, Repository } from './os.ts';
import type { Application, BuildInfo, PackageList } from './package.ts';

/** A result of an own kind that reports pass through. */
export interface CustomResource {
  readonly type: string;
  readonly filePath: string;
  readonly data: unknown;
}

/** What one analyzer finds in one file or one layer. Everything absent that it does not find. */
export interface Contribution {
  readonly os?: OsInfo;
  readonly repository?: Repository;
  readonly buildInfo?: BuildInfo;
  readonly packageLists?: readonly PackageList[];
  readonly applications?: readonly Application[];
  /** Files that belong to OS packages, without the leading slash: languages' packages in them are not reported. */
  readonly systemFiles?: readonly string[];
  readonly secrets?: readonly SecretFile[];
  readonly licenses?: readonly LicenseFile[];
  /** Digests of executables by path: `sha256:…`. */
  readonly digests?: Readonly<Record<string, string>>;
  readonly customResources?: readonly CustomResource[];
}

/** What all analyzers find in one layer, or in a file tree, which counts as one layer. */
export interface Analysis {
  /** Digest of the compressed layer. */
  readonly digest?: string;
  readonly diffId?: string;
  readonly createdBy?: string;
  /** Folders whose content of lower layers is hidden, without the leading slash. */
  readonly opaqueDirs: readonly string[];
  /** Paths that this layer removes. */
  readonly whiteoutFiles: readonly string[];
  readonly os?: OsInfo;
  readonly repository?: Repository;
  readonly buildInfo?: BuildInfo;
  readonly packageLists: readonly PackageList[];
  readonly applications: readonly Application[];
  readonly systemFiles: readonly string[];
  readonly secrets: readonly SecretFile[];
  readonly licenses: readonly LicenseFile[];
  readonly digests: Readonly<Record<string, string>>;
  readonly customResources: readonly CustomResource[];
}
