import { defineFields } from '../field.ts';
import { environmentOf, environmentValue } from '../lib/environment.ts';
import { hostId, workingDirectory } from '../lib/threads.ts';

export const fieldClass = defineFields({
  id: 'proc',
  className: 'process',
  doc: 'The process that caused the event.',
  sources: ['syscall'],
  fields: [
    {
      name: 'proc.exe',
      type: 'CHARBUF',
      doc: 'First word of the command line, which a program may choose freely.',
      extract: ({ thread }) => (thread === null ? null : thread.exe),
    },
    {
      name: 'proc.exepath',
      type: 'CHARBUF',
      doc: 'Full path of the executable file, symbolic links followed.',
      extract: ({ thread }) => (thread === null ? null : thread.exePath),
    },
    {
      name: 'proc.name',
      type: 'CHARBUF',
      doc: 'Name that the kernel keeps for the process, at most 15 characters.',
      extract: ({ thread }) => (thread === null ? null : thread.comm),
    },
    {
      name: 'proc.args',
      type: 'CHARBUF',
      doc: 'Arguments behind the first word, joined by spaces; with an index, that argument counted from 0.',
      argument: 'optional',
      argumentKinds: ['index'],
      extract({ thread }, argument) {
        if (thread === null) {
          return null;
        }
        return typeof argument === 'number' ? (thread.args[argument] ?? '') : thread.args.join(' ');
      },
    },
    {
      name: 'proc.cmdline',
      type: 'CHARBUF',
      doc: 'Name and arguments, joined by spaces.',
      extract: ({ thread }) => (thread === null ? null : thread.cmdline),
    },
    {
      name: 'proc.cmdnargs',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Number of arguments behind the first word.',
      extract: ({ thread }) => (thread === null ? null : thread.args.length),
    },
    {
      name: 'proc.cmdlenargs',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Length of all arguments together in bytes, without the spaces between them.',
      extract({ thread }) {
        if (thread === null) {
          return null;
        }
        let length = 0;
        for (const argument of thread.args) {
          length += argument.length;
        }
        return length;
      },
    },
    {
      name: 'proc.exeline',
      type: 'CHARBUF',
      doc: 'First word of the command line and the arguments, joined by spaces.',
      extract: ({ thread }) => (thread === null ? null : `${thread.exe} ${thread.args.join(' ')}`),
    },
    {
      name: 'proc.env',
      type: 'CHARBUF',
      doc: 'Environment variables joined by spaces; with a name in brackets, the value of that one.',
      argument: 'optional',
      argumentKinds: ['key', 'index'],
      extract({ thread }, argument) {
        if (thread === null) {
          return null;
        }
        // Digits are taken for an index, which means nothing here.
        return typeof argument === 'string' && !/^\d+$/.test(argument)
          ? environmentValue(thread, argument)
          : environmentOf(thread).join(' ');
      },
    },
    {
      name: 'proc.cwd',
      type: 'CHARBUF',
      doc: 'Current working directory, with a slash at its end.',
      extract: ({ thread }) => (thread === null ? null : workingDirectory(thread)),
    },
    {
      name: 'proc.tty',
      type: 'UINT32',
      format: 'ID',
      doc: 'Number of the controlling terminal, 0 for a process without one.',
      extract: ({ thread }) => (thread === null ? null : thread.tty),
    },
    {
      name: 'proc.pid',
      type: 'INT64',
      format: 'ID',
      doc: 'Process id.',
      extract: ({ thread }) => (thread === null ? null : hostId(thread.pid)),
    },
    {
      name: 'proc.vpid',
      type: 'INT64',
      format: 'ID',
      doc: 'Process id inside its pid namespace.',
      extract: ({ thread }) => (thread === null || thread.vpid === -1 ? null : thread.vpid),
    },
    {
      name: 'proc.sid',
      type: 'INT64',
      format: 'ID',
      doc: 'Session id inside the pid namespace.',
      extract: ({ thread }) => (thread === null ? null : thread.sid),
    },
    {
      name: 'proc.vpgid',
      type: 'INT64',
      format: 'ID',
      doc: 'Process group id inside the pid namespace.',
      extract: ({ thread }) => (thread === null ? null : thread.vpgid),
    },
    {
      name: 'proc.pgid',
      type: 'INT64',
      format: 'ID',
      doc: 'Process group id as the host sees it.',
      extract: ({ thread }) => (thread === null ? null : thread.pgid),
    },
    {
      name: 'proc.is_sid_leader',
      type: 'BOOL',
      doc: 'True when the process leads its session.',
      extract: ({ thread }) => (thread === null ? null : thread.sid === thread.vpid),
    },
    {
      name: 'proc.is_vpgid_leader',
      type: 'BOOL',
      doc: 'True when the process leads its process group, by the ids of its pid namespace.',
      extract: ({ thread }) => (thread === null ? null : thread.vpgid === thread.vpid),
    },
    {
      name: 'proc.is_pgid_leader',
      type: 'BOOL',
      doc: 'True when the process leads its process group, by the ids of the host.',
      extract: ({ thread }) => (thread === null ? null : thread.pgid === thread.pid),
    },
    {
      name: 'proc.is_exe_writable',
      type: 'BOOL',
      doc: 'True when the user who started the executable file may write to it.',
      extract: ({ thread }) => (thread === null ? null : thread.exeWritable),
    },
    {
      name: 'proc.is_exe_upper_layer',
      type: 'BOOL',
      doc: 'True when the executable file lies in the upper layer of an overlay file system, so is not of the image.',
      extract: ({ thread }) => (thread === null ? null : thread.exeUpperLayer),
    },
    {
      name: 'proc.is_exe_lower_layer',
      type: 'BOOL',
      doc: 'True when the executable file lies in a lower layer of an overlay file system.',
      extract: ({ thread }) => (thread === null ? null : thread.exeLowerLayer),
    },
    {
      name: 'proc.is_exe_from_memfd',
      type: 'BOOL',
      doc: 'True when the executable exists in memory only, made by memfd_create.',
      extract: ({ thread }) => (thread === null ? null : thread.exeFromMemfd),
    },
    {
      name: 'proc.vmsize',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Virtual memory of the process in KiB.',
      extract: ({ thread }) => (thread === null ? null : thread.vmSizeKb),
    },
    {
      name: 'proc.vmrss',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Resident memory of the process in KiB.',
      extract: ({ thread }) => (thread === null ? null : thread.vmRssKb),
    },
    {
      name: 'proc.vmswap',
      type: 'UINT64',
      format: 'DEC',
      doc: 'Swapped memory of the process in KiB.',
      extract: ({ thread }) => (thread === null ? null : thread.vmSwapKb),
    },
  ],
});
