import type { ContainerDescription } from './description.ts';
import { objectOf, parseJson, stringMapOf } from './json.ts';

type Annotations = Readonly<Record<string, string>>;

/** Labels that the kubelet gives; CRI-O has them as annotations too. */
const kubeletLabels = [
  'io.kubernetes.pod.name',
  'io.kubernetes.pod.namespace',
  'io.kubernetes.pod.uid',
  'io.kubernetes.container.name',
];

/** What containerd's CRI and CRI-O note in the configuration that runc gets. */
export function describeAnnotations(annotations: Annotations): Partial<ContainerDescription> {
  const get = (...names: readonly string[]): string =>
    names.map((name) => annotations[name] ?? '').find((text) => text !== '') ?? '';
  const sandboxId = get('io.kubernetes.cri.sandbox-id', 'io.kubernetes.cri-o.SandboxID');
  const name = get(
    'io.kubernetes.cri.container-name',
    'io.kubernetes.container.name',
    'io.kubernetes.cri.sandbox-name',
  );
  const image = get('io.kubernetes.cri.image-name', 'io.kubernetes.cri-o.ImageName');
  const kind = get('io.kubernetes.cri.container-type', 'io.kubernetes.cri-o.ContainerType');
  return {
    labels: labelsOf(annotations),
    is_pod_sandbox: kind === 'sandbox',
    ...(sandboxId === '' ? {} : { pod_sandbox_id: sandboxId }),
    ...(name === '' ? {} : { name }),
    ...(image === '' ? {} : { image }),
    ...(annotations['io.kubernetes.cri-o.PrivilegedRuntime'] === 'true' ? { privileged: true } : {}),
  };
}

function labelsOf(annotations: Annotations): Record<string, string> {
  const labels = stringMapOf(objectOf(parseLabels(annotations['io.kubernetes.cri-o.Labels'])));
  const pod = {
    'io.kubernetes.pod.name': annotations['io.kubernetes.cri.sandbox-name'],
    'io.kubernetes.pod.namespace': annotations['io.kubernetes.cri.sandbox-namespace'],
    'io.kubernetes.pod.uid': annotations['io.kubernetes.cri.sandbox-uid'],
    ...Object.fromEntries(
      kubeletLabels.filter((name) => name in annotations).map((name) => [name, annotations[name]]),
    ),
  };
  for (const [name, value] of Object.entries(pod)) {
    if (value !== undefined) {
      labels[name] ??= value;
    }
  }
  return labels;
}

function parseLabels(text: string | undefined): unknown {
  return text === undefined || !text.startsWith('{') ? {} : parseJson(text);
}
