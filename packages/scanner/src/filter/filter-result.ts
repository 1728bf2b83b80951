import { AppError } from '@lanner/core';
import { listOrNone, present } from '../lib/json.ts';
import { licensesOf, parseLicenseExpression } from '../licenses/expression.ts';
import type {
  DetectedLicense,
  Misconfiguration,
  MisconfigurationSummary,
  Result,
  Severity,
  SuppressedFinding,
  Vulnerability,
  VulnerabilityStatus,
} from '../model/index.ts';
import { type IgnoreFile, ignoreRuleFor } from './ignore-file.ts';
import { compareMisconfigurations, compareVulnerabilities, withoutDuplicates } from './order.ts';

export interface ResultFilter {
  /** What is shown. */
  readonly severities: ReadonlySet<Severity>;
  /** Vulnerabilities in one of these states are left out. */
  readonly ignoreStatuses?: ReadonlySet<VulnerabilityStatus>;
  readonly ignoreFile?: IgnoreFile;
  /** Checks that were passed are listed too. */
  readonly includeNonFailures?: boolean;
}

/** Takes findings out of one result, and puts the others in their order. */
export function filterResult(result: Result, filter: ResultFilter): Result {
  const pass = new Pass(result, filter);
  const vulnerabilities = pass.vulnerabilities();
  const { kept: misconfigurations, summary } = pass.misconfigurations();
  const secrets = pass.secrets();
  const licenses = pass.licenses();
  const suppressed = [...(result.suppressed ?? []), ...pass.suppressed];
  return {
    ...result,
    ...present({
      vulnerabilities: listOrNone(vulnerabilities),
      misconfigurations: listOrNone(misconfigurations),
      misconfigurationSummary: summary,
      secrets: listOrNone(secrets),
      licenses: listOrNone(licenses),
      suppressed: listOrNone(suppressed),
    }),
    ...without(result, 'vulnerabilities', vulnerabilities),
    ...without(result, 'misconfigurations', misconfigurations),
    ...without(result, 'secrets', secrets),
    ...without(result, 'licenses', licenses),
  };
}

class Pass {
  readonly suppressed: SuppressedFinding[] = [];
  readonly #result: Result;
  readonly #filter: ResultFilter;

  constructor(result: Result, filter: ResultFilter) {
    this.#result = result;
    this.#filter = filter;
  }

  vulnerabilities(): Vulnerability[] {
    const { ignoreStatuses } = this.#filter;
    const kept = (this.#result.vulnerabilities ?? [])
      .map((found) => (found.severity === undefined ? { ...found, severity: 'UNKNOWN' as const } : found))
      .filter(
        (found) =>
          this.#isShown(found.severity) &&
          !(found.status !== undefined && ignoreStatuses?.has(found.status)) &&
          !this.#isIgnored(
            'vulnerabilities',
            'vulnerability',
            found,
            [found.vulnerabilityId],
            [this.#result.target, found.pkgPath],
            found.pkgIdentifier?.purl,
          ),
      );
    return withoutDuplicates(kept).sort(compareVulnerabilities);
  }

  misconfigurations(): { kept: Misconfiguration[]; summary: MisconfigurationSummary | undefined } {
    let [successes, failures] = [0, 0];
    const kept = (this.#result.misconfigurations ?? []).filter((found) => {
      const ids = [found.id, found.avdId, ...(found.aliases ?? [])];
      const { target } = this.#result;
      if (
        !this.#isShown(found.severity) ||
        this.#isIgnored('misconfigurations', 'misconfiguration', found, ids, [target])
      ) {
        return false;
      }
      successes += found.status === 'PASS' ? 1 : 0;
      failures += found.status === 'FAIL' ? 1 : 0;
      return found.status === 'FAIL' || this.#filter.includeNonFailures === true;
    });
    const summary =
      successes + failures === 0 ? this.#result.misconfigurationSummary : { successes, failures };
    return { kept: kept.sort(compareMisconfigurations), summary };
  }

  secrets(): NonNullable<Result['secrets']>[number][] {
    return (this.#result.secrets ?? []).filter(
      (found) =>
        this.#isShown(found.severity) &&
        !this.#isIgnored('secrets', 'secret', found, [found.ruleId], [this.#result.target]),
    );
  }

  licenses(): DetectedLicense[] {
    return (this.#result.licenses ?? []).filter(
      (found) => this.#isShown(found.severity) && !this.#isLicenseIgnored(found),
    );
  }

  #isShown(severity: Severity = 'UNKNOWN'): boolean {
    return this.#filter.severities.has(severity);
  }

  #isIgnored(
    section: Parameters<typeof ignoreRuleFor>[1],
    type: SuppressedFinding['type'],
    finding: SuppressedFinding['finding'],
    ids: readonly (string | undefined)[],
    paths: readonly (string | undefined)[],
    purl?: string,
  ): boolean {
    const { ignoreFile } = this.#filter;
    const rule = ignoreFile && ignoreRuleFor(ignoreFile, section, ids, paths, purl);
    if (ignoreFile === undefined || rule === undefined) {
      return false;
    }
    this.#suppress(type, finding, ignoreFile.path, rule.statement);
    return true;
  }

  /** An expression is ignored when each of its licences is. */
  #isLicenseIgnored(found: DetectedLicense): boolean {
    const paths = [found.filePath, this.#result.target];
    if (this.#isIgnored('licenses', 'license', found, [found.name], paths)) {
      return true;
    }
    const { ignoreFile } = this.#filter;
    const parts = ignoreFile === undefined ? [] : licenseParts(found.name);
    const areAll =
      parts.length > 1 &&
      parts.every((name) => ignoreFile && ignoreRuleFor(ignoreFile, 'licenses', [name], paths) !== undefined);
    if (areAll && ignoreFile !== undefined) {
      this.#suppress('license', found, ignoreFile.path, 'All license components are individually ignored');
    }
    return areAll;
  }

  #suppress(
    type: SuppressedFinding['type'],
    finding: SuppressedFinding['finding'],
    source: string,
    statement: string | undefined,
  ): void {
    this.suppressed.push({ type, status: 'ignored', ...present({ statement }), source, finding });
  }
}

function licenseParts(name: string): string[] {
  try {
    return licensesOf(parseLicenseExpression(name));
  } catch (error) {
    if (error instanceof AppError) {
      return [name];
    }
    throw error;
  }
}

/** Overrides what the original had when nothing is left; an empty list says that something was looked for. */
function without(result: Result, key: keyof Result, items: readonly unknown[]): object {
  return items.length === 0 && result[key] !== undefined ? { [key]: [] } : {};
}
