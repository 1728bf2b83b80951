import { type EventInfo, eventId, eventTable } from '@lanner/engine';
import fdParameters from './fd-parameters.json' with { type: 'json' };

/** How the thread and descriptor of an event are found. */
export const lookups = {
  /** An exit event: an unknown thread becomes known, and a call's end belongs to its beginning. */
  exit: 0,
  /** The same for an enter event. */
  enter: 1,
  /** Like `exit`, but a thread that is not known stays so: the end of a clone may be the child's first event. */
  cloneExit: 2,
  /** Like `enter`, for a thread that has exited. */
  procexit: 3,
  /** Events that are not a thread's: it is shown when it is known, and nothing is made of it. */
  aside: 4,
} as const;

const aside = new Set([
  'SCHEDSWITCH_6_E',
  'CONTAINER_JSON_2_E',
  'USER_ADDED_E',
  'USER_DELETED_E',
  'GROUP_ADDED_E',
  'GROUP_DELETED_E',
  'PLUGINEVENT_E',
  'ASYNCEVENT_E',
]);

const cloneExits = new Set([
  'SYSCALL_CLONE_20_X',
  'SYSCALL_FORK_20_X',
  'SYSCALL_VFORK_20_X',
  'SYSCALL_CLONE3_X',
]);

/** By event type: one of `lookups`. */
export const lookupOf: Uint8Array = Uint8Array.from(eventTable, (info) => {
  if (aside.has(info.code) || info.flags.includes('SKIPPARSERESET')) {
    return lookups.aside;
  }
  if (cloneExits.has(info.code)) {
    return lookups.cloneExit;
  }
  if (info.code === 'PROCEXIT_1_E') {
    return lookups.procexit;
  }
  return info.isEnter ? lookups.enter : lookups.exit;
});

const exitParameters = new Map(
  Object.entries(fdParameters.exit).flatMap(([index, codes]) =>
    codes.map((code) => [code, Number(index)] as const),
  ),
);
const enterParameters = new Map(Object.entries(fdParameters.enter));

/** `fdParameterOf` an event type that does not use a descriptor, and of one that does not say which it uses. */
export const usesNoFd = -2;
export const unsaidFd = -1;

/** By event type: the parameter that holds the descriptor which the event uses. */
export const fdParameterOf: Int8Array = Int8Array.from(eventTable, (info) => {
  if (!info.usesFd) {
    return usesNoFd;
  }
  return parameterOf(info);
});

function parameterOf({ code, isEnter }: EventInfo): number {
  return isEnter
    ? (enterParameters.get(code) ?? fdParameters.defaultEnter)
    : (exitParameters.get(code) ?? unsaidFd);
}

/** Types that do not count for the time of the first event. */
export const isMetaEvent: readonly boolean[] = eventTable.map(({ categories }) =>
  categories.includes('METAEVENT'),
);

/** Types by which captures bring their initial state; Falco takes them in before it looks at processes. */
export const isInitialState: readonly boolean[] = eventTable.map(({ code }) =>
  [
    'CONTAINER_JSON_2_E',
    'USER_ADDED_E',
    'USER_DELETED_E',
    'GROUP_ADDED_E',
    'GROUP_DELETED_E',
    'ASYNCEVENT_E',
  ].includes(code),
);

export const execveExit: number = eventId('SYSCALL_EXECVE_19_X');
export const execveatEnter: number = eventId('SYSCALL_EXECVEAT_E');
