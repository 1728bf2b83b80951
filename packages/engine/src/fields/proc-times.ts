import { defineFields } from '../field.ts';
import { compact, nonZero, unsignedDifference } from '../lib/numbers.ts';
import { ancestorProcess, mainThread } from '../lib/threads.ts';

export const fieldClass = defineFields({
  id: 'proc-times',
  className: 'process',
  doc: 'When the process that caused the event, its parent and its executable file came to be.',
  sources: ['syscall'],
  fields: [
    {
      name: 'proc.duration',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'Nanoseconds since the process was created.',
      extract: (event) =>
        event.thread === null || event.thread.cloneTs === 0n
          ? null
          : unsignedDifference(event.ts, event.thread.cloneTs),
    },
    {
      name: 'proc.ppid.duration',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'Nanoseconds since the parent process was created; where that is not known, as in Falco, the number of open descriptors of the process.',
      extract(event) {
        const parent = event.thread === null ? null : ancestorProcess(event.thread, 1);
        if (event.thread === null || parent === null) {
          return null;
        }
        return parent.cloneTs === 0n
          ? (mainThread(event.thread)?.fds.size ?? 0)
          : unsignedDifference(event.ts, parent.cloneTs);
      },
    },
    {
      name: 'proc.pid.ts',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'When the process was created, in ns since 1970.',
      extract: ({ thread }) => (thread === null ? null : nonZero(thread.cloneTs)),
    },
    {
      name: 'proc.ppid.ts',
      type: 'RELTIME',
      format: 'DEC',
      doc: 'When the parent process was created, in ns since 1970; 0 when not known.',
      extract({ thread }) {
        const parent = thread?.parent ?? null;
        return parent === null ? null : compact(parent.cloneTs);
      },
    },
    {
      name: 'proc.exe_ino',
      type: 'INT64',
      format: 'DEC',
      doc: 'Inode number of the executable file.',
      extract: ({ thread }) => (thread === null ? null : nonZero(BigInt.asIntN(64, thread.exeInode))),
    },
    {
      name: 'proc.exe_ino.ctime',
      type: 'ABSTIME',
      format: 'DEC',
      doc: 'When the inode of the executable file last changed, in ns since 1970.',
      extract: ({ thread }) => (thread === null ? null : nonZero(thread.exeInodeCtime)),
    },
    {
      name: 'proc.exe_ino.mtime',
      type: 'ABSTIME',
      format: 'DEC',
      doc: 'When the executable file was last written, in ns since 1970.',
      extract: ({ thread }) => (thread === null ? null : nonZero(thread.exeInodeMtime)),
    },
    {
      name: 'proc.exe_ino.ctime_duration_proc_start',
      type: 'ABSTIME',
      format: 'DEC',
      doc: 'Nanoseconds from the last change of the executable file to the creation of the process.',
      extract: ({ thread }) => (thread === null ? null : nonZero(thread.exeCtimeToCloneNs)),
    },
    {
      name: 'proc.exe_ino.ctime_duration_pidns_start',
      type: 'ABSTIME',
      format: 'DEC',
      doc: 'Nanoseconds from the start of the pid namespace to the last change of the executable file, when it was changed later.',
      extract: ({ thread }) => (thread === null ? null : nonZero(thread.pidnsStartToExeCtimeNs)),
    },
    {
      name: 'proc.pidns_init_start_ts',
      type: 'UINT64',
      format: 'DEC',
      doc: 'When the first process of the pid namespace started, in ns since 1970; on the host, when it booted.',
      extract: ({ thread }) => (thread === null ? null : nonZero(thread.pidnsInitStartTs)),
    },
  ],
});
