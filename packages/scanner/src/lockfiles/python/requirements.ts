import { numberedLines, oneLine } from '../lines.ts';
import type { FoundPackage } from '../packages.ts';
import { pythonVersions } from '../versions.ts';

/**
 * Packages that requirements.txt pins with `==`. With `minimal`, `>=`, `~=` and `==1.*` count as the lowest version
 * that they admit.
 */
export function parseRequirements(text: string, minimal: boolean): FoundPackage[] {
  const packages: FoundPackage[] = [];
  for (const [line, number] of numberedLines(text)) {
    const requirement = line
      .replaceAll(/[\s\\]/g, '')
      .replaceAll(/\[[^[\]]*\]/g, '')
      .split(/#|;|--/, 1)[0];
    const pinned = pinnedVersion(requirement ?? '', minimal);
    if (pinned !== null) {
      packages.push({ ...pinned, locations: [oneLine(number)] });
    }
  }
  return packages;
}

function pinnedVersion(requirement: string, minimal: boolean): { name: string; version: string } | null {
  const name = /^[A-Za-z\d](?:[\w.-]*[A-Za-z\d])?(?=[=<>~!])/.exec(requirement)?.[0];
  if (name === undefined) {
    return null;
  }
  const clauses = requirement.slice(name.length).split(',');
  for (const operator of minimal ? ['~=', '>=', '=='] : ['==']) {
    const clause = clauses.find((one) => one.startsWith(operator));
    if (clause !== undefined && (minimal || clauses.length === 1)) {
      const version = lowest(clause.slice(operator.length), minimal);
      return pythonVersions.isVersion(version) ? { name, version } : null;
    }
  }
  return null;
}

/** `2.0.*` begins with 2.0.0. */
function lowest(version: string, minimal: boolean): string {
  return minimal ? version.replace(/\.\*$/, '.0') : version;
}

/** The text of a file in UTF-8 or, told by its first two bytes, UTF-16. */
export function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return bytes.toString('utf16le', 2);
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)));
    return even.swap16().toString('utf16le');
  }
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}
