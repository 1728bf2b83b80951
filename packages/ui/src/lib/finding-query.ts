/** Parameters of the address that say which findings; all others are about how they are shown. */
const names = new Set([
  'severity',
  'artifact',
  'package',
  'id',
  'fixable',
  'kev',
  'accepted',
  'min_epss',
  'change',
  'since',
  'as_of',
  'include_fixed',
  'q',
]);

/** What the address asks for, as the API takes it. */
export function findingQuery(query: URLSearchParams, kinds: string): URLSearchParams {
  const asked = [...query].filter(([name, value]) => names.has(name) && value !== '');
  return new URLSearchParams([...asked, ['kind', kinds]]);
}

/** What findings of a view are about. */
export type Subject = 'vulnerability' | 'secret';

/** How findings are put together, for people; `''` is one by one. */
export const groupings = {
  vulnerability: { '': 'All', artifact: 'By image', package: 'By package', id: 'By CVE' },
  secret: { '': 'All', artifact: 'By image', package: 'By package', id: 'By rule' },
} as const;
export type Grouping = keyof (typeof groupings)['vulnerability'];

export function groupingOf(query: URLSearchParams): Grouping {
  const by = query.get('by') ?? '';
  return Object.hasOwn(groupings.vulnerability, by) ? (by as Grouping) : '';
}

/** Which finding is looked at, as the address says it. */
export interface FindingKey {
  readonly kind: string;
  readonly id: string;
  readonly artifact: string;
  readonly package: string;
}

export function keyText({ kind, id, artifact, package: place }: FindingKey): string {
  return JSON.stringify([kind, id, artifact, place]);
}

/** Null for what `keyText` did not give. */
export function keyOf(text: string): FindingKey | null {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts.length !== 4 || !parts.every((part) => typeof part === 'string')) {
    return null;
  }
  const [kind = '', id = '', artifact = '', place = ''] = parts;
  return { kind, id, artifact, package: place };
}

/** The file and the line of a secret, of what tells it apart; 0 where no line is told. */
export function filePlace(place: string): { readonly file: string; readonly line: number } {
  const [, file = place, line = '0'] = /^(.*):(\d{1,9})$/s.exec(place) ?? [];
  return { file, line: Number(line) };
}
