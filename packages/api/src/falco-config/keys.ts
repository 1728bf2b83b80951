import { nearest } from '@lanner/core';
import keys from './keys.json' with { type: 'json' };

export type KeyType = 'string' | 'boolean' | 'integer' | 'number' | 'object' | 'array' | 'any';

/** One key of falco.yaml. `[]` in a key stands for every entry of a list. */
export interface ConfigKey {
  readonly key: string;
  readonly type: KeyType;
  readonly items?: string;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** What the file that Falco ships says: the value when there is no configuration file at all. */
  readonly shipped?: unknown;
  /** What Falco takes when a configuration file lacks the key. */
  readonly default?: unknown;
  /** honoured: it does what it says. satisfied: what it asks for holds anyway; `note` says how. */
  readonly class: 'honoured' | 'satisfied';
  readonly note?: string;
  /** Has an effect on live capture only. */
  readonly live?: boolean;
}

/** A key that Falco once had: read, reported, and without effect beyond what `note` says. */
export interface RemovedKey {
  readonly key: string;
  readonly since: string;
  readonly note: string;
}

// The JSON holds exactly these members; its literal types are too narrow for the compiler to see it.
export const configKeys = keys as readonly ConfigKey[];

/** Under these any key is allowed: the user names them. */
export const openObjects: ReadonlySet<string> = new Set([
  'static_fields',
  'plugins[].init_config',
  'append_output[].extra_fields[]',
]);

const byKey = new Map(configKeys.map((entry) => [entry.key, entry]));

/** Keys of earlier versions. */
export const removedKeys: readonly RemovedKey[] = [
  {
    key: 'grpc',
    since: '0.44',
    note: 'The gRPC server was removed. Use http_output or the server of Lanner.',
  },
  { key: 'grpc_output', since: '0.44', note: 'The gRPC output was removed. Use http_output.' },
  {
    key: 'outputs',
    since: '0.34',
    note: 'The rate limiter of outputs was removed; bursts are folded where alerts are stored.',
  },
  { key: 'syscall_buf_size_preset', since: '0.38', note: 'Set engine.modern_ebpf.buf_size_preset.' },
  { key: 'syscall_drop_failed_exit', since: '0.38', note: 'Set engine.modern_ebpf.drop_failed_exit.' },
  { key: 'modern_bpf', since: '0.38', note: 'Set engine.modern_ebpf.cpus_for_each_buffer.' },
  {
    key: 'engine.ebpf',
    since: '0.43',
    note: 'The legacy eBPF probe was removed. Set engine.kind: modern_ebpf.',
  },
  { key: 'engine.gvisor', since: '0.43', note: 'The gVisor engine was removed.' },
  { key: 'gvisor', since: '0.43', note: 'The gVisor engine was removed.' },
  { key: 'metadata_download', since: '0.38', note: 'Kubernetes metadata comes from the container runtime.' },
  { key: 'container_engines', since: '0.41', note: 'Container runtimes are found by themselves.' },
  { key: 'rule_matching_strategy', since: '0.37', note: 'Set rule_matching.' },
  { key: 'falco_libs.thread_table_max_size', since: '0.40', note: 'Set falco_libs.thread_table_size.' },
  { key: 'json_include_uuid_property', since: '0.43', note: 'Alerts carry no uuid.' },
];

export function findKey(pattern: string): ConfigKey | undefined {
  return byKey.get(pattern);
}

export function findRemoved(pattern: string): RemovedKey | undefined {
  return removedKeys.find(({ key }) => key === pattern);
}

/** Names of the keys directly below a pattern ('' for the top). */
export function childNames(parent: string): string[] {
  const prefix = parent === '' ? '' : `${parent}.`;
  const names = configKeys
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ key }) => key.slice(prefix.length).split(/[.[]/)[0] ?? '');
  return [...new Set(names)].filter((name) => name !== '');
}

/** The known name that differs only in case, underscores and hyphens: `jsonOutput` is `json_output`. */
export function respelt(parent: string, name: string): string | null {
  const fold = (text: string): string => text.replace(/[_-]/g, '').toLowerCase();
  return childNames(parent).find((candidate) => fold(candidate) === fold(name)) ?? null;
}

export function nearestKey(parent: string, name: string): string | null {
  return nearest(name, childNames(parent));
}
