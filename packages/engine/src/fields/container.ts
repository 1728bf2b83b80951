import type { EventView } from '../event.ts';
import { defineFields, type Field } from '../field.ts';
import { containerIdOf, containerOf } from '../lib/containers.ts';
import { labelsText } from '../lib/labels.ts';
import { nonZero, unsignedDifference } from '../lib/numbers.ts';
import type { Container } from '../state.ts';

export const fieldClass = defineFields({
  id: 'container',
  doc: 'The container that the process runs in.',
  sources: ['syscall'],
  fields: [
    {
      name: 'container.id',
      type: 'CHARBUF',
      doc: 'First twelve characters of the container id, known from the control group alone; `host` outside of containers.',
      suggested: true,
      extract: containerIdOf,
    },
    textField('container.full_id', 'Whole container id.', (container) => container.fullId),
    {
      ...textField('container.name', 'Name of the container.', (container) => container.name),
      suggested: true,
    },
    textField('container.image', 'Image with its tag or digest.', (container) => container.image),
    textField('container.image.id', 'Id of the image.', (container) => container.imageId),
    {
      ...textField(
        'container.image.repository',
        'Image without its tag or digest.',
        (container) => container.imageRepository,
      ),
      suggested: true,
    },
    {
      ...textField('container.image.tag', 'Tag of the image.', (container) => container.imageTag),
      suggested: true,
    },
    textField(
      'container.image.digest',
      'Digest of the image in its registry.',
      (container) => container.imageDigest,
    ),
    textField(
      'container.type',
      'Kind of the container, such as docker, containerd or cri-o.',
      (container) => container.type,
    ),
    boolField(
      'container.privileged',
      'True for a container with all privileges.',
      (container) => container.privileged,
    ),
    textField('container.ip', 'IPv4 address of the container or of its pod.', (container) => container.ip),
    textField(
      'container.cni.json',
      'What the network plugin answered when the pod was made, as JSON.',
      (container) => container.cniJson,
    ),
    boolField(
      'container.host_pid',
      'True when the container shares the pid namespace of the host.',
      (container) => container.hostPid,
    ),
    boolField(
      'container.host_network',
      'True when the container shares the network of the host.',
      (container) => container.hostNetwork,
    ),
    boolField(
      'container.host_ipc',
      'True when the container shares the interprocess communication of the host.',
      (container) => container.hostIpc,
    ),
    {
      name: 'container.label',
      type: 'CHARBUF',
      doc: 'Value of one label of the container.',
      argument: 'required',
      argumentKinds: ['key'],
      extract: (event, argument) => containerOf(event)?.labels.get(String(argument)) ?? null,
    },
    textField('container.labels', 'Labels of the container as key:value.', (container) =>
      labelsText(container.labels),
    ),
    {
      name: 'container.start_ts',
      type: 'ABSTIME',
      format: 'DEC',
      doc: 'When the first process of the pid namespace started, in ns since 1970.',
      extract: (event) => nonZero(startOf(event)),
    },
    {
      name: 'container.duration',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'Nanoseconds since the first process of the pid namespace started.',
      extract(event) {
        const start = startOf(event);
        return start === 0n ? null : unsignedDifference(event.ts, start);
      },
    },
    emptyField('container.healthcheck', 'CHARBUF', 'Command of the health check.'),
    emptyField('container.liveness_probe', 'CHARBUF', 'Command of the liveness probe.'),
    emptyField('container.readiness_probe', 'CHARBUF', 'Command of the readiness probe.'),
    emptyField('proc.is_container_healthcheck', 'BOOL', 'Process of a health check.'),
    emptyField('proc.is_container_liveness_probe', 'BOOL', 'Process of a liveness probe.'),
    emptyField('proc.is_container_readiness_probe', 'BOOL', 'Process of a readiness probe.'),
  ],
});

function textField(name: string, doc: string, textOf: (container: Container) => string): Field {
  return {
    name,
    type: 'CHARBUF',
    doc,
    extract(event) {
      const container = containerOf(event);
      return container === null ? null : textOf(container);
    },
  };
}

function boolField(name: string, doc: string, valueOf: (container: Container) => boolean): Field {
  return {
    name,
    type: 'BOOL',
    format: 'DEC',
    doc,
    extract(event) {
      const container = containerOf(event);
      return container === null ? null : valueOf(container);
    },
  };
}

// Rules still name these, but Falco gives them no value any more.
function emptyField(name: string, type: 'CHARBUF' | 'BOOL', doc: string): Field {
  return {
    name,
    type,
    ...(type === 'BOOL' && { format: 'DEC' as const }),
    doc: `${doc.slice(0, -1)}; never has a value.`,
    deprecated: 'There is no replacement: remove it from the rule.',
    extract: () => null,
  };
}

// A container event is not about the thread that it came with.
function startOf({ container, thread }: EventView): bigint {
  return container !== null || thread === null ? 0n : thread.pidnsInitStartTs;
}
