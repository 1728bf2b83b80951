import type { ByteWindow } from './byte-window.ts';
import { Cursor } from './cursor.ts';
import { formatError, versionError } from './capture-error.ts';
import { readFd } from './fd-entry.ts';
import {
  blockFrameBytes,
  blockHeaderBytes,
  blockTrailerBytes,
  blockTypes,
  eventForm,
  machineBodyBytes,
  newestVersion,
  type RecordBlock,
  recordBlocks,
  sectionBodyBytes,
  sectionMagic,
} from './format.ts';
import type { CaptureSink, InterfaceRecord } from './records.ts';
import { readInterface, readMachine, readUserEntry } from './system-entries.ts';
import { readThread } from './thread-entry.ts';

/** `again`: call again; `starved`: the window lacks bytes; `events`: an event block comes next. */
type SystemStep = 'again' | 'starved' | 'events';

type Position = 'section' | 'block' | 'entries' | 'trailer';

/** No entry of any list is longer; more bytes than this cannot complete one. */
const maxEntryBytes = 32 * 1024;
/** Entries are read while at least this many bytes remain; fewer are padding. */
const leastEntryBytes = 4;
/** Interfaces are handed on as a list, so their number is bounded. */
const maxInterfaces = 16_384;

/** Reads the blocks before the events, entry by entry, so that a long list needs no more memory than a short one. */
export class SystemReader {
  version = '';
  readonly blockCounts: Map<number, number> = new Map();
  unknownBlocks = 0;
  readonly #window: ByteWindow;
  readonly #cursor = new Cursor();
  #at: Position = 'section';
  #block: RecordBlock | null = null;
  #blockBytes = 0;
  /** Bytes of the list at hand that have not been read. */
  #bodyLeft = 0;
  /** Bytes to pass over before anything else. */
  #skip = 0;
  #tid = 0;
  #interfaces: InterfaceRecord[] = [];

  constructor(window: ByteWindow) {
    this.#window = window;
  }

  /** What is wrong when the capture ends here, in words. */
  get endProblem(): string {
    if (this.#window.offset === 0 && this.#window.available === 0) {
      return 'the capture is empty';
    }
    const isBetweenBlocks = this.#at === 'block' && this.#skip === 0 && this.#window.available === 0;
    return isBetweenBlocks ? 'the capture has no events' : 'the capture ends within a block';
  }

  /** The next block must be a section. */
  restart(): void {
    this.#at = 'section';
  }

  next(sink: CaptureSink): SystemStep {
    if (this.#skip > 0) {
      this.#skip -= this.#window.skip(this.#skip);
      if (this.#skip > 0) {
        return 'starved';
      }
    }
    switch (this.#at) {
      case 'section':
        return this.#readSection(sink);
      case 'block':
        return this.#readBlock(sink);
      case 'entries':
        return this.#readEntries(sink);
      case 'trailer':
        return this.#readTrailer(sink);
    }
  }

  #readSection(sink: CaptureSink): SystemStep {
    const window = this.#window;
    if (!window.require(blockHeaderBytes)) {
      return 'starved';
    }
    const type = window.view.getUint32(window.position, true);
    if (type !== blockTypes.sectionHeader) {
      throw formatError(`a section was expected, not a block of type 0x${type.toString(16)}`);
    }
    const length = window.view.getUint32(window.position + 4, true);
    if (length < blockFrameBytes + sectionBodyBytes) {
      throw formatError(`a section header of ${length} bytes`);
    }
    if (!window.require(blockHeaderBytes + sectionBodyBytes)) {
      return 'starved';
    }
    const body = window.position + blockHeaderBytes;
    const magic = window.view.getUint32(body, true);
    if (magic !== sectionMagic) {
      throw formatError(`a section header with the magic number 0x${magic.toString(16)}`);
    }
    const major = window.view.getUint16(body + 4, true);
    const minor = window.view.getUint16(body + 6, true);
    if (major > newestVersion.major) {
      throw versionError(`${major}.${minor}`);
    }
    this.version = `${major}.${minor}`;
    this.#count(type);
    window.consume(blockHeaderBytes + sectionBodyBytes);
    // Options of the pcapng format, and a trailer that no reader looks at.
    this.#skip = length - blockHeaderBytes - sectionBodyBytes;
    this.#at = 'block';
    sink.section();
    return 'again';
  }

  #readBlock(sink: CaptureSink): SystemStep {
    const window = this.#window;
    if (!window.require(blockHeaderBytes)) {
      return 'starved';
    }
    const type = window.view.getUint32(window.position, true);
    if (eventForm(type) > 0) {
      return 'events';
    }
    this.#blockBytes = window.view.getUint32(window.position + 4, true);
    if (this.#blockBytes < blockFrameBytes) {
      throw formatError(`a block of ${this.#blockBytes} bytes`);
    }
    const block = recordBlocks.get(type) ?? null;
    this.#block = block;
    if (block === null) {
      this.unknownBlocks++;
      window.consume(blockHeaderBytes);
      this.#skip = this.#blockBytes - blockFrameBytes;
      this.#at = 'trailer';
      return 'again';
    }
    return this.#enterBlock(type, block, sink);
  }

  #enterBlock(type: number, block: RecordBlock, sink: CaptureSink): SystemStep {
    const window = this.#window;
    const bodyBytes = this.#blockBytes - blockFrameBytes;
    const headBytes = block.kind === 'machine' ? machineBodyBytes : block.kind === 'fds' ? 8 : 0;
    if (bodyBytes < headBytes) {
      throw formatError(`a ${block.kind} block of ${this.#blockBytes} bytes`);
    }
    if (!window.require(blockHeaderBytes + headBytes)) {
      return 'starved';
    }
    const head = window.position + blockHeaderBytes;
    const cursor = this.#cursor;
    cursor.reset(window.bytes, window.view, head, head + headBytes);
    const machine = block.kind === 'machine' ? readMachine(cursor) : null;
    this.#tid = block.kind === 'fds' ? cursor.i64() : 0;
    this.#interfaces = [];
    this.#count(type);
    window.consume(blockHeaderBytes + headBytes);
    if (machine === null) {
      this.#bodyLeft = bodyBytes - headBytes;
      this.#at = 'entries';
    } else {
      this.#skip = bodyBytes - headBytes;
      this.#at = 'trailer';
      sink.machine(machine);
    }
    return 'again';
  }

  #readEntries(sink: CaptureSink): SystemStep {
    const window = this.#window;
    if (this.#bodyLeft < leastEntryBytes) {
      this.#skip = this.#bodyLeft;
      this.#at = 'trailer';
      return 'again';
    }
    const limit = window.position + Math.min(window.available, this.#bodyLeft);
    const cursor = this.#cursor;
    cursor.reset(window.bytes, window.view, window.position, limit);
    const deliver = this.#parseEntry(cursor);
    if (cursor.fault !== null) {
      throw formatError(cursor.fault);
    }
    if (cursor.overrun) {
      return this.#lackBytes();
    }
    const used = cursor.used;
    const entryBytes = cursor.entryBytes === 0 ? used : cursor.entryBytes;
    if (entryBytes < used || entryBytes > this.#bodyLeft) {
      throw formatError(
        `an entry of ${entryBytes} bytes that holds ${used}, in a list with ${this.#bodyLeft} left`,
      );
    }
    window.consume(used);
    this.#skip = entryBytes - used;
    this.#bodyLeft -= entryBytes;
    deliver(sink);
    return 'again';
  }

  // The entry needs more bytes than there are: an error unless the list goes on behind them.
  #lackBytes(): SystemStep {
    const wanted = Math.min(this.#bodyLeft, maxEntryBytes);
    if (this.#window.available >= wanted) {
      throw formatError('an entry that reaches beyond its list');
    }
    return this.#window.require(wanted) ? 'again' : 'starved';
  }

  #parseEntry(cursor: Cursor): (sink: CaptureSink) => void {
    const { kind, version } = this.#block ?? { kind: 'machine', version: 1 };
    switch (kind) {
      case 'threads': {
        const thread = readThread(cursor, version);
        return (sink) => sink.thread(thread);
      }
      case 'fds': {
        const fd = readFd(cursor, version);
        return (sink) => sink.fd(this.#tid, fd);
      }
      case 'users': {
        const entry = readUserEntry(cursor, version);
        return (sink) => ('user' in entry ? sink.user(entry.user) : sink.group(entry.group));
      }
      case 'interfaces': {
        const entry = readInterface(cursor, version);
        return () => this.#addInterface(entry);
      }
      case 'machine':
        throw new Error('a machine block has no entries');
    }
  }

  #addInterface(entry: InterfaceRecord): void {
    if (this.#interfaces.length >= maxInterfaces) {
      throw formatError(`more than ${maxInterfaces} network interfaces`);
    }
    this.#interfaces.push(entry);
  }

  #readTrailer(sink: CaptureSink): SystemStep {
    const window = this.#window;
    if (!window.require(blockTrailerBytes)) {
      return 'starved';
    }
    const trailer = window.view.getUint32(window.position, true);
    if (trailer !== this.#blockBytes) {
      throw formatError(`a block of ${this.#blockBytes} bytes whose end says ${trailer}`);
    }
    window.consume(blockTrailerBytes);
    this.#at = 'block';
    if (this.#block?.kind === 'interfaces') {
      sink.interfaces(this.#interfaces);
      this.#interfaces = [];
    }
    return 'again';
  }

  #count(type: number): void {
    this.blockCounts.set(type, (this.blockCounts.get(type) ?? 0) + 1);
  }
}
