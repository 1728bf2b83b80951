import { eventId } from '../event-table.ts';

/** Bits of the scap schema, which are not the kernel's: reading and writing have one each. */
export const openBits = {
  read: 1,
  write: 2,
  create: 4,
  temporary: 1 << 13,
  created: 1 << 14,
} as const;
export const executableMode = 0o111;

/** Where a call that opens files has its flags and its mode; -1 for no such parameter. */
export interface OpenParams {
  readonly flags: number;
  readonly mode: number;
}

/** By event type. */
export const openParams: readonly (OpenParams | undefined)[] = openParamsByType();

function openParamsByType(): (OpenParams | undefined)[] {
  const list: (OpenParams | undefined)[] = [];
  list[eventId('SYSCALL_OPEN_X')] = { flags: 2, mode: 3 };
  list[eventId('SYSCALL_OPEN_BY_HANDLE_AT_X')] = { flags: 2, mode: -1 };
  list[eventId('SYSCALL_OPENAT_2_X')] = { flags: 3, mode: 4 };
  list[eventId('SYSCALL_OPENAT2_X')] = { flags: 3, mode: 4 };
  return list;
}

/** It has a mode and no flags. */
export const creatEvent: number = eventId('SYSCALL_CREAT_X');
export const creatMode = 2;
