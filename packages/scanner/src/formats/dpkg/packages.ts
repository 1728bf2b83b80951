import { known } from '../../lib/known.ts';
import type { Package } from '../../model/index.ts';
import { isThirdParty } from './third-party.ts';
import { type Stanza, stanzas } from './stanzas.ts';

/** Longer names and versions are none: each is repeated where the package is needed. */
const maxText = 1000;

const fields = ['Package', 'Status', 'Version', 'Source', 'Depends', 'Maintainer', 'Architecture'] as const;

/** An installed package; `dependsOn` still holds names. */
export interface DpkgPackage extends Package {
  readonly id: string;
  readonly arch?: string;
  readonly dependsOn?: readonly string[];
}

/** The installed packages of a `status` file, in its order. Those without a name or a valid version are left out. */
export function* dpkgPackages(status: string): Generator<DpkgPackage> {
  for (const stanza of stanzas(status, fields)) {
    const found = packageOf(stanza);
    if (found !== null) {
      yield found;
    }
  }
}

/** SHA-256 of the package files by package id, from an `available` file. */
export function dpkgDigests(available: string): Map<string, string> {
  const digests = new Map<string, string>();
  for (const { Package: name, Version: version, SHA256: sum } of stanzas(available, [
    'Package',
    'Version',
    'SHA256',
  ])) {
    if (name !== undefined && version !== undefined && sum !== undefined) {
      digests.set(`${name}@${version}`, `sha256:${sum}`);
    }
  }
  return digests;
}

/** The files that a `.md5sums` file lists, without the leading slash. */
export function dpkgFiles(md5sums: string): string[] {
  const files: string[] = [];
  for (const line of md5sums.split('\n')) {
    // 32 digits, two separators, the path.
    const path = line
      .slice(line.search(/\s/))
      .trim()
      .replace(/^(?:\.\/|\/)+/, '');
    if (path !== '' && /^[0-9a-f]{32}\s/i.test(line)) {
      files.push(path);
    }
  }
  return files;
}

function packageOf(stanza: Stanza<(typeof fields)[number]>): DpkgPackage | null {
  const { Package: name = '', Version: version = '', Status: status = '' } = stanza;
  const parts = debVersion(version);
  if (
    name === '' ||
    name.length > maxText ||
    version.length > maxText ||
    parts === null ||
    /\b(?:deinstall|purge)\b/.test(status)
  ) {
    return null;
  }
  const [, srcName = '', srcVersion = ''] = /^(\S*)(?:\s+\((.*)\))?/.exec(stanza.Source ?? '') ?? [];
  const srcParts = srcVersion === '' ? parts : debVersion(srcVersion);
  if (srcParts === null) {
    return null;
  }
  return known<DpkgPackage>({
    id: `${name}@${version}`,
    name,
    ...parts,
    arch: stanza.Architecture,
    srcName: srcName === '' ? name : srcName,
    srcVersion: srcParts.version,
    srcRelease: srcParts.release,
    srcEpoch: srcParts.epoch,
    maintainer: stanza.Maintainer,
    repositoryClass: isThirdParty(stanza.Maintainer ?? '') ? 'third-party' : 'official',
    dependsOn: dependencies(stanza.Depends ?? ''),
  });
}

/** `[epoch:]upstream[-revision]`; null for a text that is no version. */
function debVersion(text: string): { epoch?: number; version: string; release?: string } | null {
  const [, epoch, version, release] = /^(?:(\d{1,9}):)?(\d[\w.+:~-]*?)(?:-([\w.+~]*))?$/.exec(text) ?? [];
  return version === undefined
    ? null
    : known({
        epoch: epoch === undefined || Number(epoch) === 0 ? undefined : Number(epoch),
        version,
        release,
      });
}

/** Names in `debconf (>= 0.5) | debconf-2.0, python3:any`, all alternatives, each once. */
function dependencies(text: string): string[] {
  const names = text.split(/[,|]/).map((one) => one.replace(/[(:[].*$/s, '').trim());
  return [...new Set(names)].filter((name) => name !== '');
}
