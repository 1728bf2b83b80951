import { type Container, EventView, type LoadedRule } from '@lanner/engine';
import {
  CaptureWriter,
  containerEvent,
  type ContainerEventName,
  latin1,
  type StateTables,
  writeState,
} from '@lanner/sensor';

/** `capture` of the configuration, or what a command asks for. */
export interface RecordSettings {
  /** rules: from an alert of a rule with `capture: true` on; all_rules: of any rule; everything: from the start. */
  readonly mode: 'rules' | 'all_rules' | 'everything';
  /** The file itself for `everything`; otherwise files are named after the event that began them. */
  readonly path: string;
  /** How long a capture goes on after an alert of a rule that does not say. */
  readonly durationMs: number;
  /** Largest capture before compression; 0: any size. */
  readonly maxBytes: number;
}

/** A piece of a capture on its way to its file; `bytes` is null at its end. */
export interface RecordedPiece {
  readonly path: string;
  readonly bytes: Uint8Array | null;
  /** The capture has ended because it became too large. */
  readonly isFull: boolean;
}

/** Bytes that the main thread has not written yet; what comes on top is left out and counted. */
const maxPendingBytes = 64 * 2 ** 20;

interface OpenCapture {
  readonly path: string;
  readonly writer: CaptureWriter;
  deadlineMs: number;
}

/** Writes captures of what happens: all of it, or what follows an alert. */
export class Recorder {
  /** Events that were left out, as their file did not keep up. */
  omitted = 0;
  #begun = false;
  #open: OpenCapture | null = null;
  #pending = 0;
  readonly #settings: RecordSettings;
  readonly #state: StateTables;
  readonly #send: (piece: RecordedPiece) => void;
  /** Stands on events that are not from the sensor. */
  readonly #own: EventView;

  constructor(settings: RecordSettings, state: StateTables, send: (piece: RecordedPiece) => void) {
    this.#settings = settings;
    this.#state = state;
    this.#send = send;
    this.#own = new EventView(state, latin1);
  }

  /** What runs already is known, and events begin. What begins twice goes on. */
  begin(nowNs: bigint): void {
    if (this.#settings.mode === 'everything' && !this.#begun) {
      this.#begun = true;
      this.#start(this.#settings.path, Number.POSITIVE_INFINITY, nowNs);
    }
  }

  /** More has become known of a container, or it has been removed. */
  container(container: Container, nowNs: bigint, name?: ContainerEventName): void {
    if (this.#open !== null) {
      this.#writeContainer(this.#open.writer, container, nowNs, name);
    }
  }

  /** A rule has matched: a capture begins with this very event, or goes on for longer. */
  alert(rule: LoadedRule, event: EventView): void {
    const { mode, durationMs, path } = this.#settings;
    if (mode === 'everything' || (mode === 'rules' && !rule.capture)) {
      return;
    }
    const deadlineMs = timeMs(event) + (rule.captureDurationMs === 0 ? durationMs : rule.captureDurationMs);
    if (this.#open === null) {
      this.#start(`${path}_${padded(event.ts)}_${padded(event.num)}.scap`, deadlineMs, event.ts);
    } else {
      this.#open.deadlineMs = Math.max(this.#open.deadlineMs, deadlineMs);
    }
  }

  /** Takes in an event after the rules have seen it. */
  event(event: EventView): void {
    const open = this.#open;
    if (open === null) {
      return;
    }
    if (this.#pending > maxPendingBytes) {
      this.omitted++;
    } else {
      open.writer.event(event);
    }
    const { maxBytes } = this.#settings;
    if (maxBytes > 0 && open.writer.bytes >= maxBytes) {
      this.#end(true);
    } else if (timeMs(event) >= open.deadlineMs) {
      this.#end(false);
    }
  }

  /** Ends a capture whose time has passed without an event. */
  tick(nowMs: number): void {
    if (this.#open !== null && nowMs > this.#open.deadlineMs) {
      this.#end(false);
    }
  }

  end(): void {
    if (this.#open !== null) {
      this.#end(false);
    }
  }

  /** The main thread has written so many bytes. */
  written(bytes: number): void {
    this.#pending -= bytes;
  }

  #start(path: string, deadlineMs: number, nowNs: bigint): void {
    const writer = new CaptureWriter((bytes) => {
      this.#pending += bytes.length;
      this.#send({ path, bytes, isFull: false });
    });
    this.#open = { path, writer, deadlineMs };
    writeState(this.#state, writer);
    for (const container of this.#state.containers.all()) {
      this.#writeContainer(writer, container, nowNs);
    }
  }

  #writeContainer(
    writer: CaptureWriter,
    container: Container,
    nowNs: bigint,
    name?: ContainerEventName,
  ): void {
    const bytes = containerEvent(container, nowNs, name);
    this.#own.reset(bytes, new DataView(bytes.buffer, bytes.byteOffset), 0, 0);
    writer.event(this.#own);
  }

  #end(isFull: boolean): void {
    const open = this.#open;
    this.#open = null;
    open?.writer.end();
    if (open !== null) {
      this.#send({ path: open.path, bytes: null, isFull });
    }
  }
}

function timeMs(event: EventView): number {
  return (event.tsHi * 0x1_0000_0000 + event.tsLo) / 1e6;
}

function padded(value: bigint | number): string {
  return String(value).padStart(20, '0');
}
