import { eventJson } from '@lanner/api';
import { hostileEvent, hostileText, messageOf, numberedMessages, sampleEvent } from '@lanner/hub/testkit';
import { type ChildProcess, execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { destinationServers, realServer } from './kit/destination-servers.ts';
import { freePorts, listening } from './kit/real-server.ts';
import { until } from './kit/waits.ts';

// Real servers of Debian: PostgreSQL, rsyslog, aiosmtpd and collectd.
const run = promisify(execFile);
const { servers, open } = destinationServers();

function folderOf(name: string): string {
  const folder = join(servers.folder, name);
  mkdirSync(folder);
  return folder;
}

const postgres = '/usr/lib/postgresql/15/bin';

realServer('PostgreSQL', [`${postgres}/initdb`, 'setpriv', 'psql'], () => {
  let port = 0;
  let server: ChildProcess | undefined;
  // It would wait for its clients after SIGTERM.
  afterAll(async () => {
    if (server !== undefined) {
      await servers.stop(server, 'SIGINT');
    }
  });
  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    const folder = folderOf('pg');
    chmodSync(servers.folder, 0o755);
    const { stdout } = await run('id', ['-u', 'postgres']);
    chownSync(folder, Number(stdout), -1);
    const asPostgres = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'];
    writeFileSync(join(servers.folder, 'password'), 'pg-secret');
    chmodSync(join(servers.folder, 'password'), 0o644);
    const [setpriv = '', ...options] = asPostgres;
    await run(setpriv, [
      ...options,
      ...[`${postgres}/initdb`, '-D', `${folder}/data`, '-A', 'scram-sha-256', '-U', 'postgres', '-N'],
      ...['--locale=C.UTF-8', '-E', 'UTF8', `--pwfile=${servers.folder}/password`],
    ]);
    server = servers.start([
      ...asPostgres,
      ...[
        `${postgres}/postgres`,
        '-D',
        `${folder}/data`,
        '-p',
        String(port),
        '-c',
        'listen_addresses=127.0.0.1',
      ],
      ...['-c', 'unix_socket_directories=', '-c', 'fsync=off'],
    ]);
    await listening(port);
    await until('PostgreSQL', () => sql('select 1').then((rows) => rows[0] === '1'));
    await sql(
      'create table falcosidekick_events (time timestamptz, rule text, priority varchar(20), source text, ' +
        'output text, tags text, hostname text, "user.name" text, env text)',
    );
  }, 60_000);

  async function sql(query: string): Promise<string[]> {
    const args = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-Atc', query];
    const env = { ...process.env, PGPASSWORD: 'pg-secret' };
    const { stdout } = await run('psql', args, { env }).catch(() => ({ stdout: '' }));
    return stdout.split('\n').slice(0, -1);
  }
  const values = (more: object = {}): Record<string, string> => ({
    host: '127.0.0.1',
    port: String(port),
    password: 'pg-secret',
    database: 'postgres',
    ...more,
  });

  test('rows are there in order, custom fields in their columns', async () => {
    const destination = await open('timescaledb', values(), ['user.name', 'env']);
    const messages = numberedMessages(150);
    const counts: number[] = [];
    await destination.send(messages, (count) => counts.push(count));
    expect(counts).toEqual([128, 150]);
    expect(await sql('select output from falcosidekick_events order by ctid')).toEqual(
      messages.map(({ event }) => event.output),
    );
    expect(
      await sql(
        `select time at time zone 'utc', rule, priority, source, tags, hostname, "user.name", env is null from falcosidekick_events limit 1`,
      ),
    ).toEqual([
      '2026-11-24 09:46:16.1|Terminal shell in container|Warning|syscalls|container,shell|node-1|root|t',
    ]);
  });

  test('hostile texts are texts, and null is null', async () => {
    const destination = await open('timescaledb', values(), ['user.name']);
    const nothing = sampleEvent({ source: 'NULL', output: 'nothing' });
    await destination.send([messageOf(hostileEvent()), messageOf(nothing)]);
    const [count] = await sql(
      `select count(*) from falcosidekick_events where rule = (select output from falcosidekick_events where output like 'a%X-Injected%')`,
    );
    expect(count).toBe('1');
    expect(await sql(`select source is null from falcosidekick_events where output = 'nothing'`)).toEqual([
      't',
    ]);
  });

  test('a row that cannot be is refused and takes no other with it', async () => {
    const destination = await open('timescaledb', values());
    const wrong = sampleEvent({ output: 'wrong', time: '2026-13-77T00:00:00Z' });
    const counts: number[] = [];
    const sending = destination.send(
      [
        messageOf(sampleEvent({ output: 'before' })),
        messageOf(wrong),
        messageOf(sampleEvent({ output: 'after' })),
      ],
      (count) => counts.push(count),
    );
    await expect(sending).rejects.toMatchObject({ code: 'output.rejected' });
    expect(counts).toEqual([1]);
    await destination.send([messageOf(sampleEvent({ output: 'after' }))]);
    const found = await sql(
      `select output from falcosidekick_events where output in ('before', 'wrong', 'after') order by ctid`,
    );
    expect(found).toEqual(['before', 'after']);
  });

  test.each([
    [{ password: 'wrong' }, 'password authentication failed'],
    [{ hypertablename: 'none; drop table x' }, 'does not exist'],
  ])('what an administrator can mend fails for now: %j', async (more, message) => {
    const destination = await open('timescaledb', values(more));
    await expect(destination.send(numberedMessages(1))).rejects.toMatchObject({
      code: 'output.failed',
      message: expect.stringContaining(message) as string,
    });
  });
});

realServer('rsyslog', ['rsyslogd'], () => {
  let port = 0;
  let file = '';
  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    const folder = folderOf('rsyslog');
    file = join(folder, 'out.log');
    writeFileSync(
      join(folder, 'rsyslog.conf'),
      [
        `global(workDirectory="${folder}" maxMessageSize="64k")`,
        'module(load="imudp")',
        'module(load="imtcp")',
        `input(type="imudp" address="127.0.0.1" port="${port}")`,
        `input(type="imtcp" address="127.0.0.1" port="${port}")`,
        'template(name="j" type="string" string="%syslogseverity-text%|%hostname%|%programname%|%timereported:::date-rfc3339%|%msg%\\n")',
        `action(type="omfile" file="${file}" template="j")`,
      ].join('\n'),
    );
    servers.start(['rsyslogd', '-n', '-iNONE', '-f', join(folder, 'rsyslog.conf')]);
    await listening(port);
  });
  const lines = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);

  test.each(['tcp', 'udp'])('%s: messages arrive with severity, host, tag and time', async (protocol) => {
    const before = lines().length;
    const destination = await open('syslog-remote', { host: '127.0.0.1', port: String(port), protocol });
    const messages = numberedMessages(50);
    await destination.send([...messages, messageOf(hostileEvent())]);
    await until('the messages', () => lines().length === before + 51);
    const received = lines().slice(before);
    expect(received.slice(0, 50)).toEqual(
      messages.map(({ event }) => `warning|node-1|Falco|2026-11-24T09:46:16Z| ${eventJson(event)}`),
    );
    expect(received[50]).toContain(`| ${eventJson(hostileEvent())}`);
  });

  test('the Common Event Format arrives in a line', async () => {
    const before = lines().length;
    const destination = await open('syslog-remote', { host: '127.0.0.1', port: String(port), format: 'cef' });
    await destination.send([messageOf(hostileEvent()), ...numberedMessages(1)]);
    await until('the messages', () => lines().length === before + 2);
    expect(lines().at(-1)).toMatch(
      /\| CEF:0\|Falcosecurity\|Falco\|1\.0\|Falco Event\|Terminal shell in container\|6\|uuid=/,
    );
  });
});

realServer('SMTP (aiosmtpd)', ['/usr/bin/python3', '/usr/lib/python3/dist-packages/aiosmtpd'], () => {
  let port = 0;
  let folder = '';
  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    folder = join(servers.folder, 'mails');
    servers.start([
      '/usr/bin/python3',
      '-u',
      '-m',
      'aiosmtpd',
      '-n',
      '-l',
      `127.0.0.1:${port}`,
      '-c',
      'aiosmtpd.handlers.Mailbox',
      folder,
    ]);
    await listening(port);
  });
  const mails = (): string[] =>
    existsSync(join(folder, 'new'))
      ? readdirSync(join(folder, 'new'))
          .sort()
          .map((name) => readFileSync(join(folder, 'new', name), 'utf8'))
      : [];
  const values = (more: object = {}): Record<string, string | boolean> => ({
    hostport: `127.0.0.1:${port}`,
    from: 'Falco <falco@example.test>',
    to: 'ops@example.test, sec@example.test',
    tls: false,
    ...more,
  });

  test('a mail has text and HTML, and no text of an event becomes a header or a tag', async () => {
    const destination = await open('smtp', values());
    await destination.send([
      messageOf(sampleEvent({ priority: 'Critical' })),
      messageOf(
        sampleEvent({ output: `<script>x</script>\r\nBcc: evil@example.test\r\n\r\n${hostileText}` }),
      ),
    ]);
    const [first = '', second = ''] = mails();
    expect(first).toMatch(/^Subject: \[Critical\] 09:46:16\.105: Warning A shell was started/m);
    expect(first).toMatch(/^From: Falco <falco@example\.test>/m);
    expect(first).toMatch(/^X-RcptTo: ops@example\.test, sec@example\.test/m);
    expect(first).toMatch(/^Date: Tue, 24 Nov 2026 09:46:16 \+0000/m);
    expect(first).toContain('multipart/alternative');
    expect(first).toContain('Rule: Terminal shell in container');
    expect(first).toContain('k8s.ns.name: shop');
    // Up to the first empty line: further down lines may be broken anywhere.
    expect(second.split('\n\n', 1)[0]).not.toMatch(/^(?:Bcc|X-Injected):/m);
    expect(second).toMatch(/^X-RcptTo: ops@example\.test, sec@example\.test$/m);
    expect(second.slice(second.indexOf('<!DOCTYPE'))).not.toContain('<script>');
  });

  test('outputformat text sends no HTML', async () => {
    const before = mails().length;
    await (await open('smtp', values({ outputformat: 'text' }))).send(numberedMessages(1));
    const mail = mails()[before] ?? '';
    expect(mail).toMatch(/^Content-Type: text\/plain/m);
    expect(mail).not.toContain('<html>');
  });

  test('a server without TLS is told, not trusted', async () => {
    const encrypted = await open('smtp', values({ tls: true }));
    await expect(encrypted.send(numberedMessages(1))).rejects.toMatchObject({ code: 'output.failed' });
  });
});

realServer('StatsD (collectd)', ['collectd'], () => {
  test('counters are counted', async () => {
    const [port = 0] = await freePorts(1);
    const folder = folderOf('collectd');
    writeFileSync(
      join(folder, 'collectd.conf'),
      [
        'Hostname "t"',
        'Interval 1',
        `BaseDir "${folder}"`,
        `PIDFile "${folder}/pid"`,
        'LoadPlugin statsd',
        `<Plugin statsd>\nHost "127.0.0.1"\nPort "${port}"\nCounterSum true\n</Plugin>`,
        'LoadPlugin csv',
        `<Plugin csv>\nDataDir "${folder}/csv"\nStoreRates false\n</Plugin>`,
        '',
      ].join('\n'),
    );
    servers.start(['collectd', '-f', '-C', join(folder, 'collectd.conf')]);
    const values = join(folder, 'csv/t/statsd');
    const files = (): string[] => (existsSync(values) ? readdirSync(values) : []);
    const destination = await open('statsd', { forwarder: `127.0.0.1:${port}` });
    // Datagrams for a socket that is not there yet are lost.
    await until('collectd', async () => {
      await destination.send([messageOf(sampleEvent())]).catch(() => undefined);
      destination.note?.('slack', 'ok', 1);
      return files().length >= 8;
    });
    for (const name of ['total', 'inputs.requests.accepted', 'falco.accepted.Warning', 'outputs.slack.ok']) {
      const file = files().find((candidate) => candidate.startsWith(`count-falcosidekick.${name}-`));
      expect(file, name).toBeDefined();
    }
  });
});
