import type { EventView } from '../event.ts';
import { defineFields, type Field, type FieldArgument } from '../field.ts';
import type { KubernetesObject, PodMeta } from '../state.ts';

type ObjectOf = (pod: PodMeta) => KubernetesObject | null;

export const fieldClass = defineFields({
  id: 'k8smeta',
  doc: 'The Kubernetes pod of the process and what it belongs to, as the Kubernetes API knows them.',
  sources: ['syscall'],
  fields: [
    ...objectFields('pod', 'pod', (pod) => pod),
    {
      name: 'k8smeta.pod.ip',
      type: 'CHARBUF' as const,
      doc: 'Address of the pod.',
      liveOnly: true,
      extract: (event: EventView) => podOf(event)?.ip || null,
    },
    ...objectFields('ns', 'namespace of the pod', (pod) => pod.namespace),
    ...objectFields('deployment', 'deployment of the pod', (pod) => pod.deployment),
    serviceField('name', 'Names of the services that lead to the pod.', (service) => [service.name]),
    serviceField('uid', 'Uids of the services that lead to the pod.', (service) => [service.uid]),
    {
      ...serviceField('label', 'Values of one label at the services that lead to the pod.', labelValue),
      argument: 'required' as const,
      argumentKinds: ['key' as const],
    },
    serviceField('labels', 'Labels of the services that lead to the pod, as key:value.', labelTexts),
    ...objectFields('rs', 'replica set of the pod', (pod) => pod.replicaSet),
    ...objectFields('rc', 'replication controller of the pod', (pod) => pod.replicationController),
  ].map((field) =>
    ['k8smeta.pod.name', 'k8smeta.ns.name'].includes(field.name) ? { ...field, suggested: true } : field,
  ),
});

function podOf({ thread, state }: EventView): PodMeta | null {
  return thread === null ? null : (state.podMeta?.(thread) ?? null);
}

function objectFields(id: string, description: string, objectOf: ObjectOf): Field[] {
  return [
    objectField(`k8smeta.${id}.name`, `Name of the ${description}.`, objectOf, (object) => object.name),
    objectField(`k8smeta.${id}.uid`, `Uid of the ${description}.`, objectOf, (object) => object.uid),
    {
      ...objectField(
        `k8smeta.${id}.label`,
        `Value of one label of the ${description}.`,
        objectOf,
        (object, argument) => object.labels.get(String(argument)) ?? null,
      ),
      argument: 'required',
      argumentKinds: ['key'],
    },
    {
      ...objectField(
        `k8smeta.${id}.labels`,
        `Labels of the ${description}, as key:value.`,
        objectOf,
        (object) => filled(labelTexts(object)),
      ),
      list: true,
    },
  ];
}

function objectField(
  name: string,
  doc: string,
  objectOf: ObjectOf,
  valueOf: (object: KubernetesObject, argument: FieldArgument) => string | readonly string[] | null,
): Field {
  return {
    name,
    type: 'CHARBUF',
    doc,
    liveOnly: true,
    extract(event, argument) {
      const pod = podOf(event);
      const object = pod === null ? null : objectOf(pod);
      return object === null ? null : valueOf(object, argument);
    },
  };
}

function serviceField(
  property: string,
  doc: string,
  valuesOf: (service: KubernetesObject, argument: FieldArgument) => readonly string[],
): Field {
  return {
    name: `k8smeta.svc.${property}`,
    type: 'CHARBUF',
    doc,
    list: true,
    liveOnly: true,
    extract: (event, argument) =>
      filled((podOf(event)?.services ?? []).flatMap((service) => valuesOf(service, argument))),
  };
}

function labelValue(object: KubernetesObject, argument: FieldArgument): string[] {
  const value = object.labels.get(String(argument));
  return value === undefined ? [] : [value];
}

function labelTexts(object: KubernetesObject): string[] {
  return Array.from(object.labels, ([key, value]) => `${key}:${value}`);
}

// An empty list is no value.
function filled(texts: readonly string[]): readonly string[] | null {
  return texts.length === 0 ? null : texts;
}
