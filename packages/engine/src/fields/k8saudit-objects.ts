import { defineFields, type FieldArgument } from '../field.ts';
import {
  auditField,
  auditIndexedField,
  auditKeyedField,
  auditListField,
  auditSource,
  presentTexts,
  type ReadAudit,
  textAt,
  textsAt,
  valuesAt,
} from '../lib/k8s-audit.ts';
import { jsonMembers, type JsonNode, jsonText, unescapeJson } from '../lib/json-text.ts';
import { containerValues, imageRepository } from '../lib/k8s-containers.ts';

export const fieldClass = defineFields({
  id: 'k8saudit-objects',
  className: 'k8saudit',
  doc: 'The pod, service or configuration map that a request to the Kubernetes API sends.',
  sources: [auditSource],
  fields: [
    auditField('ka.req.configmap.name', 'Name of the configuration map.', textAt('objectRef', 'name')),
    auditField(
      'ka.req.configmap.obj',
      'Data of the configuration map as JSON.',
      textAt('requestObject', 'data'),
    ),
    auditField(
      'ka.req.container.image',
      'Image of the first container; `ka.req.pod.containers.image` has all of them.',
      firstImage,
    ),
    auditField(
      'ka.req.container.image.repository',
      'Image of the first container without tag and digest; `ka.req.pod.containers.image.repository` has all of them.',
      firstRepository,
    ),
    auditField('ka.req.container.host_network', 'Same as `ka.req.pod.host_network`.', spec('hostNetwork')),
    auditField(
      'ka.req.container.privileged',
      'Whether some container of the pod runs privileged; `ka.req.pod.containers.privileged` tells each.',
      isAnyPrivileged,
    ),
    auditField(
      'ka.req.pod.host_ipc',
      "Whether the pod shares the host's shared memory and semaphores.",
      spec('hostIPC'),
    ),
    auditField('ka.req.pod.host_network', "Whether the pod uses the host's network.", spec('hostNetwork')),
    auditField('ka.req.pod.host_pid', "Whether the pod sees the host's processes.", spec('hostPID')),
    auditField(
      'ka.req.pod.run_as_user',
      'User id that the pod sets for its containers.',
      spec('securityContext', 'runAsUser'),
    ),
    auditField(
      'ka.req.pod.run_as_group',
      'Group id that the pod sets for its containers.',
      spec('securityContext', 'runAsGroup'),
    ),
    auditField(
      'ka.req.pod.fs_group',
      'Group id that owns the volumes of the pod.',
      spec('securityContext', 'fsGroup'),
    ),
    auditListField(
      'ka.req.pod.supplemental_groups',
      'Group ids that the processes of the pod get in addition.',
      textsAt('requestObject', 'spec', 'securityContext', 'supplementalGroups'),
    ),
    auditField(
      'ka.req.service.type',
      'Type of the service: ClusterIP, NodePort, LoadBalancer or ExternalName.',
      spec('type'),
    ),
    auditIndexedField(
      'ka.req.service.ports',
      'All ports of the service as one JSON text; an index changes nothing.',
      (record, index) => presentTexts(valuesAt(record, index, ['requestObject', 'spec', 'ports'])),
    ),
    auditIndexedField(
      'ka.req.pod.volumes.hostpath',
      'Paths of the host that the volumes of the pod show.',
      volumeTexts('hostPath', 'path'),
    ),
    auditKeyedField(
      'ka.req.volume.hostpath',
      'Whether a volume of the pod shows this path of the host; a `*` at the end stands for any rest.',
      hasHostPath,
    ),
    auditIndexedField(
      'ka.req.pod.volumes.flexvolume_driver',
      'Drivers of the FlexVolumes of the pod.',
      volumeTexts('flexVolume', 'driver'),
    ),
    auditIndexedField(
      'ka.req.pod.volumes.volume_type',
      'Types of the volumes of the pod, such as secret or emptyDir.',
      volumeTypes,
    ),
  ],
});

function spec(...keys: readonly string[]): ReadAudit {
  return textAt('requestObject', 'spec', ...keys);
}

function firstImage(record: JsonNode): string | null {
  const image = containerValues(record, 'containers', 0, 'image')?.[0];
  return image ? jsonText(image) : null;
}

function firstRepository(record: JsonNode): string | null {
  const image = firstImage(record);
  return image === null ? null : imageRepository(image);
}

function isAnyPrivileged(record: JsonNode): string | null {
  const flags = containerValues(record, 'containers', undefined, 'securityContext', 'privileged');
  return flags && String(flags.some((flag) => flag?.kind === 'scalar' && jsonText(flag) === 'true'));
}

function volumeTexts(...keys: readonly string[]): ReadAudit {
  return function read(record, index) {
    return presentTexts(volumeValues(record, index, ...keys));
  };
}

function volumeValues(
  record: JsonNode,
  index: FieldArgument,
  ...keys: readonly string[]
): ReturnType<typeof valuesAt> {
  return valuesAt(record, index, ['requestObject', 'spec', 'volumes', ...keys]);
}

function hasHostPath(record: JsonNode, argument: FieldArgument): string | null {
  const wanted = String(argument);
  const paths = presentTexts(volumeValues(record, undefined, 'hostPath', 'path'));
  const prefix = wanted.endsWith('*') ? wanted.slice(0, -1) : null;
  return (
    paths && String(paths.some((path) => path === wanted || (prefix !== null && path.startsWith(prefix))))
  );
}

// Whatever a volume says besides its name is taken for its type.
function volumeTypes(record: JsonNode, index: FieldArgument): string[] | null {
  const volumes = volumeValues(record, index, '');
  return (
    volumes &&
    volumes
      .flatMap((volume) => (volume === null ? [] : jsonMembers(volume)))
      .map(({ rawKey }) => unescapeJson(rawKey))
      .filter((key) => key !== 'name')
  );
}
