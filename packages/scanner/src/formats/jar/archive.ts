import { AppError, type Log } from '@lanner/core';
import { posix } from 'node:path';
import type { AnalyzerContext } from '../../analyzer.ts';
import { digestOf } from '../../lib/file-digest.ts';
import { known } from '../../lib/known.ts';
import { baseName, folderOf } from '../../lib/path.ts';
import { type ByteSource, sourceOf } from '../../lib/source.ts';
import type { Package } from '../../model/index.ts';
import { compareTexts } from '../../version-scheme.ts';
import { versionSchemes } from '../../versions/registry.gen.ts';
import { ZipArchive, type ZipEntry } from '../zip/archive.ts';
import { type Coordinates, coordinatesOfName, coordinatesOfProperties } from './coordinates.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { pomLicenses } from './pom-licenses.ts';

/** Bytes of descriptors; real ones have some thousand. */
const maxDescriptor = 4 * 1024 * 1024;
/** Bytes of an archive within an archive that has to be unpacked into memory. */
const maxNested = 96 * 1024 * 1024;
/** Bytes that are read of one file with all archives within it, besides those that it has. */
const readAllowance = 1024 * 1024 * 1024;
const maxDepth = 8;
/** What an entry of a directory counts for, in bytes: archives may lie within each other in the same place. */
const entryCost = 2048;
/** What an archive counts for, besides what is in it: its directory has to be found. */
const archiveCost = 64 * 1024;

export type JarContext = Pick<AnalyzerContext, 'log' | 'javaIndex' | 'classifyLicense' | 'fileChecksums'>;

/** Whether a name is that of a Java archive: jar, war, ear, par. */
export function isJarName(name: string): boolean {
  return name.charCodeAt(name.length - 4) === dot && extensions.has(name.slice(-3).toLowerCase());
}

const dot = 0x2e;
const extensions = new Set(['jar', 'war', 'ear', 'par']);

/** The packages in a Java archive and the archives within it. Throws AppError when the file itself is no archive. */
export function jarPackages(source: ByteSource, path: string, context: JarContext): Package[] {
  const reader = new JarReader(context, readAllowance + source.size * maxDepth);
  const packages = reader.read(source, path, 0);
  if (reader.isExhausted) {
    context.log.warn('java archive read in part', { path });
  }
  return withoutDuplicates(packages);
}

/** What the members of one archive say. */
interface Members {
  readonly packages: Package[];
  readonly licenses: Map<string, readonly string[]>;
  manifest: Manifest | null;
  licenseFile: ZipEntry | null;
  licenseFiles: number;
  /** Whether one of the packages is the archive itself. */
  isComplete: boolean;
}

class JarReader {
  readonly #context: JarContext;
  readonly #log: Log;
  /** Bytes that may still be read. */
  #left: number;

  constructor(context: JarContext, budget: number) {
    this.#context = context;
    this.#log = context.log;
    this.#left = budget;
  }

  get isExhausted(): boolean {
    return this.#left <= 0;
  }

  read(source: ByteSource, path: string, depth: number): Package[] {
    const archive = new ZipArchive(source);
    const members = this.#members(archive, path, depth);
    let sha1: string | null = null;
    const digest = (): string => (sha1 ??= digestOf(source, 'sha1'));
    if (!members.isComplete) {
      const own = this.#identify(members.manifest?.coordinates ?? null, path, digest);
      members.packages.push(...(own === null ? [] : [packageOf(own, path)]));
    }
    const licensed = this.#withOwnLicense(archive, path, members);
    return this.#context.fileChecksums === true
      ? licensed.map((one) => ({ ...one, digest: one.digest ?? `sha1:${digest()}` }))
      : licensed;
  }

  #members(archive: ZipArchive, path: string, depth: number): Members {
    const members: Members = {
      ...{ packages: [], licenses: new Map(), manifest: null },
      ...{ licenseFile: null, licenseFiles: 0, isComplete: false },
    };
    for (const entry of archive.entries()) {
      this.#left -= entryCost;
      if (this.isExhausted) {
        break;
      }
      // One damaged member does not hide the others.
      this.#tolerant(path, entry, () => this.#member(archive, entry, { path, depth, members }));
    }
    const { licenses } = members;
    const packages = members.packages.map((one) =>
      one.licenses === undefined ? known<Package>({ ...one, licenses: licenses.get(one.name) }) : one,
    );
    return { ...members, packages };
  }

  #member(
    archive: ZipArchive,
    entry: ZipEntry,
    { path, depth, members }: { path: string; depth: number; members: Members },
  ): void {
    const name = baseName(entry.name);
    if (name === 'pom.xml') {
      const [, groupId, artifactId] = /^META-INF\/maven\/([^/]+)\/([^/]+)\/pom\.xml$/.exec(entry.name) ?? [];
      if (groupId !== undefined && artifactId !== undefined) {
        members.licenses.set(`${groupId}:${artifactId}`, pomLicenses(this.#unpack(archive, entry)));
      }
    } else if (isLicenseFile(entry.name)) {
      members.licenseFile = entry;
      members.licenseFiles++;
    } else if (name === 'pom.properties') {
      const found = coordinatesOfProperties(this.#unpack(archive, entry).toString());
      const own = coordinatesOfName(path);
      if (found !== null) {
        members.packages.push(packageOf(found, path));
        members.isComplete ||= own?.artifactId === found.artifactId && own.version === found.version;
      }
    } else if (name === 'MANIFEST.MF') {
      members.manifest = parseManifest(this.#unpack(archive, entry).toString());
    } else if (isJarName(name)) {
      for (const one of this.#nested(archive, entry, path, depth)) {
        members.packages.push(one);
      }
    }
  }

  #nested(archive: ZipArchive, entry: ZipEntry, path: string, depth: number): Package[] {
    const inside = posix.join(path, entry.name);
    if (!inside.startsWith(`${path}/`)) {
      return [];
    }
    if (depth >= maxDepth) {
      throw new AppError('artifact.limit', 'Archives lie within archives too deeply', {
        details: { path: inside },
      });
    }
    const inPlace = archive.stored(entry);
    this.#left -= archiveCost + (inPlace?.size ?? 0);
    const source = inPlace ?? sourceOf(this.#unpack(archive, entry, maxNested));
    return this.read(source, inside, depth + 1);
  }

  #unpack(archive: ZipArchive, entry: ZipEntry, limit = maxDescriptor): Buffer {
    const bytes = archive.read(entry, Math.max(0, Math.min(limit, this.#left)));
    this.#left -= bytes.length;
    return bytes;
  }

  #tolerant(path: string, entry: ZipEntry, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      const details = { path, entry: entry.name, code: error.code, ...error.details };
      this.#log.debug('member of a java archive skipped', details);
    }
  }

  /** By the manifest if the index knows such an artifact, by the digest, then by the file's name. */
  #identify(manifest: Coordinates | null, path: string, sha1: () => string): Coordinates | null {
    const index = this.#context.javaIndex;
    if (index === null || (manifest !== null && index.exists(manifest.groupId, manifest.artifactId))) {
      return manifest;
    }
    const byDigest = index.bySha1(Buffer.from(sha1(), 'hex'));
    if (byDigest !== null) {
      return byDigest;
    }
    const named = coordinatesOfName(path);
    const groupId = named === null ? null : index.groupOf(named.artifactId, named.version);
    return named === null || groupId === null ? null : { ...named, groupId };
  }

  /** Licences of the manifest or of a licence file belong to a package only where the archive holds just one. */
  #withOwnLicense(archive: ZipArchive, path: string, members: Members): Package[] {
    const { packages, manifest, licenseFile, licenseFiles } = members;
    const own = packages.filter(({ filePath }) => filePath === path);
    if (own.length !== 1 || own[0]?.licenses !== undefined) {
      return packages;
    }
    let licenses = manifest?.licenses ?? [];
    const { classifyLicense } = this.#context;
    if (
      licenses.length === 0 &&
      licenseFiles === 1 &&
      licenseFile !== null &&
      classifyLicense !== undefined
    ) {
      this.#tolerant(path, licenseFile, () => {
        licenses = classifyLicense(this.#unpack(archive, licenseFile).toString()).map(({ name }) => name);
      });
    }
    return packages.map((one) => (one === own[0] ? known<Package>({ ...one, licenses }) : one));
  }
}

/** LICENSE, LICENCE or COPYRIGHT, with any extension, at the top or right below META-INF. */
function isLicenseFile(name: string): boolean {
  const folder = folderOf(name);
  const stem = baseName(name).replace(/\.[^.]*$/, '');
  return (
    (folder === '' || folder === 'META-INF') && /^(?:licen[cs]e|copyright)$/i.test(stem) && !isJarName(name)
  );
}

function packageOf({ groupId, artifactId, version }: Coordinates, path: string): Package {
  return { name: `${groupId}:${artifactId}`, version, filePath: path };
}

const mavenVersions = versionSchemes.find(({ id }) => id === 'maven');

/** Of packages with one name in one file, versions that are equal (`2.17` and `2.17.0`) are one. */
function withoutDuplicates(packages: readonly Package[]): Package[] {
  const versions = new Map<string, string[]>();
  return packages.filter(({ name, filePath, version = '' }) => {
    const key = `${name}\n${filePath ?? ''}`;
    const seen = versions.get(key) ?? [];
    if (seen.some((one) => isSameVersion(one, version))) {
      return false;
    }
    versions.set(key, [...seen, version]);
    return true;
  });
}

function isSameVersion(a: string, b: string): boolean {
  return a === b || (mavenVersions !== undefined && compareTexts(mavenVersions, a, b) === 0);
}
