import type { FalcoConfig } from '@lanner/api';
import { AppError } from '@lanner/core';
import { readFileSync } from 'node:fs';

/** Where the webhook listens, and what it accepts. */
export interface AuditEndpoint {
  /** Empty: every address. */
  readonly address: string;
  readonly port: number;
  readonly path: string;
  /** A PEM file with key and certificate; null for plain HTTP. */
  readonly tlsFile: string | null;
  /** Bearer token that requests must have; null for none. */
  readonly token: string | null;
  /** Largest single audit event and largest request, in bytes. */
  readonly maxEventBytes: number;
  readonly maxBodyBytes: number;
}

const defaultPath = '/k8s-audit';
const loopback = '127.0.0.1';

/** Reads `http://:9765/k8s-audit`; without a host it listens everywhere, as the plugin does. */
export function endpointOfUrl(url: string, tokenFile: string | null, config: FalcoConfig): AuditEndpoint {
  // No URL of the standard: its host may be left out.
  const match = /^(https?):\/\/(\[[^\]]*\]|[^:/]*)(?::(\d+))?(\/[^?#]*)?$/.exec(url.trim());
  const [, scheme = '', host = '', port = '', path = ''] = match ?? [];
  if (match === null) {
    throw invalid(`open_params of k8saudit: '${url}' is no address to listen on`);
  }
  const fallback = scheme === 'https' ? 443 : 80;
  return {
    ...limitsOf(config),
    address: host.replace(/^\[|\]$/g, ''),
    port: portOf(port === '' ? String(fallback) : port, url),
    path: path === '' ? '/' : path,
    tlsFile: scheme === 'https' ? initText(config, 'sslCertificate', '/etc/falco/falco.pem') : null,
    token: readToken(tokenFile),
  };
}

/** Reads `ADDRESS:PORT`, `:PORT` or `PORT`, with an optional path; loopback without an address. */
export function endpointOfOption(text: string, tokenFile: string | null, config: FalcoConfig): AuditEndpoint {
  const match = /^(?:(\[[^\]]*\]|[^:/]*):)?(\d+)(\/[^?#]*)?$/.exec(text.trim());
  if (match === null) {
    throw invalid(`--k8s-audit-listen '${text}' is not of the form ADDRESS:PORT`);
  }
  const [, host = '', port = '', path = defaultPath] = match;
  const address = host.replace(/^\[|\]$/g, '');
  return {
    ...limitsOf(config),
    address: address === '' ? loopback : address,
    port: portOf(port, text),
    path,
    tlsFile: null,
    token: readToken(tokenFile),
  };
}

function limitsOf(config: FalcoConfig): Pick<AuditEndpoint, 'maxEventBytes' | 'maxBodyBytes'> {
  return {
    maxEventBytes: initNumber(config, 'maxEventSize', 256 * 1024),
    maxBodyBytes: initNumber(config, 'webhookMaxBatchSize', 12 * 1024 * 1024),
  };
}

/** A member of the plugin's `init_config`, which is a map or the same as a text of JSON. */
function initText(config: FalcoConfig, name: string, fallback: string): string {
  const { initConfig } = config.plugin('k8saudit');
  if (initConfig instanceof Map) {
    const value = initConfig.get(name);
    return typeof value === 'string' && value !== '' ? value : fallback;
  }
  if (typeof initConfig !== 'string' || initConfig.trim() === '') {
    return fallback;
  }
  try {
    const value = (JSON.parse(initConfig) as Record<string, unknown> | null)?.[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : fallback;
  } catch (error) {
    throw new AppError('config.invalid', 'init_config of k8saudit is neither a map nor JSON', {
      cause: error,
    });
  }
}

function initNumber(config: FalcoConfig, name: string, fallback: number): number {
  const value = Number(initText(config, name, String(fallback)));
  if (!Number.isSafeInteger(value) || value <= 0) {
    throw new AppError('config.invalid', `init_config of k8saudit: ${name} is not a size in bytes`);
  }
  return value;
}

function portOf(text: string, whole: string): number {
  const port = Number(text);
  if (port > 65_535) {
    throw invalid(`'${whole}' has no valid port`);
  }
  return port;
}

function readToken(path: string | null): string | null {
  if (path === null) {
    return null;
  }
  let token: string;
  try {
    token = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new AppError('file.read', `the token file ${path} cannot be read`, {
      cause: error,
      hint: 'Check the path given with --k8s-audit-token-file.',
    });
  }
  if (token === '') {
    // Anybody could send an empty token.
    throw new AppError('config.invalid', `the token file ${path} is empty`);
  }
  return token;
}

function invalid(message: string): AppError {
  return new AppError('config.invalid', message, {
    hint: 'Examples: http://:9765/k8s-audit in open_params, --k8s-audit-listen 127.0.0.1:9765.',
  });
}
