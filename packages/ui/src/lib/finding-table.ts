import { type Answer, call } from '../api/client.ts';
import type { Grouping } from './finding-query.ts';
import { cursorOf, everyPage, type SavedTable } from './save.ts';

type Look = Answer<'lookAtFindings'>;
type Finding = Look['findings'][number];
type Group = Look['groups'][number];

const most = 50_000;
const atOnce = '500';

const findingColumns = [
  'severity',
  'kind',
  'id',
  'package',
  'installed',
  'fixed_in',
  'image',
  'artifact',
  'epss',
  'known_exploited',
  'first_seen',
  'fixed',
  'accepted_until',
  'title',
];

const groupColumns = [
  'name',
  'title',
  'findings',
  'critical',
  'high',
  'medium',
  'low',
  'unknown',
  'with_fix',
  'known_exploited',
  'accepted',
  'epss',
  'artifacts',
  'packages',
  'ids',
  'fixed_in',
  'first_seen',
  'newest',
];

/** Everything that a view of findings lists, as it is put together. */
export async function findingTable(asked: URLSearchParams, by: Grouping): Promise<SavedTable> {
  const { items, isCut } = await everyPage<Finding | Group>(most, async (cursor) => {
    const query = new URLSearchParams([...asked, ['limit', atOnce], ['upgrades', '0'], ...cursorOf(cursor)]);
    const { groups, findings, cursor: next } = await call('lookAtFindings', { query });
    return { items: [...groups, ...findings], cursor: next };
  });
  return {
    columns: by === '' ? findingColumns : groupColumns,
    rows: items.map((item) => ('key' in item ? groupRow(item) : findingRow(item))),
    items,
    isCut,
  };
}

export function findingRow(finding: Finding): SavedTable['rows'][number] {
  const { severity, kind, id, packageName, installedVersion, fixedVersion, artifactName, artifact } = finding;
  const { epss, kev, firstSeenMs, fixedMs, accepted, title } = finding;
  return [
    severity,
    kind,
    id,
    packageName === '' ? finding.package : packageName,
    installedVersion,
    fixedVersion,
    artifactName,
    artifact,
    epss,
    kev,
    iso(firstSeenMs),
    iso(fixedMs),
    accepted === null ? null : (iso(accepted.untilMs) ?? 'no end'),
    title,
  ];
}

export function groupRow(group: Group): SavedTable['rows'][number] {
  const { key, title, findings, severities, fixable, exploited, accepted, epss } = group;
  const { CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN } = severities;
  return [
    ...[key, title, findings, CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN, fixable, exploited, accepted, epss],
    ...[group.artifacts, group.packages, group.ids, group.fixedVersion],
    ...[iso(group.firstSeenMs), iso(group.newestMs)],
  ];
}

/** RFC 3339, whatever zone the page shows. */
export function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
