import type { EventView } from '../event.ts';
import { defineFields, type Field, type FieldArgument } from '../field.ts';
import { containerOf } from '../lib/containers.ts';
import { searchPattern } from '../lib/search-pattern.ts';
import type { ContainerMount } from '../state.ts';

export const fieldClass = defineFields({
  id: 'container-mounts',
  className: 'container',
  doc: 'What is mounted into the container that the process runs in.',
  sources: ['syscall'],
  fields: [
    {
      name: 'container.mounts',
      type: 'CHARBUF',
      doc: 'All mounts as source:destination:mode:writable:propagation, separated by commas.',
      extract: (event) => containerOf(event)?.mounts.map(mountText).join(',') ?? null,
    },
    mountField('container.mount', 'The whole mount', mountText),
    {
      ...mountField('container.mount.source', 'Source of the mount', (mount) => mount.source),
      doc: 'Source of the mount with that number, or whose destination matches the pattern.',
      extract: (event, argument) => mountOf(event, argument, (mount) => mount.destination)?.source ?? null,
    },
    mountField('container.mount.dest', 'Destination', (mount) => mount.destination),
    mountField('container.mount.mode', 'Mode', (mount) => mount.mode),
    mountField('container.mount.rdwr', 'Whether the container may write, true or false,', (mount) =>
      String(mount.writable),
    ),
    mountField('container.mount.propagation', 'Propagation', (mount) => mount.propagation),
  ],
});

function mountField(name: string, doc: string, textOf: (mount: ContainerMount) => string): Field {
  return {
    name,
    type: 'CHARBUF',
    doc: `${doc} of the mount with that number, or whose source matches the pattern.`,
    argument: 'required',
    argumentKinds: ['index', 'key'],
    extract(event, argument) {
      const mount = mountOf(event, argument, ({ source }) => source);
      return mount === null ? null : textOf(mount);
    },
  };
}

/** The first mount whose path contains a match of the pattern, or the one with that number. */
function mountOf(
  event: EventView,
  argument: FieldArgument,
  pathOf: (mount: ContainerMount) => string,
): ContainerMount | null {
  const mounts = containerOf(event)?.mounts ?? [];
  if (typeof argument === 'number') {
    return mounts[argument] ?? null;
  }
  if (mounts.length === 0 || argument === undefined) {
    return null;
  }
  const matches = searchPattern(argument);
  return mounts.find((mount) => matches(pathOf(mount))) ?? null;
}

function mountText({ source, destination, mode, writable, propagation }: ContainerMount): string {
  return `${source}:${destination}:${mode}:${writable}:${propagation}`;
}
