import type { FalcoEvent } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { Client } from 'pg';
import { defineDestination, type DestinationEffects, type DestinationSettings } from '../destination.ts';
import { inGroups, textFields } from '../lib/events.ts';
import { readHostPort } from '../lib/host-port.ts';
import { openLink } from '../lib/link.ts';
import { tlsOptions } from '../lib/tls.ts';

const largestGroup = 128;

export const destination = defineDestination({
  id: 'timescaledb',
  title: 'TimescaleDB',
  doc: 'One row an alert in a table of TimescaleDB or PostgreSQL; custom and templated fields are columns.',
  sidekick: { section: 'timescaledb', enabledBy: ['host'], metricName: 'timescaledb', audience: 'machines' },
  open(settings, effects) {
    const { host, port } = readHostPort(
      'timescaledb.host',
      `${settings.text('host').includes(':') ? `[${settings.text('host')}]` : settings.text('host')}:${settings.text('port')}`,
    );
    const table = tableName(settings.text('hypertablename'));
    const added = new Set(settings.addedFields ?? []);
    const link = openLink<Client>({
      server: `PostgreSQL ${host}:${port}`,
      timeoutMs: effects.timeoutMs,
      secrets: [settings.text('password')],
      connect: (lost) => connect({ host, port }, settings, effects, lost),
      end: (client) => client.end(),
      rejected: isDataError,
    });
    return Promise.resolve({
      // A group is a transaction: all of its rows are there, or none.
      send: inGroups(largestGroup, (events) =>
        link.use(async (client) => {
          await client.query('BEGIN');
          try {
            for (const event of events) {
              const row = rowOf(event, added);
              await client.query(insertion(table, [...row.keys()]), [...row.values()]);
            }
            await client.query('COMMIT');
          } catch (error) {
            await client.query('ROLLBACK');
            throw error;
          }
        }),
      ),
      close: link.close,
    });
  },
});

/** Encrypted where the server can, as libpq does unless PGSSLMODE says otherwise. */
async function connect(
  address: { readonly host: string; readonly port: number },
  settings: DestinationSettings,
  effects: DestinationEffects,
  lost: () => void,
): Promise<Client> {
  const { default: pg } = await import('pg');
  const mode = effects.environment('PGSSLMODE') ?? 'prefer';
  const ssl =
    mode === 'disable' || mode === 'allow'
      ? false
      : await tlsOptions(settings, { mutual: false, verify: mode.startsWith('verify-') }, effects);

  async function start(encryption: typeof ssl): Promise<Client> {
    const client = new pg.Client({
      ...address,
      user: settings.text('user'),
      password: settings.text('password'),
      database: settings.text('database'),
      connectionTimeoutMillis: effects.timeoutMs,
      ssl: encryption,
    });
    client.on('error', lost).on('end', lost);
    await client.connect();
    return client;
  }
  try {
    return await start(ssl);
  } catch (error) {
    if (mode === 'prefer' && /does not support SSL/.test((error as Error).message)) {
      return start(false);
    }
    throw error;
  }
}

/** Errors of classes 22 (data) and 23 (constraints) blame the row; others the connection, the table or the settings. */
function isDataError(error: Error): boolean {
  return /^2[23]/.test(String((error as { code?: unknown }).code));
}

function rowOf(event: FalcoEvent, added: ReadonlySet<string>): Map<string, string | null> {
  const { time, rule, priority, source, output, tags = [], hostname = '' } = event;
  const values: [string, string][] = [
    ['time', time],
    ['rule', rule],
    ['priority', priority],
    ['source', source],
    ['output', output],
    ...(tags.length === 0 ? [] : [['tags', tags.join(',')] as [string, string]]),
    ...(hostname === '' ? [] : [['hostname', hostname] as [string, string]]),
    ...textFields(event)
      .filter(([name]) => added.has(name))
      .map(([name, value]): [string, string] => [name, value.replaceAll('"', '')]),
  ];
  // PostgreSQL's texts cannot hold a zero byte.
  return new Map(
    values.map(([name, value]) => [
      columnName(name),
      value.toLowerCase() === 'null' ? null : value.replaceAll('\0', '\ufffd'),
    ]),
  );
}

function insertion(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(',')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(',')})`;
}

/** A table, perhaps of a schema: plain names mean the same in any case, as without quotes. */
function tableName(name: string): string {
  return /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?$/.test(name)
    ? name.split('.').map(columnName).join('.')
    : columnName(name);
}

function columnName(name: string): string {
  if (name === '' || name.includes('\0')) {
    throw new AppError('config.invalid', 'timescaledb: an empty name is no name of a table or column', {
      hint: 'Set timescaledb.hypertablename.',
    });
  }
  const plain = /^[A-Za-z_]\w*$/.test(name);
  return `"${(plain ? name.toLowerCase() : name).replaceAll('"', '""')}"`;
}
