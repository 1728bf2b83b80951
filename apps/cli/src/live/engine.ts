import { AppError, type Log } from '@lanner/core';
import {
  type CompiledRuleset,
  compileRuleset,
  type Container,
  deriveFilter,
  eventId,
  eventTable,
  type EventView,
  filteredRules,
  type LoadedRule,
  type RuleSet,
} from '@lanner/engine';
import { type ContainerIdentity, type ProcessSource, StateTables } from '@lanner/sensor';
import type { AlertPrinter } from '../detect/alert-printer.ts';
import { pipeline, type PipelineRules } from '../detect/pipeline.ts';
import { loadProgram, reportOf, type RuleProgram, type RuleReport } from '../detect/rule-program.ts';
import { BlindWatch } from './blind.ts';
import { HeldAlerts } from './held-alerts.ts';
import { type BaseSyscalls, namedCalls, selectInterest, warnOfUnseen } from './interest.ts';
import { kernelCounters } from './kernel-counters.ts';
import type {
  ContainerAnswer,
  EngineCalls,
  EngineMessage,
  LiveAlert,
  LiveFigures,
  OpenSettings,
  SystemRecords,
  Taken,
} from './protocol.ts';
import { Recorder, type RecordSettings } from './recorder.ts';
import { Shedder } from './shedder.ts';
import type { LiveSource, PreparedSource, RingSettings } from './sensor-port.ts';

export interface EngineContext {
  /** Somebody in the main thread can be asked about containers. */
  readonly asksContainers: boolean;
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
  /** ms since 1970. */
  readonly now: () => number;
}

const execveExit = eventId('SYSCALL_EXECVE_19_X');
/** Events that are taken before the rest of the thread has its turn. */
const turnEvents = 8192;
/** Alerts that the main thread has not taken yet; more are dropped and counted. */
const maxPendingAlerts = 65_536;
const tickMs = 1000;
/** Compilers of V8 free megabytes while they warm up, and the C library keeps them. */
const trimMs = 10_000;
const noPurge = { intervalMs: Number.POSITIVE_INFINITY, idleMs: 0 };

/** Rules in use, with the places of the rules in their report. */
interface RunningProgram {
  readonly number: number;
  readonly printer: AlertPrinter;
  readonly places: ReadonlyMap<LoadedRule, number>;
}

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
  #shedder = new Shedder({ cpuRatio: null, rssBytes: null });
  /** Events of the last second by the number of their type. */
  readonly #counts = new Uint32Array(eventTable.length);
  #program: RunningProgram | null = null;
  /** Rules whose filter the kernel does not have yet. */
  #filterDue: RuleSet | null = null;
  #base: BaseSyscalls = { customSet: [], repair: false, all: false };
  #settings: Pick<OpenSettings, 'dropsFailed' | 'purge'> = { dropsFailed: false, purge: noPurge };
  #heldPid: number | null = null;
  /** Whose events are to be delivered: the rules in use, and during a reload those that come. */
  #wanting: readonly LoadedRule[] = [];
  #begun = false;
  #events = 0;
  #alerts: LiveAlert[] = [];
  #pending = 0;
  #droppedAlerts = 0;
  #lastTickMs: number;
  #lastSweepMs: number;
  #lastTrimMs: number;
  #take: (() => void) | null = null;
  #view: EventView | null = null;
  readonly #handle = (event: EventView): void => {
    this.#onEvent(event);
  };

  constructor(context: EngineContext) {
    this.#context = context;
    this.#held = new HeldAlerts((rule, event, program) => {
      this.#print(rule, event, program);
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
    const nowMs = context.now();
    this.#blind = new BlindWatch(toNs(nowMs));
    this.#lastTickMs = nowMs;
    this.#lastSweepMs = nowMs;
    this.#lastTrimMs = nowMs;
  }

  load(program: RuleProgram): RuleReport {
    const { set, ruleset, printer } = loadProgram(program);
    const report = reportOf(set);
    if (!set.successful) {
      return report;
    }
    // Wide enough for both, then the exchange, then no wider than needed: no event is missed on the way.
    const both = new Set([...this.#rules.ruleset.eventIds('syscall'), ...ruleset.eventIds('syscall')]);
    this.#wanting = [...this.#wanting, ...set.enabled];
    this.#source?.setFilter(null);
    this.#source?.setInterest(this.#interestOf(both));
    this.#wanting = set.enabled;
    this.#rules.ruleset = ruleset;
    this.#filterDue = set;
    this.#program = {
      number: (this.#program?.number ?? 0) + 1,
      printer,
      places: new Map(set.rules.map((rule, place) => [rule, place])),
    };
    warnOfUnseen(set.enabled, this.#context.log);
    this.#blind.setRules(set.enabled.filter(({ source }) => source === 'syscall'));
    this.#source?.setInterest(this.#interestOf(ruleset.eventIds('syscall')));
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
    this.#base = base;
    this.#heldPid = heldPid;
    this.#shedder = new Shedder(budget);
    this.#recorder = record === null ? null : this.#openRecorder(record);
    // What is recorded is not filtered, and its alerts are to be those of a replay.
    this.state.trustsKernel = record === null;
    const interest = this.#interestOf(this.#rules.ruleset.eventIds('syscall'));
    const ready = this.#ready ?? (await this.#context.prepareSource(settings)).ready;
    this.#ready = null;
    this.#source = (await ready).open({ scope, snapLength, interest, state: this.state });
  }

  records({ machine, interfaces, users, groups, threads, fds }: SystemRecords): void {
    const { sink } = this.state;
    if (machine !== undefined) {
      sink.machine(machine);
    }
    if (interfaces !== undefined) {
      sink.interfaces(interfaces);
    }
    users?.forEach((user) => {
      sink.user(user);
    });
    groups?.forEach((group) => {
      sink.group(group);
    });
    threads?.forEach((thread) => {
      sink.thread(thread);
    });
    fds?.forEach(([tid, record]) => {
      sink.fd(tid, record);
    });
  }

  begin(): void {
    // A capture begins with all that is known, users and groups with it.
    this.state.completeInitialState();
    if (this.#heldPid === null) {
      this.#recorder?.begin(toNs(this.#context.now()));
    }
    this.#begun = true;
  }

  settle(): void {
    // What the filter is made from is garbage afterwards.
    this.#narrow();
    this.#context.collectGarbage();
    this.#source?.release();
  }

  addToScope(tgid: number): void {
    this.#source?.addToScope(tgid);
  }

  container({ id, container, users, groups }: ContainerAnswer): void {
    this.state.users.setAll(id, users ?? [], groups ?? []);
    if (container !== null) {
      this.state.containers.set(container);
      this.#recorder?.container(container, toNs(this.#context.now()));
    }
    this.#held.answered(id);
    this.state.forgetEndedContainer(id);
  }

  announce(container: Container): void {
    this.state.containers.announce(container);
  }

  stop(): LiveFigures {
    while (this.turn() > 0) {
      // What happened before the call is still to be seen.
    }
    this.#tellLosses(toNs(this.#context.now()));
    this.#recorder?.begin(toNs(this.#context.now()));
    this.#recorder?.end();
    this.#held.end();
    this.#sendAlerts();
    const rest = this.#blind.end();
    if (rest.length > 0) {
      this.#context.send({ kind: 'blind', intervals: rest });
    }
    const figures = this.figures();
    this.#source?.close();
    this.#source = null;
    void this.#ready?.then(
      (source) => {
        source.close();
      },
      () => undefined,
    );
    this.ended = true;
    return figures;
  }

  /** So much no longer waits in the main thread. */
  taken({ alerts, bytes }: Taken): void {
    this.#pending -= alerts;
    this.#recorder?.written(bytes);
  }

  /** Takes what waits, up to a limit, and tells of it; gives the number of events. */
  turn(): number {
    const count = this.#source !== null && this.#begun ? this.#source.poll(this.#handle, turnEvents) : 0;
    this.#events += count;
    const nowMs = this.#context.now();
    this.#held.expire(nowMs);
    this.#sendAlerts();
    if (nowMs - this.#lastTickMs >= tickMs) {
      this.#lastTickMs = nowMs;
      this.#tick(nowMs);
    }
    return count;
  }

  /** Waits for events. */
  wait(timeoutMs: number): void {
    this.#source?.wait(timeoutMs);
  }

  get isRunning(): boolean {
    return this.#source !== null && this.#begun;
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
      droppedAlerts: this.#droppedAlerts,
      lookups,
      skippedLookups,
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
    if (this.#heldPid !== null) {
      if (this.#isHeld(event, this.#heldPid)) {
        this.state.apply(event);
        return;
      }
      // A capture has none of that, but begins with what came of it.
      this.#recorder?.begin(event.ts);
    }
    this.#take();
    this.#recorder?.event(event);
  }

  /** True for what a process does before it has become the command that it is to be. */
  #isHeld(event: EventView, heldPid: number): boolean {
    if (event.tid !== heldPid) {
      return false;
    }
    if (event.type === execveExit && event.i64(0) === 0) {
      this.#heldPid = null;
      return false;
    }
    return true;
  }

  #onAlert(rule: LoadedRule, event: EventView): void {
    const program = this.#program;
    if (program === null) {
      return;
    }
    this.#recorder?.alert(rule, event);
    if (!this.#held.take(rule, event, program, this.#context.now())) {
      this.#print(rule, event, program);
    }
  }

  #print(rule: LoadedRule, event: EventView, program: RunningProgram): void {
    if (this.#pending >= maxPendingAlerts) {
      this.#droppedAlerts++;
      return;
    }
    this.#pending++;
    const { line, inside } = program.printer.message(rule, event);
    this.#alerts.push({
      line,
      ...(inside === undefined ? {} : { inside }),
      rule: program.places.get(rule) ?? -1,
      program: program.number,
      eventMs: (event.tsHi * 0x1_0000_0000 + event.tsLo) / 1e6,
    });
  }

  #sendAlerts(): void {
    if (this.#alerts.length > 0) {
      this.#context.send({ kind: 'alerts', alerts: this.#alerts });
      this.#alerts = [];
    }
  }

  #tick(nowMs: number): void {
    this.#narrow();
    this.#recorder?.tick(nowMs);
    this.#keepBudget(nowMs);
    this.#tellLosses(toNs(nowMs));
    this.#context.send({ kind: 'figures', figures: this.figures() });
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

  /**
   * Lets the kernel drop what the rules in use cannot match. It takes a while to work out, so that it waits until the
   * sensor runs: until then everything of interest passes. A capture is to have all events.
   */
  #narrow(): void {
    if (this.#source !== null && this.#filterDue !== null && this.#recorder === null) {
      const filter = deriveFilter(filteredRules(this.#filterDue), { descriptors: 'verified' });
      this.#filterDue = null;
      this.#source.setFilter(filter);
      filter.notes.forEach((note) => {
        this.#context.log.info('the kernel passes more events than it must', { note });
      });
    }
  }

  #keepBudget(nowMs: number): void {
    const { cpuSeconds, rssBytes } = this.#context.usage();
    if (this.#shedder.note({ cpuSeconds, rssBytes, nowMs }, this.#counts)) {
      this.#context.log.warn('event types are given up to stay within the budget', {
        types: this.#shedder.shed.map((type) => eventTable[type]?.name ?? type),
      });
      this.#source?.setInterest(this.#interestOf(this.#rules.ruleset.eventIds('syscall')));
    }
    this.#counts.fill(0);
  }

  #tellLosses(nowNs: bigint): void {
    const lost = this.#source?.stats().lostByType;
    const intervals = lost === undefined ? [] : this.#blind.note(lost, nowNs, this.#shedder.shed);
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

  #interestOf(ruleTypes: ReadonlySet<number>): readonly number[] {
    const { types, unknown } = selectInterest(ruleTypes, this.#base);
    const [first] = unknown;
    if (first !== undefined) {
      throw new AppError('config.invalid', `base_syscalls.custom_set: '${first.name}' is no system call`, {
        hint: first.nearest === null ? undefined : `Did you mean ${first.nearest}?`,
      });
    }
    const { shed } = this.#shedder;
    return [...types.filter((type) => !shed.includes(type)), ...namedCalls(this.#wanting, this.#base)];
  }
}

function hasFailed(event: EventView): boolean {
  const { resultParam } = event.info;
  return resultParam >= 0 && event.has(resultParam) && event.i64(resultParam) < 0;
}

function toNs(ms: number): bigint {
  return BigInt(Math.round(ms * 1000)) * 1000n;
}
