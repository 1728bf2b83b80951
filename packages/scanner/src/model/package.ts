/** How a package came into a project. */
export type Relationship = 'unknown' | 'root' | 'workspace' | 'direct' | 'indirect';

/** Lines of a lock file that name a package, from 1. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** The layer of an image that brought something. */
export interface LayerReference {
  /** Digest of the compressed layer; absent where only the unpacked one is known. */
  readonly digest?: string;
  readonly diffId?: string;
  readonly createdBy?: string;
}

/** What Red Hat's build system says about a layer. */
export interface BuildInfo {
  readonly contentSets?: readonly string[];
  /** name-version-release of the image. */
  readonly nvr?: string;
  readonly arch?: string;
}

/** Whether packages come from the distribution itself. */
export type RepositoryClass = 'official' | 'third-party';

/** Names of a package outside. Filled after merging; analyzers leave it out. */
export interface PackageIdentifier {
  readonly purl?: string;
  /** Hash of the package and its file, as Trivy computes it. */
  readonly uid?: string;
  /** Reference within the SBOM that the package was read from. */
  readonly bomRef?: string;
}

/** One package of an operating system or of a language. Texts that are not known are absent, never empty. */
export interface Package {
  /** Unique within its application, in the form of its ecosystem: `name@version`, `group:artifact:version`. */
  readonly id?: string;
  readonly name: string;
  /** Absent where only the name is known. */
  readonly version?: string;
  /** Of rpm: the part behind the version. Of deb: the Debian revision. */
  readonly release?: string;
  readonly epoch?: number;
  readonly arch?: string;
  /** Only needed for development. */
  readonly dev?: boolean;
  readonly srcName?: string;
  readonly srcVersion?: string;
  readonly srcRelease?: string;
  readonly srcEpoch?: number;
  readonly licenses?: readonly string[];
  readonly maintainer?: string;
  readonly modularityLabel?: string;
  readonly buildInfo?: BuildInfo;
  readonly repositoryClass?: RepositoryClass;
  readonly relationship?: Relationship;
  /** Ids of other packages of the same application. */
  readonly dependsOn?: readonly string[];
  readonly layer?: LayerReference;
  /** The file that proves the package, where an application stands for many of them (node-pkg, jar …). */
  readonly filePath?: string;
  /** `sha256:…`, `md5:…`, `sha1:…` of the package file. */
  readonly digest?: string;
  readonly locations?: readonly LineRange[];
  /** Files of an OS package, without the leading slash. */
  readonly installedFiles?: readonly string[];
  /** Id of the analyzer, where several can find the same package. */
  readonly analyzedBy?: string;
  readonly identifier?: PackageIdentifier;
}

/** Packages of an operating system that one file or folder lists. */
export interface PackageList {
  /** Path of the package database, without the leading slash. */
  readonly filePath: string;
  readonly packages: readonly Package[];
}

/** A lock file, executable or folder with the packages of a language. */
export interface Application {
  /** Id of the language type as reports name it: `npm`, `gomod`, `node-pkg` … */
  readonly type: string;
  /** Empty for types that are collected over the whole artifact (node-pkg, python-pkg, jar, gemspec, conda-pkg). */
  readonly filePath: string;
  readonly packages: readonly Package[];
}
