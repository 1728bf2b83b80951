import type { PluginInfo } from '@lanner/engine';

/** The plugins that are built in under their names, with the versions whose behaviour they have. */
export const builtInPlugins: readonly PluginInfo[] = [
  { name: 'container', version: '0.7.1', asyncEvents: ['container', 'container_removed'] },
  { name: 'json', version: '0.7.4' },
  { name: 'k8saudit', version: '0.18.0', source: 'k8s_audit' },
  { name: 'k8smeta', version: '0.4.1' },
];

/** What each is for, for the list of plugins. */
export const pluginDocs: Readonly<Record<string, { doc: string; capabilities: readonly string[] }>> = {
  container: {
    doc: 'Containers: identity from cgroups, metadata from runtimes and captures',
    capabilities: ['Field Extraction', 'Event Parsing', 'Async Events'],
  },
  json: { doc: 'Fields of events that carry JSON', capabilities: ['Field Extraction'] },
  k8saudit: {
    doc: 'Kubernetes audit records from files and the webhook',
    capabilities: ['Event Sourcing (ID: 1, source: k8s_audit)', 'Field Extraction'],
  },
  k8smeta: { doc: 'Names of the objects that own a pod', capabilities: ['Field Extraction'] },
};
