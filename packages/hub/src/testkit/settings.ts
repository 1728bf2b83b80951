import { readFileSync } from 'node:fs';
import type { ClientTls, DestinationSettings } from '../destination.ts';

export type SettingValue = string | boolean | number | readonly string[] | Readonly<Record<string, string>>;

interface KeyEntry {
  readonly key: string;
  readonly default: SettingValue;
}

const keys = JSON.parse(
  readFileSync(new URL('../sidekick-config/keys.json', import.meta.url), 'utf8'),
) as readonly KeyEntry[];

/** Settings of a section of falcosidekick's configuration: its defaults, and what a test sets. */
export function sectionSettings(
  section: string,
  values: Readonly<Record<string, SettingValue>>,
  more: { readonly tls?: ClientTls; readonly addedFields?: readonly string[] } = {},
): DestinationSettings {
  const known = new Map(
    keys
      .filter(({ key }) => key.startsWith(`${section}.`))
      .map(({ key, default: value }) => [key.slice(section.length + 1), value]),
  );
  for (const { key, default: value } of keys) {
    known.set(`.${key}`, value);
  }
  for (const [key, value] of Object.entries(values)) {
    known.set(key, value);
  }
  return {
    text: (key) => textOf(known.get(key)),
    flag: (key) => known.get(key) === true,
    number: (key) => Number(known.get(key) ?? 0),
    list: (key) => {
      const value = known.get(key);
      return Array.isArray(value) ? (value as readonly string[]) : textOf(value).split(',').filter(Boolean);
    },
    map: (key) => (known.get(key) ?? {}) as Readonly<Record<string, string>>,
    json: true,
    ...more,
  };
}

function textOf(value: SettingValue | undefined): string {
  return typeof value === 'object' ? '' : String(value ?? '');
}
