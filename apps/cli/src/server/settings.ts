import { accessSync, constants, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { AppError, type Log } from '@lanner/core';
import {
  type ListenPlace,
  loadSidekickConfig,
  type OidcSettings,
  readOidcSettings,
  type ServerTls,
  type SidekickConfig,
} from '@lanner/hub';
import { flagOption, type OptionValues, textOption } from '../command.ts';

export interface ServerSettings {
  readonly dataFolder: string;
  readonly config: SidekickConfig;
  readonly api: ListenPlace & { readonly tls: ServerTls | null };
  readonly intake: ListenPlace & { readonly tls: ServerTls | null };
  /** Where agents are taken, always over TLS with certificates of both sides; null for nowhere. */
  readonly agents: ListenPlace | null;
  /** Paths that stay on plain HTTP beside TLS, and their port; null without TLS. */
  readonly plainIntake: { readonly paths: ReadonlySet<string>; readonly port: number } | null;
  /** How people sign in by a provider; null where they have passwords only. */
  readonly oidc: OidcSettings | null;
  readonly keepMs: number;
  readonly keepBytes: number;
  readonly notifyAll: boolean;
  readonly muteMs: number;
  readonly legacyMetrics: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws AppError 'config.invalid' or 'usage.invalid' for what cannot work; tells the rest. */
export function readServerSettings(values: OptionValues, env: Environment, log: Log): ServerSettings {
  const path = textOption(values, 'config') ?? env['LANNER_SERVER_CONFIG'] ?? '';
  const { config, problems } = loadSidekickConfig({
    text: path === '' ? null : readText(path),
    path,
    env,
    options: givenKeys(values),
    lenient: flagOption(values, 'lenient'),
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new AppError(
      'config.invalid',
      errors
        .map(({ key, message, hint }) => `${key} ${message}${hint === undefined ? '' : ` (${hint})`}`)
        .join('; '),
      {
        hint: 'Mend these keys, or pass --lenient to go on without those that are unknown.',
      },
    );
  }
  for (const { severity, key, message, hint } of problems) {
    log[severity === 'info' ? 'info' : 'warn']('configuration', {
      key,
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const intakeTls = config.flag('tlsserver.deploy') ? tlsServerOf(config) : null;
  return {
    dataFolder: dataFolderOf(values, env),
    config,
    api: apiAddress(values),
    intake: {
      address: intakeAddress(config, intakeTls),
      port: portOf(String(config.number('listenport')), 'listenport'),
      tls: intakeTls,
      setBy: 'listenport, or the variable LISTENPORT',
    },
    plainIntake:
      intakeTls === null || config.list('tlsserver.notlspaths').length === 0
        ? null
        : {
            paths: new Set(config.list('tlsserver.notlspaths')),
            port: portOf(String(config.number('tlsserver.notlsport')), 'tlsserver.notlsport'),
          },
    agents: agentsAddress(values),
    oidc: readOidcSettings(config, readText),
    keepMs: amount(values, 'keep-days', 30) * 86_400_000,
    keepBytes: amount(values, 'keep-mib', 1024) * 2 ** 20,
    notifyAll: flagOption(values, 'notify-all'),
    muteMs: amount(values, 'mute-minutes', 10) * 60_000,
    legacyMetrics: !flagOption(values, 'no-legacy-metrics'),
  };
}

/** Options that stand for keys of the configuration. */
const keyOptions = {
  'oidc-issuer': 'oidc.issuer',
  'oidc-client-id': 'oidc.clientid',
  'oidc-client-secret-file': 'oidc.clientsecretfile',
  'oidc-page-url': 'oidc.pageurl',
} as const;

function givenKeys(values: OptionValues): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const [option, key] of Object.entries(keyOptions)) {
    const text = textOption(values, option);
    if (text !== undefined) {
      given.set(key, text);
    }
  }
  return given;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('file.read', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
      hint: 'Check the path and its permissions.',
    });
  }
}

/** Where the server keeps everything. */
export function dataFolderOf(values: OptionValues, env: Environment): string {
  return textOption(values, 'data') ?? env['LANNER_DATA'] ?? usualFolder(env);
}

function usualFolder(env: Environment): string {
  const user = env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share');
  return process.getuid?.() === 0 || isWritable('/var/lib/lanner') ? '/var/lib/lanner' : join(user, 'lanner');
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    // Absent, or somebody else's.
    return false;
  }
}

function agentsAddress(values: OptionValues): ServerSettings['agents'] {
  const text = textOption(values, 'agents');
  return text === undefined ? null : addressOf('agents', text, '0.0.0.0:2803');
}

function addressOf(option: string, text: string, example: string): Required<ListenPlace> {
  const [, address = '', port = ''] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(text) ?? [];
  if (address === '' || port === '') {
    throw new AppError('usage.invalid', `--${option} ${text} is no address and port`, {
      hint: `Write it like ${example}.`,
    });
  }
  return { address, port: portOf(port, `--${option}`), setBy: `--${option}` };
}

function apiAddress(values: OptionValues): ServerSettings['api'] {
  const place = addressOf('listen', textOption(values, 'listen') ?? '127.0.0.1:2802', '127.0.0.1:2802');
  const cert = textOption(values, 'tls-cert');
  const key = textOption(values, 'tls-key');
  if ((cert === undefined) !== (key === undefined)) {
    throw new AppError('usage.invalid', '--tls-cert and --tls-key go together');
  }
  const tls = cert === undefined || key === undefined ? null : readTls({ cert, key, clientCa: null });
  if (tls === null && !isLoopback(place.address)) {
    throw new AppError('config.invalid', `page and API would listen on ${place.address} without TLS`, {
      hint: 'Give --tls-cert and --tls-key, or listen on 127.0.0.1.',
    });
  }
  return { ...place, tls };
}

// Upstream listens on all addresses without asking who sends.
function intakeAddress(config: SidekickConfig, tls: ServerTls | null): string {
  const address = config.text('listenaddress');
  if (address === '' || isLoopback(address)) {
    return address === '' ? '127.0.0.1' : address;
  }
  if (tls === null) {
    throw new AppError('config.invalid', `the intake would listen on ${address} without TLS`, {
      hint: 'Set tlsserver.deploy with a certificate, or listenaddress to 127.0.0.1.',
    });
  }
  return address;
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

function tlsServerOf(config: SidekickConfig): ServerTls {
  return readTls({
    cert: config.text('tlsserver.certfile'),
    key: config.text('tlsserver.keyfile'),
    clientCa: config.flag('tlsserver.mutualtls') ? config.text('tlsserver.cacertfile') : null,
  });
}

/** From paths. Throws AppError 'config.invalid' for what no server could be started with. */
function readTls({ cert, key, clientCa }: ServerTls): ServerTls {
  const tls = {
    cert: readText(cert),
    key: readText(key),
    clientCa: clientCa === null ? null : readText(clientCa),
  };
  try {
    createSecureContext({
      cert: tls.cert,
      key: tls.key,
      ...(tls.clientCa === null ? {} : { ca: tls.clientCa }),
    });
  } catch (error) {
    throw new AppError(
      'config.invalid',
      `${cert} and ${key} are no certificate with its key: ${(error as Error).message}`,
      { cause: error, hint: 'Both must be PEM files, and the key must be that of the certificate.' },
    );
  }
  return tls;
}

function portOf(text: string, name: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new AppError('config.invalid', `${name}: ${text} is no port`, {
      hint: 'Ports go from 1 to 65535; 0 takes a free one.',
    });
  }
  return port;
}

function amount(values: OptionValues, name: string, usual: number): number {
  const text = textOption(values, name);
  const value = text === undefined ? usual : Number(text);
  if (!Number.isFinite(value) || value < 0) {
    throw new AppError('usage.invalid', `--${name} ${text ?? ''} is no amount`);
  }
  return value;
}
