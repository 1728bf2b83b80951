import { AppError, type Log, unreadable } from '@lanner/core';
import {
  dockerCredentials,
  httpsFetch,
  registryAccess,
  type RegistryAccess,
  type RegistryLogin,
} from '@lanner/runtimes';
import { readFileSync } from 'node:fs';
import { dockerEffects } from '../rules/docker-effects.ts';
import type { ScanSettings } from './options.ts';

export interface RegistrySettings {
  readonly settings: ScanSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Access to registries as the settings say. Throws AppError 'usage.invalid' for passwords that do not pair. */
export function registryFor({ settings, env, signal, log }: RegistrySettings): RegistryAccess {
  const trust = trustOf(settings, env);
  const ask = trust.insecure || trust.ca !== undefined ? httpsFetch(trust) : globalThis.fetch;
  const docker = dockerEffects(env);
  return registryAccess({
    fetch: (input, init) =>
      ask(input, { ...init, signal: AbortSignal.any([signal, ...(init?.signal ? [init.signal] : [])]) }),
    log,
    credentials: (registry) => dockerCredentials(registry, docker),
    allowHttp: trust.insecure,
    logins: loginsOf(settings),
    mirrors: mirrorsOf(settings),
  });
}

/** Which certificates are trusted. Throws AppError 'file.read' for those that cannot be read. */
export function trustOf(
  settings: ScanSettings,
  env: RegistrySettings['env'] = {},
): { readonly insecure: boolean; readonly ca?: readonly string[] } {
  const certificates = settings.text('cacert');
  return {
    insecure: settings.isOn('insecure') || env['TRIVY_NON_SSL'] === 'true',
    ...(certificates === undefined ? {} : { ca: [readText(certificates)] }),
  };
}

function loginsOf(settings: ScanSettings): RegistryLogin[] {
  const names = settings.list('registry.username');
  const passwords = settings.isOn('registry.password-stdin')
    ? [readFileSync(0, 'utf8').replace(/\r?\n$/, '')]
    : settings.list('registry.password');
  if (names.length !== passwords.length) {
    throw new AppError(
      'usage.invalid',
      `there are ${names.length} user names and ${passwords.length} passwords`,
      {
        hint: 'Give as many of --username as of --password.',
      },
    );
  }
  const token = settings.text('registry.token');
  return [
    ...names.map((username, i) => ({ kind: 'password' as const, username, password: passwords[i] ?? '' })),
    ...(token === undefined ? [] : [{ kind: 'token' as const, token }]),
    { kind: 'keychain' },
    { kind: 'anonymous' },
  ];
}

function mirrorsOf(settings: ScanSettings): Record<string, string[]> {
  const value = settings.raw('registry.mirrors');
  if (value === undefined) {
    return {};
  }
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.map(([registry, mirrors]) => {
      if (!Array.isArray(mirrors) || !mirrors.every((mirror) => typeof mirror === 'string')) {
        throw new AppError('config.invalid', `registry.mirrors of ${registry} is no list of registries`);
      }
      return [registry, mirrors] as const;
    }),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}
