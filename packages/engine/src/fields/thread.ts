import { eventId } from '../event-table.ts';
import { defineFields, type Field } from '../field.ts';
import { capabilitiesText } from '../lib/capabilities.ts';
import { hostId, isMainThread, mainThread } from '../lib/threads.ts';
import { type Thread, threadFlags } from '../state.ts';

const procinfo = eventId('PROCINFO_E');

export const fieldClass = defineFields({
  id: 'thread',
  className: 'process',
  doc: 'The thread that caused the event, and the threads of its process.',
  sources: ['syscall'],
  fields: [
    {
      name: 'thread.tid',
      type: 'INT64',
      format: 'ID',
      doc: 'Thread id.',
      extract: ({ tid }) => hostId(tid),
    },
    {
      name: 'thread.ismain',
      type: 'BOOL',
      doc: 'True for the thread that leads its process.',
      extract: ({ thread }) => (thread === null ? null : isMainThread(thread)),
    },
    {
      name: 'thread.vtid',
      type: 'INT64',
      format: 'ID',
      doc: 'Thread id inside its pid namespace.',
      extract: ({ thread }) => (thread === null || thread.vtid === -1 ? null : thread.vtid),
    },
    {
      name: 'thread.nametid',
      type: 'CHARBUF',
      doc: 'Name of the process and thread id, one behind the other.',
      hidden: true,
      extract: ({ thread, tid }) => (thread === null ? null : `${thread.comm}${tid}`),
    },
    {
      name: 'thread.cap_permitted',
      type: 'CHARBUF',
      doc: 'Names of the permitted capabilities, joined by spaces.',
      extract: ({ thread }) => (thread === null ? null : capabilitiesText(thread.capPermitted)),
    },
    {
      name: 'thread.cap_inheritable',
      type: 'CHARBUF',
      doc: 'Names of the inheritable capabilities, joined by spaces.',
      extract: ({ thread }) => (thread === null ? null : capabilitiesText(thread.capInheritable)),
    },
    {
      name: 'thread.cap_effective',
      type: 'CHARBUF',
      doc: 'Names of the effective capabilities, joined by spaces.',
      extract: ({ thread }) => (thread === null ? null : capabilitiesText(thread.capEffective)),
    },
    {
      name: 'thread.cgroups',
      type: 'CHARBUF',
      doc: 'Control groups as `subsystem=path`, joined by spaces.',
      extract: ({ thread }) =>
        thread === null || thread.cgroups.length === 0
          ? null
          : thread.cgroups.map(([subsystem, path]) => `${subsystem}=${path}`).join(' '),
    },
    {
      name: 'thread.cgroup',
      type: 'CHARBUF',
      doc: 'Path of the control group of one subsystem, as in `thread.cgroup.memory`.',
      argument: 'required',
      argumentKinds: ['dotted-name'],
      extract: ({ thread }, argument) =>
        thread?.cgroups.find(([subsystem]) => subsystem === argument)?.[1] ?? null,
    },
    {
      name: 'thread.exectime',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'At a context switch, nanoseconds since the previous one on the same CPU; 0 at every other event.',
      extract: ({ state }) => state.switchNs,
    },
    {
      name: 'thread.totexectime',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'Nanoseconds that the thread has run, as far as context switches were seen.',
      extract: ({ thread }) => (thread === null ? null : thread.runNs),
    },
    cpuField('thread.cpu', 'CPU time of the thread'),
    cpuField('thread.cpu.user', 'CPU time of the thread outside the kernel'),
    cpuField('thread.cpu.system', 'CPU time of the thread inside the kernel'),
    {
      name: 'thread.pfmajor',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Page faults since the start that had to wait for a disk.',
      extract: ({ thread }) => (thread === null ? null : thread.majorFaults),
    },
    {
      name: 'thread.pfminor',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Page faults since the start that were served from memory.',
      extract: ({ thread }) => (thread === null ? null : thread.minorFaults),
    },
    {
      name: 'thread.vmsize',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Virtual memory of the process in KiB at its main thread, 0 at the others.',
      extract: ({ thread }) => (thread === null ? null : atMainThread(thread, thread.vmSizeKb)),
    },
    {
      name: 'thread.vmrss',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Resident memory of the process in KiB at its main thread, 0 at the others.',
      extract: ({ thread }) => (thread === null ? null : atMainThread(thread, thread.vmRssKb)),
    },
    {
      name: 'thread.vmsize.b',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Virtual memory of the process in bytes at its main thread, 0 at the others.',
      hidden: true,
      extract: ({ thread }) => (thread === null ? null : atMainThread(thread, thread.vmSizeKb * 1024)),
    },
    {
      name: 'thread.vmrss.b',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Resident memory of the process in bytes at its main thread, 0 at the others.',
      hidden: true,
      extract: ({ thread }) => (thread === null ? null : atMainThread(thread, thread.vmRssKb * 1024)),
    },
    {
      name: 'proc.nthreads',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Number of threads of the process that are alive.',
      extract: ({ thread }) => (thread === null ? null : thread.threadCount),
    },
    {
      name: 'proc.nchilds',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Number of threads of the process that are alive, its main thread not counted.',
      extract: ({ thread }) => (thread === null ? null : otherThreads(thread)),
    },
  ],
});

function atMainThread(thread: Thread, value: number): number {
  return isMainThread(thread) ? value : 0;
}

function otherThreads(thread: Thread): number {
  const main = mainThread(thread);
  const mainIsAlive = main !== null && (main.flags & threadFlags.closed) === 0;
  return Math.max(0, mainIsAlive ? thread.threadCount - 1 : thread.threadCount);
}

/**
 * Old captures report CPU times in events of their own. The value would be their growth, but Falco loses the former
 * report before the next one comes and shows 0 each time.
 */
function cpuField(name: string, doc: string): Field {
  return {
    name,
    type: 'DOUBLE',
    doc: `${doc} since its previous procinfo event: 0 at these events, no value at others.`,
    extract: ({ type, thread }) => (type === procinfo && thread !== null ? 0 : null),
  };
}
