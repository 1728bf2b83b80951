import { type Report, type Result, severities, type Severity } from '../../model/index.ts';
import { type Cell, grid } from './grid.ts';
import { clean, type Paint } from './text.ts';

interface Kind {
  readonly title: string;
  /** For narrow terminals. */
  readonly short: string;
  readonly key: 'vulnerabilities' | 'misconfigurations' | 'secrets' | 'licenses';
}

const kinds: readonly Kind[] = [
  { title: 'Vulnerabilities', short: 'Vulns', key: 'vulnerabilities' },
  { title: 'Misconfigurations', short: 'Misconf', key: 'misconfigurations' },
  { title: 'Secrets', short: 'Secrets', key: 'secrets' },
  { title: 'Licenses', short: 'Licenses', key: 'licenses' },
];

/** How many findings each target has, in one table. */
export function* summaryTable(report: Report, columns: number, paint: Paint): Generator<string> {
  const shown = kinds.filter(({ key }) => report.results.some((result) => (result[key] ?? []).length > 0));
  const counted = shown.length === 0 ? kinds.slice(0, 1) : shown;
  yield `${paint.strong('Report Summary')}\n\n`;
  if (report.results.length === 0) {
    yield `${clean(report.artifactName)}: no packages, secrets or other findings\n`;
    return;
  }
  const isBlind = report.withoutDatabase === true;
  const unfound = report.withoutVulnerabilities === true ? '-' : isBlind ? '?' : '0';
  const hasPackages = report.results.some(({ packages = [] }) => packages.length > 0);
  yield* grid(
    [
      { title: 'Target', grows: true },
      { title: 'Type' },
      ...(hasPackages ? [{ title: 'Packages' }] : []),
      ...counted.map(({ title, short }) => ({ title: columns < 110 ? short : title })),
    ],
    [
      report.results.map((result) => [
        ...targetCells(result),
        ...(hasPackages ? [{ text: String(result.packages?.length ?? '-') }] : []),
        ...countCells(result, counted, { unfound, paint }),
      ]),
    ],
    columns,
  );
  yield "'-': not looked for, or nothing of this kind; '0': clean\n";
  if (isBlind) {
    yield "'?': not looked up, since there is no advisory database; lanner db update brings it\n";
  }
}

function targetCells(result: Result): Cell[] {
  return [{ text: clean(result.target) }, { text: clean(result.type ?? kindOf(result)) }];
}

interface Counting {
  /** What stands for no vulnerabilities of packages. */
  readonly unfound: string;
  readonly paint: Paint;
}

function countCells(result: Result, counted: readonly Kind[], { unfound, paint }: Counting): Cell[] {
  return counted.map(({ key }): Cell => {
    const findings = result[key];
    if (findings === undefined) {
      return { text: isPackages(result, key) ? unfound : '-' };
    }
    const worst = worstOf(findings);
    const text = String(findings.length);
    return worst === null ? { text } : { text, paint: (all) => paint.severity(worst, all) };
  });
}

function isPackages({ class: kind }: Result, key: Kind['key']): boolean {
  return key === 'vulnerabilities' && (kind === 'os-pkgs' || kind === 'lang-pkgs');
}

function kindOf({ class: kind }: Result): string {
  return kind === 'secret' ? 'text' : kind;
}

function worstOf(findings: readonly { readonly severity?: Severity }[]): Severity | null {
  return severities.findLast((severity) => findings.some((found) => found.severity === severity)) ?? null;
}

/** `Total: 3 (HIGH: 1, LOW: 2)`; severities that nothing has are left out. */
export function totals(findings: readonly { readonly severity?: Severity }[], paint: Paint): string {
  const counts = [...severities]
    .reverse()
    .map((severity) => ({
      severity,
      count: findings.filter((found) => (found.severity ?? 'UNKNOWN') === severity).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => paint.severity(severity, `${severity}: ${count}`));
  return `Total: ${findings.length} (${counts.join(', ')})`;
}
