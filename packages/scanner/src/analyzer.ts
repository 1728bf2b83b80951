import type { Log } from '@lanner/core';
import type { WantedPom } from './maven/wanted-pom.ts';
import type { Contribution, LicenseFileFinding } from './model/index.ts';
import type { SecretScanner } from './secrets/index.ts';

/** What is scanned; decides which analyzers run. */
export type TargetKind = 'image' | 'rootfs' | 'filesystem' | 'repository' | 'vm';

/** What a user asks to look for. An analyzer runs when one of its scanners was asked for. */
export type Scanner = 'vuln' | 'secret' | 'license' | 'misconfig';

export interface FileInfo {
  /** Cleaned, with forward slashes, without a leading one. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Unix permission bits. */
  readonly mode: number;
}

/**
 * A file of the artifact, readable while the analyzer runs.
 * Large files are not in memory: `read` fetches a part of them.
 */
export interface ArtifactFile extends FileInfo {
  /** The whole file. Throws AppError 'artifact.limit' above the limit for files read whole (64 MiB). */
  readonly bytes: () => Buffer;
  /** The whole file as UTF-8 without a byte order mark. */
  readonly text: () => string;
  /** At most `length` bytes from `offset`; fewer at the end of the file. The buffer is the caller's until the next read. */
  readonly read: (offset: number, length: number) => Buffer;
  /** The same into a buffer of the caller, as much as fits; absent for a file that is in memory. */
  readonly readInto?: (buffer: Buffer, offset: number) => Buffer;
}

/** All files of one layer (or file tree) that an analyzer wanted. */
export interface FileTree {
  /** In the order of their paths. */
  readonly files: readonly ArtifactFile[];
  readonly get: (path: string) => ArtifactFile | undefined;
}

/** Looks up Java archives that do not say what they are. */
export interface JavaIndex {
  /** By SHA-1 (20 bytes) of the archive. */
  readonly bySha1: (sha1: Uint8Array) => { groupId: string; artifactId: string; version: string } | null;
  readonly exists: (groupId: string, artifactId: string) => boolean;
  /** The group that most often publishes this artifact in this version. */
  readonly groupOf: (artifactId: string, version: string) => string | null;
}

/** Files outside of the artifact that a local scan may read: caches of package managers with licences. */
export interface HostFiles {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** null when it does not exist or cannot be read. */
  readonly read: (path: string) => Buffer | null;
  readonly list: (folder: string) => readonly string[];
}

/** POMs of Maven repositories on the network. An analyzer that asks for them has `inRounds`. */
export interface RemotePoms {
  /** null where there is none, and while it is not known yet: then the analyzer runs again. */
  readonly get: (wanted: WantedPom) => Buffer | null;
}

export interface AnalyzerContext {
  readonly log: Log;
  readonly target: TargetKind;
  readonly scanners: ReadonlySet<Scanner>;
  readonly javaIndex: JavaIndex | null;
  /** null for images: nothing outside of them is read. */
  readonly host: HostFiles | null;
  /** Absent where nobody outside may be asked. */
  readonly remotePoms?: RemotePoms;
  /** Find more packages at the price of some that are not there: `--detection-priority comprehensive`. */
  readonly comprehensive: boolean;
  /** Match licence texts with the classifier, not only names: `--license-full`. */
  readonly fullLicenses: boolean;
  /** Give digests of the files that prove packages, as SPDX documents carry them. */
  readonly fileChecksums?: boolean;
  /** Give digests of programs, to look for SBOMs about them: `--sbom-sources rekor`. */
  readonly programDigests?: boolean;
  /** The folder that is looked at, as the user named it; absent for images. */
  readonly folder?: string;
  /** Recognises the text of licences. */
  readonly classifyLicense?: (text: string) => readonly LicenseFileFinding[];
  /** How secrets are found, and the path of the file that says so; the usual way unless given. */
  readonly secrets?: { readonly scanner: SecretScanner; readonly configPath: string };
}

interface AnalyzerBase {
  /** File name, and the type in reports and `--file-patterns`. */
  readonly id: string;
  /** Rises whenever the same file gives another result: cached layers are then analysed again. */
  readonly revision: number;
  /** One sentence for the docs. */
  readonly doc: string;
  /** Targets whose files it looks at. */
  readonly targets: readonly TargetKind[];
  /** What a user must have asked for, one of them. */
  readonly scanners: readonly Scanner[];
  /** Decides by name, size and mode alone; called for every file of an artifact, so it must be fast. */
  readonly wants: (file: FileInfo, context: AnalyzerContext) => boolean;
  /** All paths that it wants, of one that wants no others: it is not asked about the rest. `onlyAt` sets it. */
  readonly paths?: ReadonlySet<string>;
}

/** Looks at each file on its own, while the layer streams by. */
export interface FileAnalyzer extends AnalyzerBase {
  readonly scope: 'file';
  /** Nothing found is null. Throws AppError 'artifact.parse' for a file that it cannot read: the file is skipped and named. */
  readonly analyze: (file: ArtifactFile, context: AnalyzerContext) => Contribution | null;
}

/** Looks at all its files of a layer together, after the layer was read. */
export interface TreeAnalyzer extends AnalyzerBase {
  readonly scope: 'tree';
  /** It may run several times, until it asks for no more files of other places. */
  readonly inRounds?: boolean;
  /** One broken file must not hide the others: catch its AppError, log a warning with its path, go on. */
  readonly analyze: (tree: FileTree, context: AnalyzerContext) => Contribution | null;
}

export type Analyzer = FileAnalyzer | TreeAnalyzer;

/** Targets by what they hold. */
export const installed = ['image', 'rootfs', 'vm'] as const satisfies readonly TargetKind[];
export const sources = ['filesystem', 'repository'] as const satisfies readonly TargetKind[];
export const withOs = ['image', 'rootfs', 'vm', 'filesystem'] as const satisfies readonly TargetKind[];
export const everywhere = [...installed, ...sources] as const satisfies readonly TargetKind[];

/** For an analyzer that wants only the files of some paths. */
export function onlyAt(...paths: readonly string[]): Required<Pick<AnalyzerBase, 'paths' | 'wants'>> {
  const all = new Set(paths);
  return { paths: all, wants: ({ path }) => all.has(path) };
}

export function defineAnalyzer<T extends Analyzer>(analyzer: T): T {
  return analyzer;
}
