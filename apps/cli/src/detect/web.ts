import type { Log } from '@lanner/core';
import { AppError } from '@lanner/core';
import {
  exposition,
  falcoFamilies,
  type FalcoMetricsInput,
  type Listening,
  type MetricFamily,
  metricsContentType,
  startWebServer,
  type WebRoute,
} from '@lanner/hub';
import type { FalcoConfig } from '@lanner/api';
import { builtInPlugins } from './plugins.ts';
import { versions } from './versions.ts';

export interface WebContext {
  readonly config: FalcoConfig;
  readonly version: string;
  readonly measure: () => FalcoMetricsInput;
  /** Metrics beside Falco's. */
  readonly families: () => readonly MetricFamily[];
  readonly log: Log;
  /** Falco replays without a web server: here a port that is taken then costs a warning, not the replay. */
  readonly isReplay: boolean;
}

/** Starts the web server that `webserver` of the configuration asks for; null when it is off. */
export async function startWeb(context: WebContext): Promise<Listening | null> {
  const { config, log } = context;
  if (!config.flag('webserver.enabled')) {
    return null;
  }
  const address = config.text('webserver.listen_address');
  const port = config.number('webserver.listen_port');
  const tls = config.flag('webserver.ssl_enabled');
  try {
    const server = await startWebServer({
      address,
      port,
      tlsFile: tls ? config.text('webserver.ssl_certificate') : null,
      routes: webRoutes(context),
      log,
    });
    log.info('web server is listening', { address, port: server.port, tls });
    return server;
  } catch (error) {
    if (!context.isReplay || !(error instanceof AppError) || error.code !== 'server.listen') {
      throw error;
    }
    log.warn('replaying without a web server', { reason: error.message });
    return null;
  }
}

function webRoutes({ config, version, measure, families }: WebContext): Record<string, WebRoute> {
  const pluginVersions = Object.fromEntries(builtInPlugins.map(({ name, version: own }) => [name, own]));
  const versionsText = JSON.stringify({ ...versions(version), plugin_versions: pluginVersions });
  const withMetrics = config.flag('metrics.enabled') && config.flag('webserver.prometheus_metrics_enabled');
  return {
    [config.text('webserver.k8s_healthz_endpoint')]: {
      contentType: 'application/json',
      body: () => '{"status": "ok"}',
    },
    '/versions': { contentType: 'application/json', body: () => versionsText },
    ...(withMetrics
      ? {
          '/metrics': {
            contentType: metricsContentType,
            body: () => exposition([...falcoFamilies(measure()), ...families()]),
          },
        }
      : {}),
  };
}
