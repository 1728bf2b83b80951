import type { FalcoConfig } from '@lanner/api';
import { AppError } from '@lanner/core';
import { parseDuration } from './duration.ts';
import { builtInPlugins } from './plugins.ts';

/** Checks of values that go beyond their types, in Falco's words. Throws AppError 'config.invalid'. */
export function checkConfig(config: FalcoConfig): void {
  checkLogLevel(config);
  checkDrops(config);
  checkPlugins(config);
  checkMetrics(config);
  checkWebServer(config);
}

const logLevels = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'info',
  'informational',
  'debug',
];

function checkLogLevel(config: FalcoConfig): void {
  const level = config.text('log_level');
  if (!logLevels.includes(level.toLowerCase())) {
    throw invalid(`Unknown log level ${level}`, `Use one of ${logLevels.join(', ')}.`);
  }
}

const dropActions = ['ignore', 'log', 'alert', 'exit'];

function checkDrops(config: FalcoConfig): void {
  const actions = config.texts('syscall_event_drops.actions');
  if (actions.some((action) => !dropActions.includes(action))) {
    throw invalid('available actions for syscall event drops are "ignore", "log", "alert", and "exit"');
  }
  const other = actions.find((action) => action === 'log' || action === 'alert');
  if (actions.includes('ignore') && other !== undefined) {
    throw invalid(`syscall event drop action "${other}" does not make sense with the "ignore" action`);
  }
  const threshold = config.number('syscall_event_drops.threshold');
  if (threshold < 0 || threshold > 1) {
    throw invalid('syscall event drops threshold must be a double in the range [0, 1]');
  }
}

function checkPlugins(config: FalcoConfig): void {
  const loaded = config.has('load_plugins') ? config.texts('load_plugins') : config.pluginNames;
  const foreign = loaded.find((name) => !builtInPlugins.some((plugin) => plugin.name === name));
  if (foreign !== undefined) {
    throw invalid(
      `Cannot load plugin '${foreign}': shared objects cannot be loaded`,
      `Built in are ${builtInPlugins.map(({ name }) => name).join(', ')}. Take '${foreign}' out of load_plugins.`,
    );
  }
}

const shortestIntervalMs = 100;

function checkMetrics(config: FalcoConfig): void {
  if (config.flag('metrics.enabled') && parseDuration(metricsInterval(config)) < shortestIntervalMs) {
    throw invalid(
      'Metrics interval must have a minimum value of 100ms and reflect a Prometheus compliant time duration format',
      'Examples of metrics.interval: 30s, 15m, 1h.',
    );
  }
}

/** The default is a number of milliseconds without a unit. */
export function metricsInterval(config: FalcoConfig): string {
  const text = config.text('metrics.interval');
  return config.has('metrics.interval') || !/^\d+$/.test(text) ? text : `${text}ms`;
}

const maxPort = 65_535;

function checkWebServer(config: FalcoConfig): void {
  const port = config.number('webserver.listen_port');
  if (config.flag('webserver.enabled') && (port < 0 || port > maxPort)) {
    throw invalid(`webserver.listen_port: ${port} is no port`);
  }
  const endpoint = config.text('webserver.k8s_healthz_endpoint');
  if (config.flag('webserver.enabled') && !endpoint.startsWith('/')) {
    throw invalid(`webserver.k8s_healthz_endpoint: '${endpoint}' does not begin with a slash`);
  }
}

function invalid(message: string, hint?: string): AppError {
  return new AppError('config.invalid', message, { hint });
}
