import type { Result, Vulnerability } from '../../model/index.ts';
import { type Cell, grid } from './grid.ts';
import { totals } from './summary.ts';
import { clean, cut, type Paint, wrap } from './text.ts';
import { upgradesFor } from './upgrades.ts';

/** Narrower terminals get a list instead of a table. */
const tableColumns = 110;

/** Vulnerabilities of one target, by package, and the upgrades that would mend them. */
export function* vulnerabilityTable(result: Result, columns: number, paint: Paint): Generator<string> {
  const { vulnerabilities = [] } = result;
  if (vulnerabilities.length === 0) {
    return;
  }
  const hasThreats = vulnerabilities.some(({ threat }) => threat !== undefined);
  yield `${totals(vulnerabilities, paint)}\n${exploited(vulnerabilities, paint)}\n`;
  const groups = byPackage(vulnerabilities);
  if (columns < tableColumns) {
    for (const group of groups) {
      yield* packageList(group, columns, paint);
    }
  } else {
    yield* grid(
      [
        { title: result.class === 'lang-pkgs' ? 'Library' : 'Package', max: 36 },
        { title: 'Installed', max: 22 },
        { title: 'Severity' },
        { title: 'Vulnerability', max: 24 },
        { title: 'Fixed', max: 22 },
        ...(hasThreats ? [{ title: 'Exploited', max: 22 }] : []),
        { title: 'Title', grows: true },
      ],
      groups.map((group) => group.map((found, i) => row(found, { isFirst: i === 0, hasThreats, paint }))),
      columns,
    );
  }
  yield* upgradeLines(vulnerabilities, paint);
}

/** Neighbours of the same package and version. */
function byPackage(vulnerabilities: readonly Vulnerability[]): Vulnerability[][] {
  const groups: Vulnerability[][] = [];
  for (const found of vulnerabilities) {
    const last = groups.at(-1);
    const before = last?.[0];
    if (
      last !== undefined &&
      before?.pkgName === found.pkgName &&
      before.installedVersion === found.installedVersion &&
      before.pkgPath === found.pkgPath
    ) {
      last.push(found);
    } else {
      groups.push([found]);
    }
  }
  return groups;
}

interface RowForm {
  /** Names the package. */
  readonly isFirst: boolean;
  readonly hasThreats: boolean;
  readonly paint: Paint;
}

function row(found: Vulnerability, { isFirst, hasThreats, paint }: RowForm): Cell[] {
  const { severity = 'UNKNOWN', pkgPath } = found;
  const blank: Cell = { text: '' };
  const name = {
    text: clean(found.pkgName),
    ...(pkgPath === undefined ? {} : { below: `(${clean(pkgPath)})` }),
    paint: paint.strong,
  };
  return [
    isFirst ? name : blank,
    isFirst ? { text: clean(found.installedVersion) } : blank,
    { text: severity, paint: (text) => paint.severity(severity, text) },
    { text: clean(found.vulnerabilityId) },
    { text: fixText(found) },
    ...(hasThreats ? [{ text: threatText(found), paint: threatPaint(found, paint) }] : []),
    {
      text: cut(clean(found.title ?? found.description ?? ''), 160),
      ...(found.primaryUrl === undefined ? {} : { below: clean(found.primaryUrl) }),
    },
  ];
}

/** The fix, or why there is none. */
function fixText({ fixedVersion, status }: Vulnerability): string {
  return fixedVersion === undefined ? (status ?? 'affected').replaceAll('_', ' ') : clean(fixedVersion);
}

/** `since 2024-05-01 (ransomware), EPSS 93.1%`; empty when nothing is known. */
function threatText({ threat }: Vulnerability): string {
  const { epss, exploitedSince, ransomware } = threat ?? {};
  return [
    ...(exploitedSince === undefined
      ? []
      : [`since ${clean(exploitedSince)}${ransomware === true ? ' (ransomware)' : ''}`]),
    ...(epss === undefined ? [] : [`EPSS ${(epss * 100).toFixed(1)}%`]),
  ].join(', ');
}

function threatPaint({ threat }: Vulnerability, paint: Paint): (text: string) => string {
  return threat?.exploitedSince === undefined ? (text) => text : (text) => paint.severity('CRITICAL', text);
}

/** How many of them are known to be exploited; empty for none. */
function exploited(vulnerabilities: readonly Vulnerability[], paint: Paint): string {
  const count = vulnerabilities.filter(({ threat }) => threat?.exploitedSince !== undefined).length;
  return count === 0 ? '' : `${paint.severity('CRITICAL', `Known to be exploited: ${count}`)}\n`;
}

function* packageList(group: readonly Vulnerability[], columns: number, paint: Paint): Generator<string> {
  const [first] = group;
  if (first === undefined) {
    return;
  }
  const path = first.pkgPath === undefined ? '' : ` (${clean(first.pkgPath)})`;
  yield `${paint.strong(cut(`${clean(first.pkgName)} ${clean(first.installedVersion)}${path}`, columns))}\n`;
  for (const found of group) {
    const { severity = 'UNKNOWN' } = found;
    const fixed = found.fixedVersion === undefined ? fixText(found) : `fixed in ${fixText(found)}`;
    const head = `${clean(found.vulnerabilityId)}, ${fixed}`;
    yield `  ${paint.severity(severity, severity.padEnd(8))}  ${cut(head, columns - 12)}\n`;
    if (found.threat !== undefined) {
      yield `            exploited: ${threatText(found)}\n`;
    }
    for (const line of wrap(cut(clean(found.title ?? found.description ?? ''), 160), columns - 12)) {
      yield line === '' ? '' : `            ${line}\n`;
    }
    if (found.primaryUrl !== undefined) {
      yield `            ${paint.faint(clean(found.primaryUrl))}\n`;
    }
  }
  yield '\n';
}

function* upgradeLines(vulnerabilities: readonly Vulnerability[], paint: Paint): Generator<string> {
  const upgrades = upgradesFor(vulnerabilities);
  for (const { pkgName, installedVersion, to, fixes } of upgrades) {
    const step = `upgrade ${paint.strong(clean(pkgName))} ${clean(installedVersion)} to ${paint.strong(clean(to))}`;
    yield `${step} fixes ${fixes}\n`;
  }
}
