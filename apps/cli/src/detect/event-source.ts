import type { FalcoConfig } from '@lanner/api';
import { AppError } from '@lanner/core';
import { listOption, type OptionValues, textOption } from '../command.ts';
import type { DetectSettings } from './settings.ts';
import { type AuditEndpoint, endpointOfOption, endpointOfUrl } from './audit-endpoint.ts';

/** Where the events of a run come from. */
export type EventSource = {
  /** Name of Falco's event source. */
  readonly name: string;
  /** Falco's name of the engine; null for replays, of which Falco names none. */
  readonly engine: string | null;
} & (
  | { readonly kind: 'replay'; readonly capture: string }
  | { readonly kind: 'webhook'; readonly endpoint: AuditEndpoint }
  /** With `audit` the audit webhook is received in the same process. */
  | { readonly kind: 'live'; readonly audit: AuditEndpoint | null }
  | { readonly kind: 'none' }
);

export type LiveEvents = Extract<EventSource, { readonly kind: 'live' }>;

/** What is read in the thread that asks for it: everything but the living machine. */
export type LocalSource = Exclude<EventSource, { readonly kind: 'live' }>;

/**
 * Chooses between a capture, the living machine, the audit webhook and no events at all (`engine.kind: nodriver`).
 * Throws AppError 'config.invalid' for sources that do not exist or cannot be read here.
 */
export function chooseSource({ config, capture }: DetectSettings, values: OptionValues): EventSource {
  if (capture !== null) {
    return { kind: 'replay', name: 'syscall', engine: null, capture };
  }
  const listen = textOption(values, 'k8s-audit-listen');
  const openParams = auditParams(config);
  const hasAudit = listen !== undefined || openParams !== null;
  const enabled = enabledSources(hasAudit ? ['syscall', 'k8s_audit'] : ['syscall'], values);
  const kind = config.text('engine.kind');
  if (enabled.has('syscall') && kind !== 'nodriver') {
    const audit = enabled.has('k8s_audit') ? auditSource(listen, openParams, values, config) : null;
    if (audit?.kind === 'replay') {
      throw recordsBesideMachine();
    }
    return {
      kind: 'live',
      name: 'syscall',
      engine: liveEngine(kind),
      audit: audit === null ? null : audit.endpoint,
    };
  }
  if (!enabled.has('k8s_audit')) {
    return { kind: 'none', name: 'syscall', engine: 'nodriver' };
  }
  return auditSource(listen, openParams, values, config);
}

/** Where audit events come from: the option goes before the configuration. */
function auditSource(
  listen: string | undefined,
  openParams: string | null,
  values: OptionValues,
  config: FalcoConfig,
): Extract<EventSource, { readonly kind: 'webhook' | 'replay' }> {
  const tokenFile = textOption(values, 'k8s-audit-token-file') ?? null;
  const of = { name: 'k8s_audit', engine: 'source_plugin' };
  if (listen !== undefined) {
    return { ...of, kind: 'webhook', endpoint: endpointOfOption(listen, tokenFile, config) };
  }
  const params = openParams ?? '';
  if (/^https?:\/\//.test(params)) {
    return { ...of, kind: 'webhook', endpoint: endpointOfUrl(params, tokenFile, config) };
  }
  return { ...of, kind: 'replay', capture: params.replace(/^file:\/\//, '').trim() };
}

/** The `open_params` of k8saudit when the configuration loads it; null otherwise. */
function auditParams(config: FalcoConfig): string | null {
  const { openParams } = config.plugin('k8saudit');
  const isLoaded = !config.has('load_plugins') || config.texts('load_plugins').includes('k8saudit');
  return openParams !== '' && isLoaded ? openParams : null;
}

/** The sources that remain under --enable-source and --disable-source, by Falco's rules and in its words. */
export function enabledSources(loaded: readonly string[], values: OptionValues): Set<string> {
  const enable = listOption(values, 'enable-source');
  const disable = listOption(values, 'disable-source');
  if (enable.length > 0 && disable.length > 0) {
    throw sourceError('You can not mix --enable-source and --disable-source');
  }
  const verb = enable.length > 0 ? 'enabling' : 'disabling';
  const unknown = [...enable, ...disable].find((source) => !loaded.includes(source));
  if (unknown !== undefined) {
    throw sourceError(
      `Attempted ${verb} an unknown event source: ${unknown}`,
      `Loaded are ${loaded.join(', ')}; k8s_audit is with --k8s-audit-listen or open_params of k8saudit.`,
    );
  }
  const enabled = new Set(enable.length > 0 ? enable : loaded.filter((source) => !disable.includes(source)));
  if (enabled.size === 0) {
    throw sourceError('Must enable at least one event source');
  }
  return enabled;
}

function sourceError(message: string, hint?: string): AppError {
  return new AppError('config.invalid', message, { hint });
}

function recordsBesideMachine(): AppError {
  return sourceError(
    'a file of audit records is read to its end, the living machine has none',
    'Give k8saudit an address in open_params, or add --enable-source syscall or --enable-source k8s_audit.',
  );
}

/** The kernel module has gone; the eBPF sensor does what it did. */
function liveEngine(kind: string): string {
  if (kind !== 'modern_ebpf' && kind !== 'kmod') {
    throw sourceError(`engine.kind: ${kind} cannot deliver events`, 'Set engine.kind: modern_ebpf.');
  }
  return 'modern_ebpf';
}
