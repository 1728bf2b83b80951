import type { EventView } from '../event.ts';
import { defineFields, type Field } from '../field.ts';
import { fdTypeName } from '../lib/fd-types.ts';
import { mainThread } from '../lib/threads.ts';
import type { Fd, Thread } from '../state.ts';

const standardStreams = [
  ['stdin', 'standard input', 0],
  ['stdout', 'standard output', 1],
  ['stderr', 'standard error', 2],
] as const;

export const fieldClass = defineFields({
  id: 'proc-fds',
  className: 'process',
  doc: 'The open descriptors of the process that caused the event.',
  sources: ['syscall'],
  fields: [
    {
      name: 'proc.fdopencount',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Number of open descriptors.',
      extract: ({ thread }) => (thread === null ? null : openCount(thread)),
    },
    {
      name: 'proc.fdlimit',
      type: 'INT64',
      format: 'DEC',
      doc: 'Highest number of descriptors that the process may have open.',
      extract: ({ thread }) => (thread === null ? null : limitOf(thread)),
    },
    {
      name: 'proc.fdusage',
      type: 'DOUBLE',
      doc: 'Open descriptors in percent of the limit.',
      extract: ({ thread }) => (thread === null ? null : usagePercent(thread)),
    },
    ...standardStreams.map(([stream, description, number]) =>
      streamField(`proc.${stream}.type`, `Kind of descriptor ${number}, the ${description}.`, number, (fd) =>
        fdTypeName(fd.type),
      ),
    ),
    ...standardStreams.map(([stream, description, number]) =>
      streamField(
        `proc.${stream}.name`,
        `Name of descriptor ${number}, the ${description}.`,
        number,
        (fd) => fd.name,
      ),
    ),
  ],
});

function openCount(thread: Thread): number {
  return mainThread(thread)?.fds.size ?? 0;
}

function limitOf(thread: Thread): number {
  return mainThread(thread)?.fdLimit ?? 0;
}

function usagePercent(thread: Thread): number {
  const limit = limitOf(thread);
  if (limit <= 0) {
    return 0;
  }
  const count = openCount(thread);
  return count <= limit ? (count * 100) / limit : 100;
}

function streamField(name: string, doc: string, number: number, textOf: (fd: Fd) => string): Field {
  function extract({ thread }: EventView): string | null {
    const fd = thread?.fds.get(number);
    return fd === undefined ? null : textOf(fd);
  }
  return { name, type: 'CHARBUF', doc, extract };
}
