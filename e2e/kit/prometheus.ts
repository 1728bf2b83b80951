import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, listening, type RealServers } from './real-server.ts';
import { until } from './waits.ts';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the value as text. */
  readonly value: readonly [number, string];
}

/** Starts a Prometheus with this configuration (JSON is YAML); gives its port. */
export async function startPrometheus(servers: RealServers, config: object): Promise<number> {
  // It does not tell which port it chose, so it is given one that was free a moment ago.
  const [port = 0] = await freePorts(1);
  const path = join(servers.folder, 'prometheus.yml');
  writeFileSync(path, JSON.stringify(config));
  servers.start([
    'prometheus',
    `--config.file=${path}`,
    `--storage.tsdb.path=${join(servers.folder, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]);
  await until('Prometheus', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => null);
    return response?.ok === true;
  });
  return port;
}

/** Starts an Alertmanager that keeps alerts to itself; gives its port. */
export async function startAlertmanager(servers: RealServers): Promise<number> {
  const [port = 0] = await freePorts(1);
  const path = join(servers.folder, 'alertmanager.yml');
  writeFileSync(path, 'route: {receiver: none}\nreceivers: [{name: none}]\n');
  servers.start([
    'prometheus-alertmanager',
    `--config.file=${path}`,
    `--storage.path=${join(servers.folder, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
  await listening(port);
  return port;
}

/** Throws what Prometheus has against the expression. */
export async function queryPrometheus(port: number, expr: string): Promise<readonly Sample[]> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`);
  const answer = (await response.json()) as {
    status: string;
    error?: string;
    data?: { result: readonly Sample[] };
  };
  if (answer.status !== 'success') {
    throw new Error(`${expr}: ${answer.error ?? response.status}`);
  }
  return answer.data?.result ?? [];
}
