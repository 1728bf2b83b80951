import keys from './keys.json' with { type: 'json' };
import ownKeys from './own-keys.json' with { type: 'json' };

export type SidekickValue = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

export type SidekickType = 'string' | 'integer' | 'boolean' | 'list' | 'map' | 'duration';

/** One key of falcosidekick's configuration, or one of our own beside them. */
export interface SidekickKey {
  /** In lower case, with dots: `aws.s3.bucket`. */
  readonly key: string;
  readonly type: SidekickType;
  readonly default: SidekickValue | null;
  /** The environment variable that sets it, where upstream reads one. */
  readonly env?: string;
  /** The output that it belongs to; absent for what concerns all. */
  readonly output?: string;
}

// The JSON holds exactly these members; its literal types are too narrow for the compiler to see it.
export const sidekickKeys = [...keys, ...ownKeys] as readonly SidekickKey[];

const byKey = new Map(sidekickKeys.map((entry) => [entry.key, entry]));

export function sidekickKey(key: string): SidekickKey | undefined {
  return byKey.get(key);
}

/** True for a part of the configuration that holds keys, such as `aws` or `aws.s3`. */
export function isSection(path: string): boolean {
  return sections.has(path);
}

const sections = new Set(
  sidekickKeys.flatMap(({ key }) => {
    const parts = key.split('.');
    return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('.'));
  }),
);

const ineffectiveKeys: ReadonlyMap<string, string> = new Map([
  ['aws.accesskeyid', 'the credentials of the environment are used'],
  ['aws.secretaccesskey', 'the credentials of the environment are used'],
  ['redis.version', 'the version of the server is asked for'],
  ['policyreport.prunebypriority', 'the oldest go first'],
]);

/** Why a key that is accepted upstream and here changes nothing here; null for one that does. */
export function whyIneffective(key: string): string | null {
  return key.endsWith('.maxconcurrentrequests')
    ? 'alerts are sent in their order, many at a time where the destination takes many'
    : (ineffectiveKeys.get(key) ?? null);
}
