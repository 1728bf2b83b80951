/** A version of engine or plugin. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The version of Falco's rule engine that this one keeps to. */
export const engineVersion: Version = { major: 0, minor: 63, patch: 0 };

/** Reads `x.y.z`; what follows the third number is ignored, as Falco does. */
export function parseVersion(text: string): Version | null {
  const match = /^\s*([+-]?\d+)\.\s*([+-]?\d+)\.\s*([+-]?\d+)/.exec(text);
  return match === null
    ? null
    : { major: number(match[1]), minor: number(match[2]), patch: number(match[3]) };
}

function number(digits: string | undefined): number {
  return Number(BigInt.asUintN(32, BigInt(digits?.replace('+', '') ?? '0')));
}

/** Negative when `a` is older than `b`, 0 when they are the same. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** True when `available` can stand in for `requested`: same major number and not older. */
export function isCompatible(available: Version, requested: Version): boolean {
  return available.major === requested.major && compareVersions(available, requested) >= 0;
}

export function formatVersion({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}
