import type { EventView, Group, Machine, NetworkInterface, User } from '@lanner/engine';
import { ByteBuilder } from './byte-builder.ts';
import { blockFrameBytes, blockTypes, maxSmallBlockBytes, newestVersion, sectionMagic } from './format.ts';
import type { CaptureSink, FdRecord, InterfaceRecord, MachineRecord, ThreadRecord } from './records.ts';
import {
  writeFd,
  writeGroup,
  writeInterface,
  writeMachine,
  writeThread,
  writeUser,
} from './write-entries.ts';

/** Takes a piece of a capture; the bytes are its own. */
export type CaptureOutput = (bytes: Uint8Array) => void;

/** What is handed to the output at once, at least. */
const pieceBytes = 64 * 1024;
/** Lists are split into blocks of this size. */
const listBytes = 1024 * 1024;
/** Falco keeps only the last block of users, so that they are not split earlier. */
const userListBytes = 16 * 1024 * 1024;

/**
 * Writes a capture in the current form of the format (1.2), piece by piece. It takes records and events in the order in
 * which a reader gives them: section, machine, interfaces, users and groups, threads, descriptors of each thread,
 * events; any of them may be missing. What one reader gives, another writer can take as its sink.
 */
export class CaptureWriter implements CaptureSink {
  /** Bytes handed to the output and bytes that wait, before compression. */
  bytes = 0;
  readonly #output: CaptureOutput;
  #piece = new ByteBuilder(2 * pieceBytes);
  readonly #list = new ByteBuilder(pieceBytes);
  /** Type of the list block that is being filled; 0 when there is none. */
  #listType = 0;
  #listTid = 0;
  #hasSection = false;

  constructor(output: CaptureOutput) {
    this.#output = output;
  }

  /** Starts a section: the first, which need not be asked for, or one more in the same file. */
  section(): void {
    this.#closeList();
    this.#hasSection = true;
    const { major, minor } = newestVersion;
    const body = new ByteBuilder(16).u32(sectionMagic).u16(major).u16(minor).u64(-1);
    this.#block(blockTypes.sectionHeader, body);
  }

  machine(machine: Machine & Partial<MachineRecord>): void {
    this.#openList(0, 0);
    const body = new ByteBuilder(256);
    writeMachine(body, machine);
    this.#block(blockTypes.machine, body);
  }

  interfaces(interfaces: readonly (NetworkInterface & Partial<InterfaceRecord>)[]): void {
    this.#openList(0, 0);
    const body = new ByteBuilder(1024);
    for (const entry of interfaces) {
      writeInterface(body, entry);
    }
    this.#block(blockTypes.interfacesV2, body);
  }

  user(user: User): void {
    this.#openList(blockTypes.usersV2, 0, userListBytes);
    writeUser(this.#list, user);
  }

  group(group: Group): void {
    this.#openList(blockTypes.usersV2, 0, userListBytes);
    writeGroup(this.#list, group);
  }

  thread(record: ThreadRecord): void {
    this.#openList(blockTypes.threadsV9, 0);
    writeThread(this.#list, record);
  }

  fd(tid: number, record: FdRecord): void {
    this.#openList(blockTypes.fdsV2, tid);
    writeFd(this.#list, record);
  }

  /** Appends the event that the view stands on. `flags` are those of EVF blocks; 0 writes a block without. */
  event(event: EventView, flags = 0): void {
    if (this.#listType !== 0 || !this.#hasSection) {
      this.#openList(0, 0);
    }
    const { size } = event;
    const bodyBytes = 2 + (flags === 0 ? 0 : 4) + size;
    const padding = -bodyBytes & 3;
    const blockBytes = blockFrameBytes + bodyBytes + padding;
    const isLarge = event.info.isLarge || blockBytes > maxSmallBlockBytes;
    const piece = this.#piece;
    piece
      .u32(eventBlockType(isLarge, flags !== 0))
      .u32(blockBytes)
      .u16(event.cpu);
    if (flags !== 0) {
      piece.u32(flags);
    }
    piece.append(event.bytes.subarray(event.offset, event.offset + size));
    piece.zeros(padding).u32(blockBytes);
    this.#written(blockBytes);
  }

  /** Hands all that waits to the output. Call it at the end. */
  end(): void {
    if (!this.#hasSection) {
      this.section();
    }
    this.#closeList();
    this.#flush();
  }

  #openList(type: number, tid: number, maxBytes = listBytes): void {
    if (!this.#hasSection) {
      this.section();
    }
    if (this.#listType === type && this.#listTid === tid && this.#list.length < maxBytes) {
      return;
    }
    this.#closeList();
    this.#listType = type;
    this.#listTid = tid;
    if (type === blockTypes.fdsV2) {
      this.#list.u64(tid);
    }
  }

  #closeList(): void {
    if (this.#listType !== 0) {
      this.#block(this.#listType, this.#list);
    }
    this.#list.clear();
    this.#listType = 0;
  }

  #block(type: number, body: ByteBuilder): void {
    const padding = -body.length & 3;
    const blockBytes = blockFrameBytes + body.length + padding;
    this.#piece.u32(type).u32(blockBytes);
    this.#piece.append(body.bytes.subarray(0, body.length)).zeros(padding).u32(blockBytes);
    this.#written(blockBytes);
  }

  #written(blockBytes: number): void {
    this.bytes += blockBytes;
    if (this.#piece.length >= pieceBytes) {
      this.#flush();
    }
  }

  #flush(): void {
    const piece = this.#piece;
    if (piece.length > 0) {
      this.#piece = new ByteBuilder(2 * pieceBytes);
      this.#output(piece.bytes.subarray(0, piece.length));
    }
  }
}

function eventBlockType(isLarge: boolean, isFlagged: boolean): number {
  if (isLarge) {
    return isFlagged ? blockTypes.flaggedEventV2Large : blockTypes.eventV2Large;
  }
  return isFlagged ? blockTypes.flaggedEventV2 : blockTypes.eventV2;
}
