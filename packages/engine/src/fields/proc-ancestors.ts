import type { EventView } from '../event.ts';
import { defineFields, type Field } from '../field.ts';
import { environmentOf, environmentValue } from '../lib/environment.ts';
import { ancestorProcess, ancestorsOf, hostId, mainThread, parentsOf } from '../lib/threads.ts';
import type { Thread } from '../state.ts';
import type { FieldValue } from '../value.ts';

type TextOf = (thread: Thread) => string;

const exe: TextOf = (thread) => thread.exe;
const exePath: TextOf = (thread) => thread.exePath;
const comm: TextOf = (thread) => thread.comm;
const cmdline: TextOf = (thread) => thread.cmdline;
const argsText: TextOf = (thread) => thread.args.join(' ');
const environmentText: TextOf = (thread) => environmentOf(thread).join(' ');

/** How far `proc.aenv[NAME]` looks for the variable. */
const environmentDepth = 20;

export const fieldClass = defineFields({
  id: 'proc-ancestors',
  className: 'process',
  doc: 'The parent of the process that caused the event, and its further ancestors.',
  sources: ['syscall'],
  fields: [
    parentText('proc.pexe', 'First word of the command line of the parent process.', exe),
    ancestorText('proc.aexe', 'First word of the command line of an ancestor', exe),
    parentText('proc.pexepath', 'Full path of the executable file of the parent process.', exePath),
    ancestorText('proc.aexepath', 'Full path of the executable file of an ancestor', exePath),
    parentText('proc.pname', 'Name of the parent process.', comm),
    ancestorText('proc.aname', 'Name of an ancestor', comm),
    parentText('proc.pcmdline', 'Name and arguments of the parent process, joined by spaces.', cmdline),
    ancestorText('proc.acmdline', 'Name and arguments of an ancestor', cmdline),
    {
      name: 'proc.aargs',
      type: 'CHARBUF',
      doc: 'Arguments of an ancestor: [1] is the parent; without index those of all ancestors, joined by spaces.',
      argument: 'optional',
      argumentKinds: ['index'],
      extract: ancestorTextReader(argsText),
    },
    {
      name: 'proc.aenv',
      type: 'CHARBUF',
      doc: 'Environment of an ancestor: [1] is the parent, [NAME] the first value of that variable among the ancestors; without either, conditions test every ancestor.',
      argument: 'optional',
      argumentKinds: ['index', 'key'],
      rightHand: false,
      transformable: false,
      extract: ancestorEnvironment,
      anyOf: (event) => textsOfAncestors(event, environmentText),
    },
    {
      name: 'proc.ppid',
      type: 'INT64',
      format: 'ID',
      doc: 'Process id of the parent.',
      extract: ({ thread }) => ancestorId(thread, 1),
    },
    {
      name: 'proc.apid',
      type: 'INT64',
      format: 'ID',
      doc: 'Process id of an ancestor: [1] is the parent; without index, conditions test every ancestor and outputs show the process itself.',
      argument: 'optional',
      argumentKinds: ['index'],
      rightHand: false,
      transformable: false,
      extract: ({ thread }, argument) => ancestorId(thread, typeof argument === 'number' ? argument : 0),
      anyOf: ({ thread }) =>
        thread === null ? null : valuesOf(ancestorsOf(thread), (ancestor) => ancestor.pid),
    },
    {
      name: 'proc.pvpid',
      type: 'INT64',
      format: 'ID',
      doc: 'Process id of the parent inside its pid namespace.',
      extract: ({ thread }) => thread?.parent?.vpid ?? null,
    },
    {
      name: 'proc.loginshellid',
      type: 'INT64',
      format: 'ID',
      doc: 'Process id of the oldest shell among the process and its ancestors, which tells sessions of users apart.',
      extract: loginShellId,
    },
  ],
});

function ancestorId(thread: Thread | null, hops: number): number | null {
  const ancestor = thread === null ? null : ancestorProcess(thread, hops);
  return ancestor === null ? null : hostId(ancestor.pid);
}

function parentText(name: string, doc: string, textOf: TextOf): Field {
  function extract({ thread }: EventView): FieldValue {
    const parent = thread === null ? null : ancestorProcess(thread, 1);
    return parent === null ? null : textOf(parent);
  }
  return { name, type: 'CHARBUF', doc, extract };
}

function ancestorText(name: string, doc: string, textOf: TextOf): Field {
  return {
    name,
    type: 'CHARBUF',
    doc: `${doc}: [1] is the parent; without index, conditions test every ancestor and outputs join them by spaces.`,
    argument: 'optional',
    argumentKinds: ['index'],
    rightHand: false,
    transformable: false,
    extract: ancestorTextReader(textOf),
    anyOf: (event) => textsOfAncestors(event, textOf),
  };
}

function ancestorTextReader(textOf: TextOf): Field['extract'] {
  return function extract(event, argument) {
    if (typeof argument === 'number') {
      const ancestor = event.thread === null ? null : ancestorProcess(event.thread, argument);
      return ancestor === null ? null : textOf(ancestor);
    }
    const joined = joinTexts(textsOfAncestors(event, textOf) ?? []);
    return joined === '' ? null : joined;
  };
}

// Texts that are empty get no space before the first that is not.
function joinTexts(texts: readonly string[]): string {
  let joined = '';
  for (const text of texts) {
    joined += joined === '' ? text : ` ${text}`;
  }
  return joined;
}

function textsOfAncestors({ thread }: EventView, textOf: TextOf): string[] | null {
  return thread === null ? null : valuesOf(ancestorsOf(thread), textOf);
}

function valuesOf<T>(ancestors: readonly Thread[] | null, valueOf: (thread: Thread) => T): T[] | null {
  return ancestors === null || ancestors.length === 0 ? null : ancestors.map(valueOf);
}

// Parents are followed thread by thread here, not through the leaders of their groups.
function ancestorEnvironment({ thread }: EventView, argument: string | number | undefined): FieldValue {
  if (thread === null) {
    return null;
  }
  if (argument === undefined || argument === 0) {
    return environmentText(thread);
  }
  let ancestor = mainThread(thread);
  if (ancestor === null) {
    return '';
  }
  if (typeof argument === 'number') {
    for (let level = 0; level < argument && ancestor !== null; level++) {
      ancestor = ancestor.parent;
    }
    return ancestor === null ? null : environmentText(ancestor);
  }
  for (let level = 0; level < environmentDepth; level++) {
    ancestor = ancestor.parent;
    if (ancestor === null) {
      break;
    }
    const value = environmentValue(ancestor, argument);
    if (value !== '') {
      return value;
    }
  }
  return '';
}

function loginShellId({ thread }: EventView): FieldValue {
  const process = thread === null ? null : mainThread(thread);
  if (process === null) {
    return null;
  }
  let id: number | null = null;
  for (const candidate of [process, ...parentsOf(process)]) {
    if (candidate.comm.endsWith('sh')) {
      id = candidate.pid;
    }
  }
  return id;
}
