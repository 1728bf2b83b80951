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
  | { readonly kind: 'live' }
  | { readonly kind: 'none' }
);

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
    if (enabled.has('k8s_audit')) {
      throw twoSources();
    }
    return { kind: 'live', name: 'syscall', engine: liveEngine(kind) };
  }
  if (!enabled.has('k8s_audit')) {
    return { kind: 'none', name: 'syscall', engine: 'nodriver' };
  }
  if (listen !== undefined) {
    const endpoint = endpointOfOption(listen, textOption(values, 'k8s-audit-token-file') ?? null, config);
    return { kind: 'webhook', name: 'k8s_audit', engine: 'source_plugin', endpoint };
  }
  return auditSource(openParams ?? '', values, config);
}

function auditSource(openParams: string, values: OptionValues, config: FalcoConfig): EventSource {
  if (/^https?:\/\//.test(openParams)) {
    const endpoint = endpointOfUrl(openParams, textOption(values, 'k8s-audit-token-file') ?? null, config);
    return { kind: 'webhook', name: 'k8s_audit', engine: 'source_plugin', endpoint };
  }
  const path = openParams.replace(/^file:\/\//, '').trim();
  return { kind: 'replay', name: 'k8s_audit', engine: 'source_plugin', capture: path };
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

function twoSources(): AppError {
  return sourceError(
    'system calls and audit events need a process each',
    'Add --enable-source syscall to one and --enable-source k8s_audit to the other.',
  );
}

/** The kernel module has gone; the eBPF sensor does what it did. */
function liveEngine(kind: string): string {
  if (kind !== 'modern_ebpf' && kind !== 'kmod') {
    throw sourceError(`engine.kind: ${kind} cannot deliver events`, 'Set engine.kind: modern_ebpf.');
  }
  return 'modern_ebpf';
}
