import { readFileSync } from 'node:fs';
import type { Behaviour } from './behaviour.ts';

const spawned = 'evt.type in (execve, execveat)';

/** Behaviours that rules about processes live on. */
export const processBehaviours: readonly Behaviour[] = [
  {
    id: 'exec',
    family: 'processes',
    doc: 'Starts a program.',
    condition: `${spawned} and proc.name = true`,
    act: ({ run }) => {
      run(['true']);
    },
  },
  {
    id: 'exec-arguments',
    family: 'processes',
    doc: 'Starts a program with arguments.',
    condition: `${spawned} and proc.args contains selftest-argument`,
    act: ({ run }) => {
      run(['true', 'selftest-argument']);
    },
  },
  {
    id: 'exec-environment',
    family: 'processes',
    doc: 'Starts a program with a variable in its environment.',
    condition: `${spawned} and proc.env[LANNER_SELFTEST] = seen`,
    act: ({ run }) => {
      run(['true'], { LANNER_SELFTEST: 'seen' });
    },
  },
  {
    id: 'exec-by-shell',
    family: 'processes',
    doc: 'Starts a program from a shell.',
    condition: `${spawned} and proc.name = true and proc.pname = sh`,
    act: ({ run }) => {
      run(['sh', '-c', 'true; /bin/true; :']);
    },
  },
  {
    id: 'exec-ancestor',
    family: 'processes',
    doc: 'Starts a program two generations below this one.',
    condition: `${spawned} and proc.name = true and proc.pname = sh and proc.aname[2] = sh`,
    act: ({ run }) => {
      run(['sh', '-c', 'sh -c "/bin/true; :"; :']);
    },
  },
  {
    id: 'exec-path',
    family: 'processes',
    doc: 'Starts a program by its path, from a folder of its own.',
    condition: `${spawned} and proc.exepath endswith /selftest-program`,
    act({ run, folder }) {
      run(['cp', '/bin/true', `${folder}/selftest-program`]);
      run([`${folder}/selftest-program`]);
    },
  },
  {
    id: 'exec-memory',
    family: 'processes',
    doc: 'Starts a program that lies in memory only.',
    condition: `${spawned} and proc.is_exe_from_memfd = true`,
    act({ call, run }) {
      const fd = call('memfd_create', 'selftest', 0);
      const program = readFileSync('/bin/true');
      call('write', fd, program, program.length);
      run([`/proc/${process.pid}/fd/${fd}`]);
    },
  },
  {
    id: 'clone',
    family: 'processes',
    doc: 'Makes a process.',
    condition: 'evt.type in (clone, clone3, fork, vfork) and evt.rawres > 0',
    act: ({ run }) => {
      run(['true']);
    },
  },
  {
    id: 'exit',
    family: 'processes',
    doc: 'Ends a process.',
    condition: 'evt.type = procexit and proc.name = true',
    act: ({ run }) => {
      run(['true']);
    },
  },
  {
    id: 'kill',
    family: 'processes',
    doc: 'Asks whether a process lives, as kill does.',
    condition: 'evt.type = kill',
    act: ({ call }) => call('kill', process.pid, 0),
  },
  {
    id: 'setsid',
    family: 'processes',
    doc: 'Begins a session.',
    condition: 'evt.type = setsid',
    act: ({ call }) => call('setsid'),
  },
  {
    id: 'setuid',
    family: 'processes',
    doc: 'Becomes the user that it is.',
    condition: 'evt.type = setuid',
    act: ({ call }) => call('setuid', process.getuid?.() ?? 0),
  },
  {
    id: 'setresuid',
    family: 'processes',
    doc: 'Becomes the user that it is, in all three ways.',
    condition: 'evt.type = setresuid',
    act({ call }) {
      const uid = process.getuid?.() ?? 0;
      call('setresuid', uid, uid, uid);
    },
  },
  {
    id: 'prctl',
    family: 'processes',
    doc: 'Names its thread.',
    condition: 'evt.type = prctl',
    act: ({ call }) => call('prctl', 15, 'selftest', 0, 0, 0),
  },
];
