import type { EventView } from '../event.ts';
import { dynamicTables, flagTables, type ParamInfo, syscallNames } from '../event-table.ts';
import { BoundedCache } from '../lib/bounded-cache.ts';
import { signedText, unsignedText } from '../lib/decimal.ts';
import { withSlash } from '../lib/fd-name.ts';
import { joinPath } from '../lib/path.ts';
import { tupleText } from '../lib/socket-text.ts';
import { workingDirectory } from '../lib/threads.ts';
import { type Thread, unset } from '../state.ts';
import type { ParamType, PrintFormat } from '../value.ts';
import { type BufferFormat, bufferText } from './buffer.ts';
import { descriptorListText, descriptorText, workingDirectoryFd } from './descriptor.ts';
import { errnoName } from './errno.ts';
import { enumText, type FlagTable, flagsText, modeText } from './flags.ts';
import { durationText, longIntegerText, smallIntegerText } from './number.ts';
import { signalName, signalSetText } from './signal.ts';
import { sockaddrText } from './socket.ts';
import { dateTimeText } from './time.ts';

/**
 * Turns one parameter into text: as it is (`raw`), and what it stands for (`resolved`, '' when it stands for nothing
 * else), such as the name of a flag or the file behind a descriptor. The value lies at `start` of the event's buffer.
 */
export interface ParamRenderer {
  /** Fewest bytes that the value takes; a shorter one is not rendered. */
  readonly width: number;
  readonly raw: (event: EventView, start: number, length: number, buffers: BufferFormat) => string;
  readonly resolved?: (event: EventView, start: number, length: number) => string;
}

type RendererMaker = (param: ParamInfo, format: PrintFormat) => ParamRenderer;

/** Conditions compare names of flags at every event, and programs use few different ones. */
const cachedFlagTexts = 256;

const makers: Partial<Record<ParamType, RendererMaker>> = {
  INT8: (_, format) => small(1, ({ view }, at) => view.getInt8(at), format),
  INT16: (_, format) => small(2, ({ view }, at) => view.getInt16(at, true), format),
  INT32: (_, format) => small(4, ({ view }, at) => view.getInt32(at, true), format),
  UINT8: (_, format) => small(1, readU8, format),
  UINT16: (_, format) => small(2, readU16, format),
  UINT32: (_, format) => small(4, readU32, format),
  INT64: long,
  UINT64: long,
  ERRNO: () => ({
    width: 8,
    raw: signed64,
    resolved({ view }, at) {
      // Falco takes the lower half, as a signed number.
      return view.getInt32(at + 4, true) < 0 ? errnoName(view.getInt32(at, true)) : '';
    },
  }),
  FD: () => ({
    width: 8,
    raw: signed64,
    resolved: ({ view, thread }, at) => descriptorText(thread, number64(view, at)),
  }),
  PID: () => ({
    width: 8,
    raw: signed64,
    resolved: ({ view, state }, at) => state.thread(number64(view, at))?.comm ?? '',
  }),
  CHARBUF: () => ({ width: 0, raw: textAt }),
  FSPATH: () => ({ width: 0, raw: textAt, resolved: resolvedPath(null) }),
  FSRELPATH: (param) => ({ width: 0, raw: textAt, resolved: resolvedPath(param.dirfd ?? null) }),
  BYTEBUF: () => ({
    width: 1,
    raw: (event, at, length, buffers) => bufferText(event.decode(at, at + length), buffers),
  }),
  SOCKADDR: () => ({ width: 1, raw: (event, at, length) => sockaddrText(event.decode(at, at + length)) }),
  SOCKTUPLE: () => ({ width: 1, raw: (event, at, length) => tupleText(event.decode(at, at + length)) }),
  FDLIST: () => ({ width: 2, raw: descriptorListText }),
  SYSCALLID: () => ({
    width: 2,
    raw: syscallText,
    resolved: (event, at) => syscallNames.get(readU16(event, at)) ?? '',
  }),
  SIGTYPE: () => ({
    width: 1,
    raw: (event, at) => String(readU8(event, at)),
    resolved: (event, at) => signalName(readU8(event, at)),
  }),
  SIGSET: () => ({ width: 4, raw: (event, at) => signalSetText(readU32(event, at)) }),
  RELTIME: () => ({
    width: 8,
    raw: ({ view }, at) =>
      isAllOnes(view, at) ? 'none' : unsignedText(highHalf(view, at), lowHalf(view, at)),
    resolved: ({ view }, at) =>
      isAllOnes(view, at) ? '' : durationText(highHalf(view, at), lowHalf(view, at)),
  }),
  ABSTIME: () => ({
    width: 8,
    raw: ({ view, state }, at) => dateTimeText(highHalf(view, at), lowHalf(view, at), state.utcOffsetS ?? 0),
  }),
  FLAGS8: (param) => named(param, 1, readU8, flagsText),
  FLAGS16: (param) => named(param, 2, readU16, flagsText),
  FLAGS32: (param) => named(param, 4, readU32, flagsText),
  ENUMFLAGS8: (param) => named(param, 1, readU8, enumText),
  ENUMFLAGS16: (param) => named(param, 2, readU16, enumText),
  ENUMFLAGS32: (param) => named(param, 4, readU32, enumText),
  MODE: (param, format) => ({ ...named(param, 4, readU32, modeText), raw: small(4, readU32, format).raw }),
  UID: () => ({
    width: 4,
    raw: idText,
    resolved: (event, at) => nameOfId(event, at, (id, container) => event.state.user(container, id)?.name),
  }),
  GID: () => ({
    width: 4,
    raw: idText,
    resolved: (event, at) => nameOfId(event, at, (id, container) => event.state.group(container, id)?.name),
  }),
  DYN: dynamic,
};

/** The renderer of a parameter. Types that outputs never learned to show read `(n.a.)`. */
export function paramRenderer(param: ParamInfo, format: PrintFormat = param.format): ParamRenderer {
  return makers[param.type]?.(param, format) ?? { width: 0, raw: () => '(n.a.)' };
}

function small(
  width: number,
  read: (event: EventView, at: number) => number,
  format: PrintFormat,
): ParamRenderer {
  return { width, raw: (event, at) => smallIntegerText(read(event, at), format) };
}

function long(_param: ParamInfo, format: PrintFormat): ParamRenderer {
  return { width: 8, raw: ({ view }, at) => longIntegerText(highHalf(view, at), lowHalf(view, at), format) };
}

function named(
  param: ParamInfo,
  width: number,
  read: (event: EventView, at: number) => number,
  text: (table: FlagTable, value: number) => string,
): ParamRenderer {
  const raw: ParamRenderer['raw'] = (event, at) => String(read(event, at));
  const table = param.flags === undefined ? undefined : flagTables[param.flags];
  if (table === undefined) {
    return { width, raw };
  }
  const texts = new BoundedCache<number, string>(cachedFlagTexts);
  const make = (value: number): string => text(table, value);
  return { width, raw, resolved: (event, at) => texts.get(read(event, at), make) };
}

// The first byte of a dynamic parameter says which type the rest has; the format is that of the parameter itself.
function dynamic(param: ParamInfo, format: PrintFormat): ParamRenderer {
  const table = (param.dynamic === undefined ? undefined : dynamicTables[param.dynamic]) ?? [];
  const choices = table.map(({ type }) => paramRenderer({ name: param.name, type, format }, format));
  const choose = ({ view }: EventView, at: number, length: number): ParamRenderer => {
    const choice = choices[view.getUint8(at)];
    return choice === undefined || length - 1 < choice.width ? invalidDynamic : choice;
  };
  return {
    width: 1,
    raw: (event, at, length, buffers) => choose(event, at, length).raw(event, at + 1, length - 1, buffers),
    resolved: (event, at, length) => choose(event, at, length).resolved?.(event, at + 1, length - 1) ?? '',
  };
}

const invalidDynamic: ParamRenderer = { width: 0, raw: () => 'INVALID DYNAMIC PARAMETER' };

// A relative path starts at the working directory, or at the directory whose descriptor is another parameter.
function resolvedPath(dirfd: number | null): NonNullable<ParamRenderer['resolved']> {
  return (event, at, length) => {
    if (event.thread === null || event.bytes[at] === slash) {
      return '';
    }
    const path = textAt(event, at, length);
    return path === '<NA>' ? '' : joinPath(directoryFor(event, event.thread, dirfd), path);
  };
}

const slash = 0x2f;

function directoryFor(event: EventView, thread: Thread, dirfd: number | null): string {
  if (dirfd === null || event.info.params[dirfd]?.type !== 'FD' || event.length(dirfd) < 8) {
    return workingDirectory(thread);
  }
  const number = event.i64(dirfd);
  if (number === workingDirectoryFd) {
    return workingDirectory(thread);
  }
  return withSlash(thread.fds.get(number)?.name ?? '');
}

function textAt(event: EventView, at: number, length: number): string {
  const text = event.decode(at, at + length);
  if (text === '' || text === '(NULL)\0') {
    return '<NA>';
  }
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function syscallText(event: EventView, at: number): string {
  const id = readU16(event, at);
  return syscallNames.has(id) ? String(id) : '<unknown syscall>';
}

function idText(event: EventView, at: number): string {
  return String(readU32(event, at) | 0);
}

function nameOfId(
  event: EventView,
  at: number,
  lookUp: (id: number, containerId: string) => string | undefined,
): string {
  const id = readU32(event, at);
  if (id === unset.id) {
    return '<NONE>';
  }
  const name = event.thread === null ? '' : lookUp(id, event.thread.containerId);
  return name === undefined || name === '' ? '<NA>' : name;
}

function signed64({ view }: EventView, at: number): string {
  return signedText(highHalf(view, at), lowHalf(view, at));
}

function readU8({ view }: EventView, at: number): number {
  return view.getUint8(at);
}

function readU16({ view }: EventView, at: number): number {
  return view.getUint16(at, true);
}

function readU32({ view }: EventView, at: number): number {
  return view.getUint32(at, true);
}

function lowHalf(view: DataView, at: number): number {
  return view.getUint32(at, true);
}

function highHalf(view: DataView, at: number): number {
  return view.getUint32(at + 4, true);
}

function number64(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}

function isAllOnes(view: DataView, at: number): boolean {
  return lowHalf(view, at) === 0xffff_ffff && highHalf(view, at) === 0xffff_ffff;
}
