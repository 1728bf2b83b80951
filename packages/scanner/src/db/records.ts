import { AppError } from '@lanner/core';
import {
  isObject,
  type JsonObject,
  objectsOf,
  parseObject,
  present,
  stringOf,
  textOf,
  textsOf,
} from '../lib/json.ts';
import {
  type Cvss,
  type DataSource,
  type Severity,
  severities,
  type VulnerabilityDetail,
  type VulnerabilityStatus,
  vulnerabilityStatuses,
} from '../model/index.ts';

/** What a database says of one vulnerability in one package. Absent texts are absent, never empty. */
export interface Advisory {
  readonly vulnerabilityId: string;
  readonly fixedVersion?: string;
  /** The first version that has the vulnerability. */
  readonly affectedVersion?: string;
  readonly status?: VulnerabilityStatus;
  /** Of the vulnerability in this package. */
  readonly severity?: Severity;
  readonly vendorIds?: readonly string[];
  readonly arches?: readonly string[];
  readonly vulnerableVersions?: readonly string[];
  readonly patchedVersions?: readonly string[];
  readonly unaffectedVersions?: readonly string[];
  /** The same for single architectures or products. */
  readonly entries?: readonly JsonObject[];
  readonly dataSource?: DataSource;
  readonly custom?: unknown;
}

/** Throws AppError 'database.format' for a record that is no advisory. */
export function parseAdvisory(vulnerabilityId: string, text: string, dataSource?: DataSource): Advisory {
  return advisoryOf(vulnerabilityId, recordOf(text), dataSource);
}

export function advisoryOf(
  vulnerabilityId: string,
  record: JsonObject,
  dataSource: DataSource | undefined,
): Advisory {
  if ('Entries' in record && !Array.isArray(record['Entries'])) {
    throw malformed(vulnerabilityId, 'Entries');
  }
  const severity = severityOf(record['Severity']);
  return present({
    vulnerabilityId,
    fixedVersion: text(vulnerabilityId, record, 'FixedVersion'),
    affectedVersion: text(vulnerabilityId, record, 'AffectedVersion'),
    status: statusOf(record['Status']),
    severity: severity === 'UNKNOWN' ? undefined : severity,
    vendorIds: texts(vulnerabilityId, record, 'VendorIDs'),
    arches: texts(vulnerabilityId, record, 'Arches'),
    vulnerableVersions: texts(vulnerabilityId, record, 'VulnerableVersions'),
    patchedVersions: texts(vulnerabilityId, record, 'PatchedVersions'),
    unaffectedVersions: texts(vulnerabilityId, record, 'UnaffectedVersions'),
    entries: 'Entries' in record ? objectsOf(record['Entries']) : undefined,
    dataSource,
    custom: record['Custom'],
  });
}

/** A number of trivy-db, or a name; undefined for nothing. */
export function severityOf(value: unknown): Severity | undefined {
  if (typeof value === 'number') {
    return severities[value] ?? 'UNKNOWN';
  }
  return severities.find((severity) => severity === value);
}

/** A number of trivy-db; undefined for unknown. */
export function statusOf(value: unknown): VulnerabilityStatus | undefined {
  const status = typeof value === 'number' ? vulnerabilityStatuses[value] : undefined;
  return status === 'unknown' ? undefined : status;
}

/** Throws AppError 'database.format'. */
export function parseDetail(json: string): VulnerabilityDetail {
  const record = recordOf(json);
  return present({
    title: textOf(record['Title']),
    description: textOf(record['Description']),
    severity: severityOf(record['Severity']),
    cweIds: listOf(record['CweIDs']),
    vendorSeverity: mapOf(record['VendorSeverity'], severityOf),
    cvss: mapOf(record['CVSS'], cvssOf),
    references: listOf(record['References']),
    publishedDate: textOf(record['PublishedDate']),
    lastModifiedDate: textOf(record['LastModifiedDate']),
    custom: record['Custom'],
  });
}

/** undefined for a record that says nothing. Old databases have sources without an id. */
export function parseDataSource(json: string): DataSource | undefined {
  const record = recordOf(json);
  const source = {
    id: stringOf(record['ID']),
    name: stringOf(record['Name']),
    url: stringOf(record['URL']),
  };
  return `${source.id}${source.name}${source.url}` === ''
    ? undefined
    : present({ ...source, baseId: textOf(record['BaseID']) });
}

/** A record without content may be written as null. */
function recordOf(json: string): JsonObject {
  return json === 'null' ? {} : parseObject(json, 'database.format');
}

function cvssOf(value: unknown): Cvss | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  return present({
    v2Vector: textOf(value['V2Vector']),
    v3Vector: textOf(value['V3Vector']),
    v40Vector: textOf(value['V40Vector']),
    v2Score: scoreOf(value['V2Score']),
    v3Score: scoreOf(value['V3Score']),
    v40Score: scoreOf(value['V40Score']),
  });
}

function scoreOf(value: unknown): number | undefined {
  return typeof value === 'number' && value !== 0 ? value : undefined;
}

function listOf(value: unknown): string[] | undefined {
  const list = textsOf(value);
  return list.length === 0 ? undefined : list;
}

function mapOf<T>(value: unknown, read: (member: unknown) => T | undefined): Record<string, T> | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const entries: [string, T][] = [];
  for (const [key, member] of Object.entries(value)) {
    const read_ = read(member);
    if (read_ !== undefined) {
      entries.push([key, read_]);
    }
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function text(id: string, record: JsonObject, key: string): string | undefined {
  const value = record[key];
  if (value !== undefined && value !== null && typeof value !== 'string') {
    throw malformed(id, key);
  }
  return textOf(value);
}

/** Empty texts are kept: an empty constraint means every version. */
function texts(id: string, record: JsonObject, key: string): string[] | undefined {
  const value = record[key];
  if (value === undefined || value === null) {
    return undefined;
  }
  const list = textsOf(value);
  if (!Array.isArray(value) || list.length !== value.length) {
    throw malformed(id, key);
  }
  return list.length === 0 ? undefined : list;
}

function malformed(id: string, key: string): AppError {
  return new AppError('database.format', `the advisory ${id} has a malformed ${key}`, {
    hint: 'Download the database again: lanner db update',
  });
}
