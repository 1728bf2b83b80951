import { hostileEvent, messageOf, numberedMessages, sampleEvent } from '@lanner/hub/testkit';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { destinationServers, realServer } from './kit/destination-servers.ts';
import { freePorts, listening } from './kit/real-server.ts';

// Real servers of Debian: Alertmanager and InfluxDB.
const { servers, open } = destinationServers();

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url);
  return response.json();
}

realServer('Alertmanager', ['prometheus-alertmanager'], () => {
  let url = '';
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    writeFileSync(join(servers.folder, 'am.yml'), 'route: {receiver: none}\nreceivers: [{name: none}]\n');
    servers.start([
      'prometheus-alertmanager',
      `--config.file=${servers.folder}/am.yml`,
      `--storage.path=${servers.folder}/am`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ]);
    await listening(port);
    url = `http://127.0.0.1:${port}`;
  });

  test('takes alerts, whatever their texts, and knows one that comes again', async () => {
    const destination = await open('alertmanager', { hostport: [url], expiresafter: 1_000_000_000 });
    const messages = [
      messageOf(sampleEvent()),
      messageOf(hostileEvent()),
      messageOf(sampleEvent({ rule: 'Other' })),
    ];
    const counts: number[] = [];
    await destination.send(messages, (count) => counts.push(count));
    await destination.send(messages);
    expect(counts).toEqual([3]);
    const alerts = (await getJson(`${url}/api/v2/alerts`)) as { labels: Record<string, string> }[];
    expect(alerts.map(({ labels }) => labels.alertname).sort()).toEqual(
      messages.map(({ event }) => event.rule).sort(),
    );
    expect(alerts.find(({ labels }) => labels.rule === 'Other')?.labels).toMatchObject({
      source: 'falco',
      severity: 'warning',
      k8s_ns_name: 'shop',
      proc_pid: '4711',
    });
  });
});

realServer('InfluxDB', ['influxd'], () => {
  let url = '';
  beforeAll(async () => {
    const [port = 0, rpc = 0] = await freePorts(2);
    const folder = join(servers.folder, 'influx');
    writeFileSync(
      join(servers.folder, 'influx.conf'),
      [
        'reporting-disabled = true',
        `bind-address = "127.0.0.1:${rpc}"`,
        `[meta]\ndir = "${folder}/meta"`,
        `[data]\ndir = "${folder}/data"\nwal-dir = "${folder}/wal"`,
        `[http]\nbind-address = "127.0.0.1:${port}"`,
        '',
      ].join('\n'),
    );
    servers.start(['influxd', '-config', join(servers.folder, 'influx.conf')]);
    await listening(port);
    url = `http://127.0.0.1:${port}`;
    await fetch(`${url}/query?q=CREATE+DATABASE+falco`, { method: 'POST' });
  });

  async function rows(query: string): Promise<Record<string, unknown>[]> {
    const answer = (await getJson(`${url}/query?db=falco&epoch=ns&q=${encodeURIComponent(query)}`)) as {
      results: { series?: { columns: string[]; values: unknown[][] }[] }[];
    };
    const [series] = answer.results[0]?.series ?? [];
    return (series?.values ?? []).map((row) =>
      Object.fromEntries(row.map((value, i) => [series?.columns[i] ?? '', value])),
    );
  }

  test('has a point for every alert, in order, and one for an alert that came twice', async () => {
    const destination = await open('influxdb', { hostport: url });
    const messages = numberedMessages(300);
    await destination.send(messages);
    await destination.send(messages.slice(0, 10));
    const points = await rows('SELECT * FROM events');
    expect(points.map(({ value }) => value)).toEqual(messages.map(({ event }) => event.output));
    expect(points[0]).toMatchObject({
      rule: 'Terminal_shell_in_container',
      'user.name': 'root',
      hostname: 'node-1',
    });
  });

  test('takes hostile texts as one point', async () => {
    const destination = await open('influxdb', { hostport: url });
    const time = '2025-01-01T00:00:00.000000007Z';
    await destination.send([
      messageOf({ ...hostileEvent(), time }),
      messageOf(sampleEvent({ time, output: 'x' })),
    ]);
    const points = await rows(`SELECT * FROM events WHERE time = ${Date.parse('2025-01-01')}000007`);
    expect(points).toHaveLength(2);
    expect(points.map(({ priority }) => priority)).toEqual(['Warning', 'Warning']);
  });

  test('a database that is not there fails for now', async () => {
    const destination = await open('influxdb', { hostport: url, database: 'none' });
    await expect(destination.send(numberedMessages(2))).rejects.toMatchObject({ code: 'output.failed' });
  });
});
