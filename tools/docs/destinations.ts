import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Destination } from '../../packages/hub/src/destination.ts';
import { destinations } from '../../packages/hub/src/destinations/registry.gen.ts';
import { code, type Page, page, prose, table } from './markdown.ts';

interface Key {
  readonly key: string;
  readonly type: string;
  readonly default?: unknown;
  readonly env?: string | null;
}

const keys = JSON.parse(
  readFileSync(
    fileURLToPath(new URL('../../packages/hub/src/sidekick-config/keys.json', import.meta.url)),
    'utf8',
  ),
) as readonly Key[];

/** Every destination of falcosidekick's configuration with its keys. */
export function destinationsPage(): Page {
  const listed = destinations
    .filter(({ sidekick }) => sidekick !== undefined)
    .toSorted((a, b) => (a.title < b.title ? -1 : 1));
  return page(
    'destinations.md',
    'Destinations',
    'Where the server sends alerts: the sections of a `config.yaml` of falcosidekick, or variables of the environment ' +
      '(the key in capitals, with `_` for dots). A destination is on when the keys in bold are set. Requests reach a ' +
      'server one at a time, so that alerts arrive in order, whatever `maxconcurrentrequests` says.',
    listed.flatMap(sectionOf),
  );
}

function sectionOf(destination: Destination): string[] {
  const { section = '', enabledBy = [], metricName = '', audience = 'machines' } = destination.sidekick ?? {};
  const enabling = new Set(enabledBy.map((key) => `${section}.${key}`));
  const own = keys.filter(({ key }) => key.startsWith(`${section}.`));
  return [
    `## ${destination.title}`,
    `${prose(destination.doc)} For ${audience}; in metrics ${code(metricName)}.`,
    table(
      ['Key', 'Type', 'Default'],
      own.map(({ key, type, default: value }) => [
        enabling.has(key) ? `**${code(key)}**` : code(key),
        type,
        defaultText(value),
      ]),
    ),
  ];
}

function defaultText(value: unknown): string {
  return value === undefined ||
    value === '' ||
    JSON.stringify(value) === '[]' ||
    JSON.stringify(value) === '{}'
    ? ''
    : code(typeof value === 'string' ? value : JSON.stringify(value));
}
