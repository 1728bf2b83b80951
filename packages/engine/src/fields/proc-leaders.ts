import { defineFields, type Field } from '../field.ts';
import { type GroupId, groupLeader } from '../lib/threads.ts';
import type { Thread } from '../state.ts';

const sid: GroupId = (thread) => thread.sid;
const vpgid: GroupId = (thread) => thread.vpgid;
const pgid: GroupId = (thread) => thread.pgid;

const comm = (leader: Thread): string => leader.comm;
const exe = (leader: Thread): string => leader.exe;
const exePath = (leader: Thread): string => leader.exePath;

export const fieldClass = defineFields({
  id: 'proc-leaders',
  className: 'process',
  doc: 'The processes that lead the session and the process group of the process that caused the event.',
  sources: ['syscall'],
  fields: [
    leaderField('proc.sname', 'Name of the process that leads the session.', sid, true, comm),
    leaderField('proc.sid.exe', 'First word of the command line of the session leader.', sid, true, exe),
    leaderField(
      'proc.sid.exepath',
      'Full path of the executable file of the session leader.',
      sid,
      true,
      exePath,
    ),
    leaderField(
      'proc.vpgid.name',
      'Name of the process that leads the process group, found by the id inside the pid namespace.',
      vpgid,
      true,
      comm,
    ),
    leaderField(
      'proc.vpgid.exe',
      'First word of the command line of the leader of the process group, found by the id inside the pid namespace.',
      vpgid,
      true,
      exe,
    ),
    leaderField(
      'proc.vpgid.exepath',
      'Full path of the executable file of the leader of the process group, found by the id inside the pid namespace.',
      vpgid,
      true,
      exePath,
    ),
    leaderField(
      'proc.pgid.name',
      'Name of the process that leads the process group, found by the id of the host.',
      pgid,
      false,
      comm,
    ),
    leaderField(
      'proc.pgid.exe',
      'First word of the command line of the leader of the process group, found by the id of the host.',
      pgid,
      false,
      exe,
    ),
    leaderField(
      'proc.pgid.exepath',
      'Full path of the executable file of the leader of the process group, found by the id of the host.',
      pgid,
      false,
      exePath,
    ),
  ],
});

// A leader that is not known gives an empty text: the field has a value wherever the thread is known.
function leaderField(
  name: string,
  doc: string,
  groupId: GroupId,
  virtual: boolean,
  textOf: (leader: Thread) => string,
): Field {
  return {
    name,
    type: 'CHARBUF',
    doc,
    extract({ thread, state }) {
      if (thread === null) {
        return null;
      }
      const leader = groupLeader(thread, groupId, virtual, state);
      return leader === null ? '' : textOf(leader);
    },
  };
}
