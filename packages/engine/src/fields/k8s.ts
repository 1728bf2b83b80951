import type { EventView } from '../event.ts';
import { defineFields, type Field } from '../field.ts';
import { containerOf, sandboxOf, shortIdLength } from '../lib/containers.ts';
import { labelsText } from '../lib/labels.ts';
import type { Container } from '../state.ts';

/** Kinds of objects that Falco took from the Kubernetes API in former versions. */
const removedKinds = [
  ['rc', 'replication controller', true],
  ['svc', 'service', true],
  ['ns', 'namespace', false],
  ['rs', 'replica set', true],
  ['deployment', 'deployment', true],
] as const;

export const fieldClass = defineFields({
  id: 'k8s',
  className: 'container',
  doc: 'The Kubernetes pod of the container that the process runs in, as its runtime knows it.',
  sources: ['syscall'],
  fields: [
    { ...labelField('k8s.pod.name', 'Name of the pod.', 'io.kubernetes.pod.name'), suggested: true },
    { ...labelField('k8s.ns.name', 'Namespace of the pod.', 'io.kubernetes.pod.namespace'), suggested: true },
    labelField('k8s.pod.id', 'Uid of the pod, under its former name.', 'io.kubernetes.pod.uid'),
    labelField('k8s.pod.uid', 'Uid of the pod.', 'io.kubernetes.pod.uid'),
    containerField(
      'k8s.pod.sandbox_id',
      "First twelve characters of the id of the pod's sandbox.",
      (container) => container.podSandboxId.slice(0, shortIdLength),
    ),
    containerField(
      'k8s.pod.full_sandbox_id',
      "Whole id of the pod's sandbox.",
      (container) => container.podSandboxId,
    ),
    {
      name: 'k8s.pod.label',
      type: 'CHARBUF',
      doc: 'Value of one label of the pod.',
      argument: 'required',
      argumentKinds: ['key'],
      extract(event, argument) {
        const container = containerOf(event);
        if (container === null) {
          return null;
        }
        const key = String(argument);
        return (
          separateSandbox(event, container)?.podSandboxLabels.get(key) ??
          container.podSandboxLabels.get(key) ??
          null
        );
      },
    },
    containerField('k8s.pod.labels', 'Labels of the pod as key:value.', (container, event) =>
      labelsText((separateSandbox(event, container) ?? container).podSandboxLabels),
    ),
    containerField('k8s.pod.ip', 'IPv4 address of the pod.', (container, event) =>
      container.cniJson === '' ? (sandboxOf(event, container)?.ip ?? null) : container.ip,
    ),
    containerField(
      'k8s.pod.cni.json',
      'What the network plugin answered when the pod was made, as JSON.',
      (container, event) =>
        container.cniJson === '' ? (sandboxOf(event, container)?.cniJson ?? null) : container.cniJson,
    ),
    ...removedKinds.flatMap(([kind, description, hasName]) => [
      ...(hasName ? [removedField(`k8s.${kind}.name`, `Name of the ${description} of the pod`)] : []),
      removedField(`k8s.${kind}.id`, `Uid of the ${description} of the pod`),
      {
        ...removedField(`k8s.${kind}.label`, `Value of one label of the ${description} of the pod`),
        argument: 'required' as const,
        argumentKinds: ['key' as const],
      },
      removedField(`k8s.${kind}.labels`, `Labels of the ${description} of the pod`),
    ]),
  ],
});

function containerField(
  name: string,
  doc: string,
  textOf: (container: Container, event: EventView) => string | null,
): Field {
  return {
    name,
    type: 'CHARBUF',
    doc,
    extract(event) {
      const container = containerOf(event);
      return container === null ? null : textOf(container, event);
    },
  };
}

function labelField(name: string, doc: string, label: string): Field {
  return containerField(name, doc, (container) => container.labels.get(label) ?? null);
}

// Runtimes that answer with the network say the pod's labels in the same breath.
function separateSandbox(event: EventView, container: Container): Container | null {
  return container.cniJson === '' ? sandboxOf(event, container) : null;
}

function removedField(name: string, doc: string): Field {
  return {
    name,
    type: 'CHARBUF',
    doc: `${doc}; never has a value.`,
    deprecated: `Use ${name.replace('k8s.', 'k8smeta.').replace(/\.id$/, '.uid')} instead.`,
    extract: () => null,
  };
}
