import { defineFields, type Field, type FieldArgument } from '../field.ts';
import { followKeys } from '../lib/json-pointer.ts';
import { jsonItems, jsonMember, type JsonNode, jsonText } from '../lib/json-text.ts';
import {
  auditIndexedField,
  auditSource,
  completeTexts,
  presentTexts,
  type ReadAudit,
} from '../lib/k8s-audit.ts';
import { type ContainerList, containerValues, imageRepository } from '../lib/k8s-containers.ts';

export const fieldClass = defineFields({
  id: 'k8saudit-containers',
  className: 'k8saudit',
  doc: 'The containers of the pod that a request to the Kubernetes API sends; an index picks one of them.',
  sources: [auditSource],
  fields: [
    ...listFields('containers', 'containers'),
    hostPorts('containers', 'containers'),
    ...listFields('initContainers', 'init containers'),
    hostPorts('initContainers', 'init containers'),
    // Ephemeral containers cannot have ports.
    ...listFields('ephemeralContainers', 'ephemeral containers'),
  ],
});

type Read = (record: JsonNode, list: ContainerList, index: FieldArgument) => string[] | null;

function listFields(list: ContainerList, what: string): Field[] {
  return [
    field(list, 'name', `Names of the ${what}.`, (...of) => completeTexts(containerValues(...of, 'name'))),
    field(list, 'image', `Images of the ${what}.`, images),
    field(
      list,
      'image.repository',
      `Images of the ${what} without tag and digest.`,
      (...of) => images(...of)?.map(imageRepository) ?? null,
    ),
    field(list, 'command', `Commands of the ${what}, their words joined by spaces.`, joinedWords('command')),
    field(list, 'args', `Arguments of the ${what}, joined by spaces.`, joinedWords('args')),
    field(
      list,
      'privileged',
      `Whether each of the ${what} runs privileged, where it says so.`,
      setting('privileged'),
    ),
    field(
      list,
      'allow_privilege_escalation',
      `Whether each of the ${what} may gain privileges, where it says so.`,
      setting('allowPrivilegeEscalation'),
    ),
    field(
      list,
      'read_only_fs',
      `Whether each of the ${what} has a read-only root file system, where it says so.`,
      setting('readOnlyRootFilesystem'),
    ),
    field(list, 'run_as_user', `User ids that the ${what} set for themselves.`, setting('runAsUser')),
    field(
      list,
      'eff_run_as_user',
      `User ids of the ${what}; what is not set is taken from the pod, or is 0. Only read where Falco looks: beside the name, not in the security context.`,
      effective('runAsUser'),
    ),
    field(list, 'run_as_group', `Group ids that the ${what} set for themselves.`, setting('runAsGroup')),
    field(
      list,
      'eff_run_as_group',
      `Group ids of the ${what}; what is not set is taken from the pod, or is 0. Only read where Falco looks: beside the name, not in the security context.`,
      effective('runAsGroup'),
    ),
    field(
      list,
      'proc_mount',
      `How the ${what} see /proc, where they say so: Default or Unmasked.`,
      setting('procMount'),
    ),
    field(
      list,
      'add_capabilities',
      `Capabilities that the ${what} get in addition, one JSON list for each of them that has any.`,
      setting('capabilities', 'add'),
    ),
  ];
}

function field(list: ContainerList, name: string, doc: string, read: Read): Field {
  return auditIndexedField(`ka.req.pod.${list}.${name}`, doc, bind(list, read));
}

function bind(list: ContainerList, read: Read): ReadAudit {
  return (record, index) => read(record, list, index);
}

function images(...of: Parameters<Read>): string[] | null {
  return completeTexts(containerValues(...of, 'image'));
}

function setting(...keys: readonly string[]): Read {
  return (...of) => presentTexts(containerValues(...of, 'securityContext', ...keys));
}

// Falco looks for these two keys in the container and in the pod itself, where Kubernetes never has them.
function effective(key: string): Read {
  return function read(record, list, index) {
    const ofPod = followKeys(record, ['requestObject', 'spec', key]);
    const fallback = ofPod === null ? '0' : jsonText(ofPod);
    const values = containerValues(record, list, index, key);
    return values && values.map((value) => (value === null ? fallback : jsonText(value)));
  };
}

function joinedWords(key: string): Read {
  return function read(...of) {
    const lists = containerValues(...of, key);
    const texts = lists && lists.filter((list) => list !== null).map(wordsOf);
    return texts !== null && texts.every((text) => text !== null) ? texts : null;
  };
}

function wordsOf(list: JsonNode): string | null {
  const words = jsonItems(list);
  return list.kind === 'array' && words.every(({ kind }) => kind === 'string')
    ? words.map(jsonText).join(' ')
    : null;
}

function hostPorts(list: ContainerList, what: string): Field {
  return field(
    list,
    'host_port',
    `Ports of the host that the ${what} take; the port of the container where no other is asked for.`,
    function read(...of) {
      const lists = containerValues(...of, 'ports');
      const present = lists && lists.filter((ports) => ports !== null);
      if (present === null || present.some(({ kind }) => kind !== 'array')) {
        return null;
      }
      return present
        .flatMap(jsonItems)
        .map((port) => jsonMember(port, 'hostPort') ?? jsonMember(port, 'containerPort'))
        .filter((port) => port !== null)
        .map(jsonText);
    },
  );
}
