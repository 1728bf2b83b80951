import { severities } from './finding-pages.ts';
import type { KnownFinding } from './finding-match.ts';
import { nothingOpen } from './finding-rules.ts';
import type { Finding, FindingGroup, FindingGrouping, FindingUpgrades } from './finding-store.ts';

/** Findings put together by artifact, package or id. */
export function groupsOf(findings: readonly KnownFinding[], by: FindingGrouping): FindingGroup[] {
  const sums = new Map<string, GroupSum>();
  for (const finding of findings) {
    const key = finding[by];
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = new GroupSum(finding);
      sums.set(key, sum);
    }
    sum.add(finding);
  }
  return Array.from(sums, ([key, sum]) => sum.group(key, by));
}

/** The packages whose upgrade ends the most of these findings; those with the most first. */
export function upgradesOf(findings: readonly KnownFinding[], most: number): FindingUpgrades {
  const fixable = findings.filter(
    ({ packageName, fixedVersion }) => packageName !== '' && fixedVersion !== '',
  );
  const sums = new Map<string, { findings: number; artifacts: Set<string>; versions: VersionCounts }>();
  for (const { packageName, fixedVersion, artifact } of most === 0 ? [] : fixable) {
    const sum = sums.get(packageName) ?? { findings: 0, artifacts: new Set(), versions: new VersionCounts() };
    sum.findings++;
    sum.artifacts.add(artifact);
    sum.versions.add(fixedVersion);
    sums.set(packageName, sum);
  }
  const packages = Array.from(sums, ([packageName, { findings: solved, artifacts, versions }]) => ({
    packageName,
    fixedVersion: versions.mostNamed(),
    versions: versions.size,
    findings: solved,
    artifacts: artifacts.size,
  }))
    .sort((a, b) => b.findings - a.findings || (a.packageName < b.packageName ? -1 : 1))
    .slice(0, most);
  let gone = 0;
  for (const { findings: solved } of packages) {
    gone += solved;
  }
  return { packages, findings: gone };
}

/** Versions that mend something, and how often each is named. */
class VersionCounts {
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#counts.size;
  }

  add(version: string): void {
    this.#counts.set(version, (this.#counts.get(version) ?? 0) + 1);
  }

  /** Empty when there is none; the first by its text where several are named equally often. */
  mostNamed(): string {
    let best = '';
    let most = 0;
    for (const [version, count] of this.#counts) {
      if (count > most || (count === most && version < best)) {
        [best, most] = [version, count];
      }
    }
    return best;
  }
}

class GroupSum {
  #worst: KnownFinding;
  #findings = 0;
  #fixable = 0;
  #exploited = 0;
  #accepted = 0;
  #epss: number | null = null;
  #firstSeenMs = Infinity;
  #newestMs = -Infinity;
  readonly #severities: Record<Finding['severity'], number> = nothingOpen();
  readonly #artifacts = new Set<string>();
  readonly #packages = new Set<string>();
  readonly #ids = new Set<string>();
  readonly #versions = new VersionCounts();

  constructor(first: KnownFinding) {
    this.#worst = first;
  }

  add(finding: KnownFinding): void {
    const { severity, fixedVersion, kev, accepted, epss, firstSeenMs } = finding;
    this.#findings++;
    this.#severities[severity]++;
    this.#exploited += kev ? 1 : 0;
    this.#accepted += accepted === null ? 0 : 1;
    if (fixedVersion !== '') {
      this.#fixable++;
      this.#versions.add(fixedVersion);
    }
    if (epss !== null && epss > (this.#epss ?? -1)) {
      this.#epss = epss;
    }
    this.#firstSeenMs = Math.min(this.#firstSeenMs, firstSeenMs);
    this.#newestMs = Math.max(this.#newestMs, firstSeenMs);
    this.#artifacts.add(finding.artifact);
    this.#packages.add(finding.packageName);
    this.#ids.add(finding.id);
    if (compareWorst(finding, this.#worst) < 0) {
      this.#worst = finding;
    }
  }

  group(key: string, by: FindingGrouping): FindingGroup {
    const { artifactNames, title } = this.#worst;
    return {
      key,
      title: by === 'artifact' ? (artifactNames[0] ?? key) : title,
      findings: this.#findings,
      severities: this.#severities,
      fixable: this.#fixable,
      exploited: this.#exploited,
      accepted: this.#accepted,
      epss: this.#epss,
      artifacts: this.#artifacts.size,
      packages: this.#packages.size,
      ids: this.#ids.size,
      fixedVersion: this.#versions.mostNamed(),
      firstSeenMs: this.#firstSeenMs,
      newestMs: this.#newestMs,
    };
  }
}

/** The more severe first, then by title, so that the answer does not depend on the order of the store. */
function compareWorst(a: KnownFinding, b: KnownFinding): number {
  const bySeverity = severities.indexOf(a.severity) - severities.indexOf(b.severity);
  return bySeverity !== 0 ? bySeverity : a.title < b.title ? -1 : a.title > b.title ? 1 : 0;
}
