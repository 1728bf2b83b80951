import { type Fd, fdTypes } from '@lanner/engine';
import { epollCloseOnExec, memfdCloseOnExec, openFlags } from '../lib/ppm-flags.ts';
import {
  destinationAddress,
  destinationPort,
  newEnds,
  protocolOf,
  type SocketEnds,
  sourceAddress,
  sourcePort,
  unixDestination,
  unixSource,
} from '../lib/socket-ends.ts';
import type { PathText } from './path-text.ts';

/** Bits of `FdEntry.marks`. */
const marks = {
  server: 1 << 0,
  client: 1 << 1,
  connected: 1 << 2,
  upperLayer: 1 << 3,
  lowerLayer: 1 << 4,
} as const;

/** An open descriptor. Two thirds of all events make or close one, so it is small and puts its name together late. */
export class FdEntry implements Fd {
  type: number;
  openFlags: number;
  dev = 0;
  pid = -1;
  /** In the tables of several processes, after a fork: to be copied before it is changed. */
  isShared = false;
  #marks = 0;
  // Two halves, since a number beyond 31 bits would take room of its own.
  #inodeLow = 0;
  #inodeHigh = 0;
  #ends: SocketEnds | null = null;
  #path: PathText | null = null;
  #directory = '';
  /** Null until a path is resolved. */
  #name: string | null = '';
  /** The name at the start of the event that last looked at the descriptor, when it is known to differ. */
  #formerName: string | null = '';

  constructor(type: number, flags = 0) {
    this.type = type;
    this.openFlags = flags;
  }

  /** Names the descriptor after a path, which is resolved when somebody asks. */
  setPath(path: PathText, directory: string): void {
    this.#path = path;
    this.#directory = directory;
    this.#name = null;
  }

  get name(): string {
    this.#name ??= this.#path?.resolve(this.#directory) ?? '';
    return this.#name;
  }

  /** Renames the descriptor; the event at hand then shows a changed name. */
  rename(name: string): void {
    this.#formerName ??= this.name;
    this.#name = name;
  }

  /** An event looks at the descriptor: the name it finds is the old one. */
  markSeen(): void {
    this.#formerName = null;
  }

  get nameRaw(): string {
    return this.#path?.raw ?? '';
  }

  get nameChanged(): boolean {
    return this.#formerName !== null && this.#formerName !== this.name;
  }

  get ino(): number | bigint {
    const high = this.#inodeHigh >>> 0;
    return high < 0x20_0000
      ? high * 0x1_0000_0000 + (this.#inodeLow >>> 0)
      : (BigInt(high) << 32n) | BigInt(this.#inodeLow >>> 0);
  }

  /** Sets the inode from the lower and upper half of its number. */
  setInode(low: number, high: number): void {
    this.#inodeLow = low;
    this.#inodeHigh = high;
  }

  get isServer(): boolean {
    return (this.#marks & marks.server) !== 0;
  }

  get isClient(): boolean {
    return (this.#marks & marks.client) !== 0;
  }

  get hasRole(): boolean {
    return (this.#marks & (marks.server | marks.client)) !== 0;
  }

  get isConnected(): boolean {
    return (this.#marks & marks.connected) !== 0;
  }

  get isUpperLayer(): boolean {
    return (this.#marks & marks.upperLayer) !== 0;
  }

  get isLowerLayer(): boolean {
    return (this.#marks & marks.lowerLayer) !== 0;
  }

  markServer(): void {
    this.#marks |= marks.server;
  }

  markClient(): void {
    this.#marks |= marks.client;
  }

  markConnected(): void {
    this.#marks |= marks.connected;
  }

  /** Takes over the bits that say on which layer of an overlay file system the file lies. */
  markLayers(flags: number): void {
    if ((flags & openFlags.upperLayer) !== 0) {
      this.#marks |= marks.upperLayer;
    }
    if ((flags & openFlags.lowerLayer) !== 0) {
      this.#marks |= marks.lowerLayer;
    }
  }

  /** The ends of the socket, made when first asked for. */
  get ends(): SocketEnds {
    this.#ends ??= newEnds();
    return this.#ends;
  }

  get sip(): string {
    return this.#ends === null ? '' : sourceAddress(this.type, this.#ends);
  }

  get dip(): string {
    return this.#ends === null ? '' : destinationAddress(this.type, this.#ends);
  }

  get sport(): number {
    return this.#ends === null ? 0 : sourcePort(this.type, this.#ends);
  }

  get dport(): number {
    return this.#ends === null ? 0 : destinationPort(this.type, this.#ends);
  }

  get l4(): number {
    return this.#ends === null ? 0 : protocolOf(this.type, this.#ends);
  }

  get unixSource(): bigint {
    return this.#ends !== null && this.type === fdTypes.unix ? unixSource(this.#ends) : 0n;
  }

  get unixDest(): bigint {
    return this.#ends !== null && this.type === fdTypes.unix ? unixDestination(this.#ends) : 0n;
  }

  /** The program that an execve starts does not get it. */
  get isCloseOnExec(): boolean {
    return (
      (this.openFlags & openFlags.closeOnExec) !== 0 ||
      (this.type === fdTypes.eventpoll && (this.openFlags & epollCloseOnExec) !== 0) ||
      (this.type === fdTypes.memfd && (this.openFlags & memfdCloseOnExec) !== 0)
    );
  }

  /** As Falco, also the bit that means close-on-exec for some kinds and something else for the others. */
  clearCloseOnExec(): void {
    this.openFlags &= ~(openFlags.closeOnExec | epollCloseOnExec | memfdCloseOnExec);
  }

  /** A descriptor of its own with the same properties; its name counts as unchanged. */
  copy(): FdEntry {
    const copy = new FdEntry(this.type, this.openFlags);
    copy.dev = this.dev;
    copy.pid = this.pid;
    copy.#marks = this.#marks;
    copy.#inodeLow = this.#inodeLow;
    copy.#inodeHigh = this.#inodeHigh;
    copy.#ends = this.#ends === null ? null : Int32Array.from(this.#ends);
    copy.#path = this.#path;
    copy.#directory = this.#directory;
    copy.#name = this.#name;
    copy.#formerName = null;
    return copy;
  }
}
