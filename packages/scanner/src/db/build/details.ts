import { present } from '../../lib/json.ts';

/** What one source says of a vulnerability. Severities are the numbers of trivy-db, 0 … 4. */
export interface SourceDetail {
  readonly title?: string;
  readonly description?: string;
  readonly severity?: number;
  readonly severityV3?: number;
  readonly severityV40?: number;
  readonly cvssScore?: number;
  readonly cvssVector?: string;
  readonly cvssScoreV3?: number;
  readonly cvssVectorV3?: string;
  readonly cvssScoreV40?: number;
  readonly cvssVectorV40?: string;
  readonly cweIds?: readonly string[];
  readonly references?: readonly string[];
  readonly publishedDate?: string;
  readonly lastModifiedDate?: string;
  /** NVD: `Rejected`. */
  readonly status?: string;
}

/** Sources in the order in which their words are taken; others come behind them. */
const precedence = [
  ...['nvd', 'redhat', 'redhat-oval', 'debian', 'ubuntu', 'alpine', 'amazon', 'oracle-oval', 'suse-cvrf'],
  ...['photon', 'arch-linux', 'alma', 'rocky', 'cbl-mariner', 'azure', 'ruby-advisory-db'],
  ...[
    'php-security-advisories',
    'nodejs-security-wg',
    'ghsa',
    'glad',
    'aqua',
    'osv',
    'k8s',
    'wolfi',
    'chainguard',
  ],
  ...['bitnami', 'govulndb', 'julia', 'bottlerocket', 'echo', 'minimos', 'rootio'],
];

const severityNames = ['UNKNOWN', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const rejections = ['** REJECT **', 'Rejected reason:', 'DO NOT USE THIS CANDIDATE NUMBER'];

type Details = ReadonlyMap<string, SourceDetail>;

/** The number of a severity by its name; undefined for names that are none. */
export function severityNumber(name: string | undefined): number | undefined {
  const upper = name?.toUpperCase();
  const index = severityNames.indexOf(
    upper === 'MODERATE' || upper === 'IMPORTANT' ? moderate(upper) : (upper ?? ''),
  );
  return index <= 0 ? undefined : index;
}

function moderate(name: 'MODERATE' | 'IMPORTANT'): string {
  return name === 'MODERATE' ? 'MEDIUM' : 'HIGH';
}

/** Whether the id was given up: nobody should be told of it. */
export function isRejected(details: Details): boolean {
  const nvd = details.get('nvd');
  return (
    nvd !== undefined &&
    (nvd.status?.toUpperCase() === 'REJECTED' ||
      rejections.some((phrase) => nvd.description?.startsWith(phrase) === true))
  );
}

/** The record of a vulnerability in trivy-db, out of what all sources say. */
export function mergeDetails(vulnerabilityId: string, details: Details): Record<string, unknown> {
  const others = [...details.keys()].filter((source) => !precedence.includes(source));
  const ordered = [...precedence, ...others].flatMap((source) => {
    const detail = details.get(source);
    return detail === undefined ? [] : [{ source, detail }];
  });
  const all = ordered.map(({ detail }) => detail);
  const dated = details.get(vulnerabilityId.startsWith('GHSA-') ? 'ghsa' : 'nvd');
  const hasDates = /^(?:CVE|GHSA)-/.test(vulnerabilityId);
  return present({
    Title: first(all, ({ title }) => title),
    Description: first(all, ({ description }) => description),
    Severity: severityNames[first(all, severityOf) ?? 0],
    CweIDs: first(all, ({ cweIds = [] }) => (cweIds.length === 0 ? undefined : cweIds)),
    VendorSeverity: map(details, severityOf),
    CVSS: map(details, cvssOf),
    References: references(ordered),
    PublishedDate: hasDates ? dated?.publishedDate : undefined,
    LastModifiedDate: hasDates ? dated?.lastModifiedDate : undefined,
  });
}

function first<T>(
  details: readonly SourceDetail[],
  read: (detail: SourceDetail) => T | undefined,
): T | undefined {
  for (const detail of details) {
    const value = read(detail);
    if (value !== undefined && value !== '') {
      return value;
    }
  }
  return undefined;
}

function map<T>(
  details: Details,
  read: (detail: SourceDetail) => T | undefined,
): Record<string, T> | undefined {
  const entries = [...details].flatMap(([source, detail]) => {
    const value = read(detail);
    return value === undefined ? [] : [[source, value] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The number of a severity; the newest kind of score wins, and what is said outright wins over scores. */
function severityOf(detail: SourceDetail): number | undefined {
  const said = [detail.severityV40, detail.severityV3, detail.severity].find((severity) => isSet(severity));
  const score = [detail.cvssScoreV40, detail.cvssScoreV3, detail.cvssScore].find((value) => isSet(value));
  return said ?? (score === undefined ? undefined : severityOfScore(score));
}

/** The number of the severity that a CVSS score stands for. */
export function severityOfScore(score: number): number {
  return score >= 9 ? 4 : score >= 7 ? 3 : score >= 4 ? 2 : score > 0 ? 1 : 0;
}

function isSet(value: number | undefined): value is number {
  return value !== undefined && value > 0;
}

function cvssOf(detail: SourceDetail): Record<string, unknown> | undefined {
  const pairs = [
    [detail.cvssVector, detail.cvssScore],
    [detail.cvssVectorV3, detail.cvssScoreV3],
    [detail.cvssVectorV40, detail.cvssScoreV40],
  ] as const;
  if (!pairs.some(([vector = '', score]) => vector !== '' && isSet(score))) {
    return undefined;
  }
  return present({
    V2Vector: detail.cvssVector,
    V3Vector: detail.cvssVectorV3,
    V40Vector: detail.cvssVectorV40,
    V2Score: detail.cvssScore,
    V3Score: detail.cvssScoreV3,
    V40Score: detail.cvssScoreV40,
  });
}

/** Amazon names references that have nothing to do with the vulnerability. */
function references(
  ordered: readonly { readonly source: string; readonly detail: SourceDetail }[],
): string[] | undefined {
  const found = new Set<string>();
  for (const { source, detail } of ordered) {
    for (const reference of source === 'amazon' ? [] : (detail.references ?? [])) {
      for (const line of reference.trim().split('\n')) {
        found.add(canonicalUrl(line));
      }
    }
  }
  return found.size === 0
    ? undefined
    : [...found].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Scheme and host in lower case, and each segment of the path escaped in one way; other texts stay. */
export function canonicalUrl(text: string): string {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/(?:[^/?#@]*@)?([^/?#]+)([^?#]*)(\?[^#]*)?(#.*)?$/.exec(text);
  if (match === null || /[\s\p{Cc}]/u.test(text) || /%(?![0-9a-fA-F]{2})/.test(match[3] ?? '')) {
    return text;
  }
  const [, scheme = '', host = '', path = '', query = '', fragment = ''] = match;
  const segments = path.split('/').map((segment) => escapeSegment(segment));
  return `${scheme.toLowerCase()}://${host.toLowerCase()}${segments.join('/')}${query}${fragment}`;
}

/** As Go escapes a segment of a path. */
function escapeSegment(segment: string): string {
  let bytes: Buffer;
  try {
    bytes = Buffer.from(decodeURIComponent(segment));
  } catch (error) {
    if (!(error instanceof URIError)) {
      throw error;
    }
    return segment;
  }
  let result = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    result +=
      byte < 128 && /[A-Za-z0-9\-_.~$&+:=@]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}
