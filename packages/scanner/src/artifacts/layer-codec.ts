import { AppError } from '@lanner/core';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Package, PackageList } from '../model/index.ts';
import type { LayerResult } from './layer-analyzer.ts';

/** What a result may take unpacked. */
const maxResultBytes = 256 * 2 ** 20;
/** Nothing else would notice a page of the cache that a power cut has left as it was before. */
const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const headBytes = 12;
const latin1Files = 1;
const nothingBeyond = /^[\0-\xff]*$/;

/** A result as it is kept. */
export interface PackedLayer {
  readonly packed: Uint8Array;
  /** Bytes unpacked: known before, all of it is unpacked at once and without copies. */
  readonly unpackedBytes: number;
}

/** What JSON holds of a package: how many of the files that follow are its own. */
type PackedPackage = Omit<Package, 'installedFiles'> & {
  readonly installedFiles?: readonly string[] | number;
};

/**
 * JSON, but for the files of packages, which are most of a result: they follow it as one text, which is many times
 * quicker to take apart. Unpacked it is a head of three little-endian numbers (length of the JSON, length of the files,
 * whether the files are Latin-1 or UTF-8), the JSON in ASCII, and the files with a zero byte between two.
 */
export function packLayer(result: LayerResult): PackedLayer {
  const files: string[] = [];
  const packageLists = result.analysis.packageLists.map((list) => ({
    ...list,
    packages: list.packages.map((pkg) => packPackage(pkg, files)),
  }));
  const json = Buffer.from(
    asAscii(JSON.stringify({ ...result, analysis: { ...result.analysis, packageLists } })),
  );
  const text = files.join('\0');
  const isLatin1 = nothingBeyond.test(text);
  const list = Buffer.from(text, isLatin1 ? 'latin1' : 'utf8');
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(json.length, 0);
  head.writeUInt32LE(list.length, 4);
  head.writeUInt32LE(isLatin1 ? latin1Files : 0, 8);
  const whole = Buffer.concat([head, json, list]);
  return { packed: zstdCompressSync(whole, checked), unpackedBytes: whole.length };
}

/** Throws what zlib and JSON throw, and AppError 'artifact.parse', for bytes that `packLayer` did not make. */
export function unpackLayer({ packed, unpackedBytes }: PackedLayer): LayerResult {
  if (unpackedBytes < headBytes || unpackedBytes > maxResultBytes) {
    throw damaged();
  }
  const whole = zstdDecompressSync(packed, { maxOutputLength: unpackedBytes, chunkSize: unpackedBytes });
  const filesAt = headBytes + whole.readUInt32LE(0);
  if (whole.length !== filesAt + whole.readUInt32LE(4)) {
    throw damaged();
  }
  // Only `packLayer` writes there, under a key that names this form.
  const result = JSON.parse(whole.toString('latin1', headBytes, filesAt)) as LayerResult;
  const encoding = whole.readUInt32LE(8) === latin1Files ? 'latin1' : 'utf8';
  const files = whole.toString(encoding, filesAt).split('\0');
  let next = 0;
  const packageLists = result.analysis.packageLists.map((list): PackageList => ({
    ...list,
    packages: (list.packages as readonly PackedPackage[]).map((pkg) => {
      const { installedFiles } = pkg;
      if (typeof installedFiles !== 'number') {
        return pkg as Package;
      }
      next += installedFiles;
      return { ...pkg, installedFiles: files.slice(next - installedFiles, next) };
    }),
  }));
  return { ...result, analysis: { ...result.analysis, packageLists } };
}

function packPackage(pkg: Package, files: string[]): PackedPackage {
  const { installedFiles } = pkg;
  // No file system has a zero byte in a path, but what lists paths may.
  if (installedFiles === undefined || installedFiles.some((path) => path.includes('\0'))) {
    return pkg;
  }
  for (const path of installedFiles) {
    files.push(path);
  }
  return { ...pkg, installedFiles: installedFiles.length };
}

function asAscii(json: string): string {
  return json.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function damaged(): AppError {
  return new AppError('artifact.parse', 'a kept layer is damaged');
}
