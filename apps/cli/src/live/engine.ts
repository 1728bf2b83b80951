import type { Log } from '@lanner/core';
import {
  type CompiledRuleset,
  compileRuleset,
  type Container,
  eventTable,
  type EventView,
  type LoadedRule,
  type RuleSampling,
} from '@lanner/engine';
import { type ContainerIdentity, type ProcessSource, StateTables } from '@lanner/sensor';
import { pipeline, type PipelineRules } from '../detect/pipeline.ts';
import { loadProgram, reportOf, type RuleProgram, type RuleReport } from '../detect/rule-program.ts';
import { AlertQueue, type RunningProgram } from './alert-queue.ts';
import { BlindWatch } from './blind.ts';
import { ContainerEvents } from './container-events.ts';
import { hasFailed, toNs } from './event-facts.ts';
import { HeldAlerts } from './held-alerts.ts';
import { HeldCommand } from './held-command.ts';
import { namesByAddress } from './host-names.ts';
import { warnOfUnseen } from './interest.ts';
import { kernelCounters } from './kernel-counters.ts';
import { KernelSelection } from './kernel-selection.ts';
import type {
  ContainerAnswer,
  EngineCalls,
  EngineMessage,
  LiveFigures,
  OpenSettings,
  ResolvedName,
  SystemRecords,
  Taken,
} from './protocol.ts';

import { Recorder, type RecordSettings } from './recorder.ts';
import type { LiveSource, PreparedSource, RingSettings } from './sensor-port.ts';
import { takeRecords } from './system-records.ts';

export interface EngineContext {
  /** Somebody in the main thread can be asked about containers. */
  readonly asksContainers: boolean;
  /** The other thread has to write a number to this descriptor after each message while this one waits for events. */
  readonly tellBell: (fd: number) => void;
  /** Resolves when the source is being made ready beside this thread. */
  readonly prepareSource: (rings: RingSettings) => Promise<{ readonly ready: Promise<PreparedSource> }>;
  readonly processes: ProcessSource;
  readonly system: {
    readonly hostname: string;
    readonly maxThreads: number;
    readonly utcOffsetS: number;
  } & ContainerIdentity;
  /** `transfer` moves to the other thread instead of being copied. */
  readonly send: (message: EngineMessage, transfer?: ArrayBuffer) => void;
  readonly log: Log;
  /** What this thread has used, and how much memory the process takes. */
  readonly usage: () => { readonly cpuSeconds: number; readonly rssBytes: number };
  readonly collectGarbage: () => void;
  /** How rules are timed; absent: they are not. */
  readonly sampling?: RuleSampling;
  /** ms since 1970. */
  readonly now: () => number;
}

/** Events that are taken before the rest of the thread has its turn. */
const turnEvents = 8192;
const tickMs = 1000;
/** Compilers of V8 free megabytes while they warm up, and the C library keeps them. */
const trimMs = 10_000;
/** Without events and losses figures are told this often. */
const quietMs = 10_000;
const noPurge = { intervalMs: Number.POSITIVE_INFINITY, idleMs: 0 };

/** Owns ring, state and rules, and nothing else: it lives in a thread of its own. */
export class LiveEngine implements EngineCalls {
  readonly state: StateTables;
  ended = false;
  /** The ruleset is read for each event. */
  readonly #rules: { ruleset: CompiledRuleset<LoadedRule>; onAlert: PipelineRules['onAlert'] };
  readonly #context: EngineContext;
  readonly #blind: BlindWatch;
  readonly #held: HeldAlerts<RunningProgram>;
  #ready: Promise<PreparedSource> | null = null;
  #source: LiveSource | null = null;
  #recorder: Recorder | null = null;
  readonly #selection: KernelSelection;
  /** Events of the last second by the number of their type. */
  readonly #counts = new Uint32Array(eventTable.length);
  #program: RunningProgram | null = null;
  #settings: Pick<OpenSettings, 'dropsFailed' | 'purge'> = { dropsFailed: false, purge: noPurge };
  #command = new HeldCommand(null);
  #begun = false;
  readonly #rest = Promise.withResolvers<undefined>();
  #events = 0;
  readonly #alerts: AlertQueue;
  /** What was told last. */
  #told = { nowMs: 0, events: -1, drops: -1 };
  #lastTickMs: number;
  #lastSweepMs: number;
  #lastTrimMs: number;
  readonly #containerEvents: ContainerEvents;
  #take: (() => void) | null = null;
  #view: EventView | null = null;
  readonly #handle = (event: EventView): void => {
    this.#onEvent(event);
  };

  constructor(context: EngineContext) {
    this.#context = context;
    this.#selection = new KernelSelection(context.log);
    this.#alerts = new AlertQueue((alerts) => {
      context.send({ kind: 'alerts', alerts });
    });
    this.#held = new HeldAlerts((rule, event, program) => {
      this.#alerts.add(rule, event, program);
    });
    this.state = new StateTables({
      ...context.system,
      system: context.processes,
      ...(context.asksContainers ? { onUnknown: this.#askContainer.bind(this) } : {}),
    });
    this.#rules = {
      ruleset: compileRuleset<LoadedRule>([]),
      onAlert: (rule, event) => {
        this.#onAlert(rule, event);
      },
    };
    this.#containerEvents = new ContainerEvents(this.state, this.#rules);
    const nowMs = context.now();
    this.#blind = new BlindWatch(toNs(nowMs));
    this.#lastTickMs = nowMs;
    this.#lastSweepMs = nowMs;
    this.#lastTrimMs = nowMs;
  }

  load(program: RuleProgram): RuleReport {
    const { set, ruleset, printer } = loadProgram(program, this.#context.sampling);
    const report = reportOf(set);
    if (!set.successful) {
      return report;
    }
    this.#selection.exchange(set, ruleset.eventIds('syscall'), () => {
      this.#rules.ruleset = ruleset;
      this.#program = {
        number: (this.#program?.number ?? 0) + 1,
        printer,
        places: new Map(set.rules.map((rule, place) => [rule, place])),
      };
    });
    warnOfUnseen(set.enabled, this.#context.log);
    this.#blind.setRules(set.enabled.filter(({ source }) => source === 'syscall'));
    return report;
  }

  async prepare(rings: RingSettings): Promise<void> {
    const started = this.#context.prepareSource(rings);
    this.#ready = started.then(({ ready }) => ready);
    // `open` tells of what fails.
    this.#ready.catch(() => undefined);
    await started.catch(() => undefined);
  }

  async open(settings: OpenSettings): Promise<void> {
    const { scope, snapLength, base, record, budget, heldPid } = settings;
    this.#settings = settings;
    this.#command = new HeldCommand(heldPid);
    // A capture is to have all events.
    this.#selection.configure({ base, budget, filters: record === null });
    this.#recorder = record === null ? null : this.#openRecorder(record);
    // What is recorded is not filtered, and its alerts are to be those of a replay.
    this.state.trustsKernel = record === null;
    const interest = this.#selection.types;
    const ready = this.#ready ?? (await this.#context.prepareSource(settings)).ready;
    this.#ready = null;
    this.#source = (await ready).open({ scope, snapLength, interest, state: this.state });
    this.#selection.attach(this.#source);
    const bell = this.#source.takeBell();
    if (bell !== null) {
      this.#context.tellBell(bell);
    }
  }

  records(records: SystemRecords): void {
    takeRecords(this.state.sink, records);
  }

  begin(): void {
    // A capture begins with all that is known, users and groups with it.
    this.state.completeInitialState();
    const nowNs = toNs(this.#context.now());
    if (!this.#command.isWaiting) {
      this.#recorder?.begin(nowNs);
    }
    this.#begun = true;
    this.#containerEvents.begin(nowNs);
    this.#rest.resolve(undefined);
  }

  settle(): void {
    // What the filter is made from is garbage afterwards.
    this.#selection.narrow();
    this.#context.collectGarbage();
    this.#source?.release();
  }

  addToScope(tgid: number): void {
    this.#source?.addToScope(tgid);
  }

  container({ id, container, users, groups }: ContainerAnswer): void {
    this.state.users.setAll(id, users ?? [], groups ?? []);
    if (container !== null) {
      const nowNs = toNs(this.#context.now());
      this.state.containers.set(container);
      this.#recorder?.container(container, nowNs);
      this.#containerEvents.known(container, nowNs);
    }
    this.#held.answered(id);
    this.state.forgetEndedContainer(id);
  }

  hostNames(names: readonly ResolvedName[]): void {
    this.state.resolvedNames = namesByAddress(names);
  }

  announce(container: Container): void {
    this.state.containers.announce(container);
  }

  /** Rules are told with what is known of the container. */
  removed(container: Container): void {
    const nowNs = toNs(this.#context.now());
    this.#recorder?.container(container, nowNs, 'container_removed');
    this.#containerEvents.removed(this.state.container(container.id) ?? container, nowNs);
  }

  stop(): LiveFigures {
    while (this.turn() > 0) {
      // What happened before the call is still to be seen.
    }
    this.#tellLosses(toNs(this.#context.now()));
    this.#recorder?.begin(toNs(this.#context.now()));
    this.#recorder?.end();
    this.#held.end();
    this.#alerts.flush();
    const rest = this.#blind.end();
    if (rest.length > 0) {
      this.#context.send({ kind: 'blind', intervals: rest });
    }
    const figures = this.figures();
    this.#source?.close();
    this.#source = null;
    this.#selection.attach(null);
    void this.#ready?.then(
      (source) => {
        source.close();
      },
      () => undefined,
    );
    this.ended = true;
    this.#rest.resolve(undefined);
    return figures;
  }

  /** So much no longer waits in the main thread. */
  taken({ alerts, bytes }: Taken): void {
    this.#alerts.taken(alerts);
    this.#recorder?.written(bytes);
  }

  /** Takes what waits, up to a limit, and tells of it; gives the number of events. */
  turn(): number {
    const count = this.#source !== null && this.#begun ? this.#source.poll(this.#handle, turnEvents) : 0;
    this.#events += count;
    const nowMs = this.#context.now();
    this.#held.expire(nowMs);
    this.#alerts.flush();
    if (nowMs - this.#lastTickMs >= tickMs) {
      this.#lastTickMs = nowMs;
      this.#tick(nowMs);
    }
    return count;
  }

  /** Waits for something to do: blocks for events, unless none can come before the next request. */
  async rest(): Promise<void> {
    if (this.#source === null || !this.#begun) {
      await this.#rest.promise;
      return;
    }
    const nowMs = this.#context.now();
    const dueMs = Math.min(this.#lastTickMs + tickMs, this.#held.dueMs);
    // A clock that was set back must not make it wait for long.
    this.#source.wait(Math.min(Math.max(Math.ceil(dueMs - nowMs), 1), tickMs));
  }

  figures(): LiveFigures {
    const stats = this.#source?.stats() ?? { cpus: [], lostByType: new Map<number, number>() };
    const { lookups, skippedLookups } = this.#context.processes;
    return {
      events: this.#events,
      state: this.state.stats(),
      kernel: kernelCounters(stats),
      lostByType: [...stats.lostByType],
      blind: [...this.#blind.times()],
      incompleteAlerts: this.#held.incomplete,
      omittedEvents: this.#recorder?.omitted ?? 0,
      droppedAlerts: this.#alerts.dropped,
      lookups,
      skippedLookups,
      ruleTimes: this.#rules.ruleset.times(),
    };
  }

  #onEvent(event: EventView): void {
    if (this.#view !== event || this.#take === null) {
      this.#view = event;
      this.#take = pipeline(event, this.state, this.#rules);
    }
    // The counts have a place for every type.
    this.#counts[event.type] = (this.#counts[event.type] as number) + 1;
    if (this.#settings.dropsFailed && hasFailed(event)) {
      return;
    }
    if (this.#command.isWaiting) {
      if (this.#command.holds(event)) {
        this.state.apply(event);
        return;
      }
      // A capture has none of that, but begins with what came of it.
      this.#recorder?.begin(event.ts);
    }
    this.#take();
    this.#recorder?.event(event);
  }

  #onAlert(rule: LoadedRule, event: EventView): void {
    const program = this.#program;
    if (program === null) {
      return;
    }
    this.#recorder?.alert(rule, event);
    if (!this.#held.take(rule, event, program, this.#context.now())) {
      this.#alerts.add(rule, event, program);
    }
  }

  #tick(nowMs: number): void {
    this.#selection.narrow();
    this.#recorder?.tick(nowMs);
    this.#selection.keepBudget(() => ({ ...this.#context.usage(), nowMs }), this.#counts);
    this.#counts.fill(0);
    this.#tellLosses(toNs(nowMs));
    this.#tellFigures(nowMs);
    if (nowMs - this.#lastTrimMs >= trimMs) {
      this.#lastTrimMs = nowMs;
      this.#source?.trim();
    }
    const { intervalMs, idleMs } = this.#settings.purge;
    if (nowMs - this.#lastSweepMs >= intervalMs) {
      this.#lastSweepMs = nowMs;
      this.state.removeInactiveThreads(BigInt(idleMs) * 1_000_000n, (tid) =>
        this.#context.processes.isAlive(tid),
      );
    }
  }

  /** Says nothing for a while when nothing has happened: it would wake the other thread. */
  #tellFigures(nowMs: number): void {
    const figures = this.figures();
    const { events, kernel } = figures;
    const told = this.#told;
    if (events !== told.events || kernel.drops !== told.drops || nowMs - told.nowMs >= quietMs) {
      this.#told = { nowMs, events, drops: kernel.drops };
      this.#context.send({ kind: 'figures', figures });
    }
  }

  #tellLosses(nowNs: bigint): void {
    const lost = this.#source?.stats().lostByType;
    const intervals = lost === undefined ? [] : this.#blind.note(lost, nowNs, this.#selection.shed);
    if (intervals.length > 0) {
      this.#context.send({ kind: 'blind', intervals });
    }
  }

  #askContainer(id: string, cgroup: string, tid: number): void {
    if (this.#held.ask(id)) {
      this.#context.send({ kind: 'container', question: { id, cgroup, tid } });
    }
  }

  #openRecorder(settings: RecordSettings): Recorder {
    return new Recorder(settings, this.state, (piece) => {
      // The bytes are the writer's no more, and have a buffer of their own.
      this.#context.send({ kind: 'piece', piece }, piece.bytes?.buffer as ArrayBuffer | undefined);
    });
  }
}
