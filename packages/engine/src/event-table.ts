import events from './tables/events.json' with { type: 'json' };
import flags from './tables/flags.json' with { type: 'json' };
import syscalls from './tables/syscalls.json' with { type: 'json' };
import type { ParamType, PrintFormat } from './value.ts';

/** One parameter of an event type. */
export interface ParamInfo {
  readonly name: string;
  readonly type: ParamType;
  readonly format: PrintFormat;
  /** Name of the table that gives the bits of a flags parameter their names. */
  readonly flags?: string;
  /** Index of the parameter that holds the directory a relative path starts from. */
  readonly dirfd?: number;
  /** Name of the table that a dynamic parameter's first byte points into. */
  readonly dynamic?: string;
}

/** One event type of the scap schema. */
export interface EventInfo {
  readonly id: number;
  /** For example `SYSCALL_OPENAT_2_X`: the schema's constant without `PPME_`. */
  readonly code: string;
  /** For example `openat`: what `evt.type` says. */
  readonly name: string;
  readonly isEnter: boolean;
  readonly categories: readonly string[];
  readonly flags: readonly string[];
  readonly params: readonly ParamInfo[];
  readonly createsFd: boolean;
  readonly destroysFd: boolean;
  readonly usesFd: boolean;
  readonly readsFromFd: boolean;
  readonly writesToFd: boolean;
  readonly waits: boolean;
  readonly isUnused: boolean;
  readonly isOldVersion: boolean;
  readonly isConverterManaged: boolean;
  /** Lengths of its parameters take four bytes each instead of two. */
  readonly isLarge: boolean;
  /** Index of the parameter that holds the result, or -1. */
  readonly resultParam: number;
}

type RawParam = [string, string, string, Partial<ParamInfo>?];
type RawEvent = [number, string, string, string[], string[], RawParam[]];

/** Version of the event schema that this table describes. */
export const schemaVersion: string = events.schemaVersion;

/** Every event type, by its number. */
export const eventTable: readonly EventInfo[] = (events.events as unknown as RawEvent[]).map(toInfo);

const idsByCode = new Map(eventTable.map((info) => [info.code, info.id]));

/** The number of an event type by its code, such as `SYSCALL_OPENAT_2_X`. A wrong code is a bug. */
export function eventId(code: string): number {
  const id = idsByCode.get(code);
  if (id === undefined) {
    throw new Error(`no event type has the code ${code}`);
  }
  return id;
}

/**
 * Enter events that recordings of earlier drivers hold and that are used up by the state of processes and descriptors:
 * no rule gets them, so that one call is one event. They are counted by `evt.num`.
 */
export const stateOnlyEvents: ReadonlySet<number> = new Set(
  [
    'SYSCALL_OPEN_E',
    'SYSCALL_OPENAT_2_E',
    'SYSCALL_OPENAT2_E',
    'SYSCALL_CREAT_E',
    'SOCKET_CONNECT_E',
    'SYSCALL_EXECVE_19_E',
    'SYSCALL_EXECVEAT_E',
  ].map(eventId),
);

/** What the first byte of a dynamic parameter selects. */
export const dynamicTables: Readonly<Record<string, readonly { type: ParamType; format: PrintFormat }[]>> =
  Object.fromEntries(
    Object.entries(events.dynamic).map(([name, rows]) => [
      name,
      (rows as [ParamType, PrintFormat][]).map(([type, format]) => ({ type, format })),
    ]),
  );

/** Names of flag bits in the order in which they are printed: `[name, value]`. */
export const flagTables = flags as unknown as Readonly<
  Record<string, readonly (readonly [string, number])[]>
>;

/** Syscall names by the number that generic events carry (`ppm_sc`), lower case. */
export const syscallNames: ReadonlyMap<number, string> = new Map(
  Object.entries(syscalls.ppmSc).map(([name, code]) => [code, name.toLowerCase()]),
);

/** One system call. */
export interface SystemCall {
  readonly name: string;
  /** Its number in scap's list (`ppm_sc`). */
  readonly code: number;
  /** Its number in the kernel, by architecture; null where it does not exist. */
  readonly x64: number | null;
  readonly arm64: number | null;
  /** Number of the event type that its end gives; many have only the generic one. */
  readonly event: number;
}

type RawSystemCall = [string, number, number | null, number | null, string, string[]];

/** Every system call that scap knows. */
export const systemCalls: readonly SystemCall[] = (syscalls.syscalls as unknown as RawSystemCall[]).map(
  ([name, code, x64, arm64, event]) => ({ name, code, x64, arm64, event: eventId(event) }),
);

function toInfo([id, code, name, categories, flagNames, params]: RawEvent): EventInfo {
  const has = (flag: string): boolean => flagNames.includes(flag);
  return {
    id,
    code,
    name,
    isEnter: id % 2 === 0,
    categories,
    flags: flagNames,
    // The table is generated from the schema; its strings are the members of these unions.
    params: params.map(([paramName, type, format, extra]) => ({
      name: paramName,
      type: type as ParamType,
      format: format as PrintFormat,
      ...extra,
    })),
    createsFd: has('CREATES_FD'),
    destroysFd: has('DESTROYS_FD'),
    usesFd: has('USES_FD'),
    readsFromFd: has('READS_FROM_FD'),
    writesToFd: has('WRITES_TO_FD'),
    waits: has('WAITS'),
    isUnused: has('UNUSED'),
    isOldVersion: has('OLD_VERSION'),
    isConverterManaged: has('CONVERTER_MANAGED'),
    isLarge: has('LARGE_PAYLOAD'),
    resultParam: id % 2 === 0 ? -1 : resultIndex(params),
  };
}

// The result is the first parameter of an exit event when it is an error number, descriptor or process id.
function resultIndex(params: readonly RawParam[]): number {
  const type = params[0]?.[1];
  return type === 'ERRNO' || type === 'FD' || type === 'PID' ? 0 : -1;
}
