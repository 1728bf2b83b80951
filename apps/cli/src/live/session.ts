import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@lanner/core';
import type { Container } from '@lanner/engine';
import { type ContainerIdentity, ProcessSource, procFiles } from '@lanner/sensor';
import type { DirectoryFigures } from '@lanner/runtimes';
import type { RuleProgram, RuleReport, RuleSummary } from '../detect/rule-program.ts';
import type { BlindInterval } from './blind.ts';
import { CaptureFiles } from './capture-files.ts';
import type { ClientOptions, EngineClient } from './client.ts';
import { collectGarbage as collect } from './collect-garbage.ts';
import { containerUsers } from './container-users.ts';
import { HostNames, type HostNamesOptions } from './host-names.ts';
import type { ContainerQuestion, LiveAlert, LiveFigures, OpenSettings } from './protocol.ts';
import { scanSystem } from './scan.ts';
import type { RingSettings } from './sensor-port.ts';
import { startWorker, type WorkerSettings } from './start-worker.ts';

/** Who is told of containers. */
export interface ContainerListener {
  readonly made: (container: Container) => void;
  readonly removed: (container: Container) => void;
}

/** Whoever knows containers: the runtimes that made them. */
export interface ContainerDirectory {
  /** What is known of a container; null when it is not known. May take its time: alerts wait for a second. */
  readonly lookUp: (question: ContainerQuestion) => Promise<Container | null>;
  /** How the questions went. */
  readonly figures?: () => DirectoryFigures;
  /** Begins to tell of containers as they are made, and removed if that is wanted. */
  readonly watch?: (watcher: ContainerListener) => void;
  /** Ends the connections. */
  readonly close: () => void;
}

export interface SessionOptions {
  readonly containers?: ContainerDirectory;
  readonly hostname: string;
  readonly maxThreads: number;
  readonly utcOffsetS: number;
  /** How containers are told; default: by the control groups of all engines. */
  readonly identity?: ContainerIdentity;
  /** Prefix of the host's files: '' on the host, its mount point in a container. */
  readonly hostRoot: string;
  readonly onAlert: (rule: RuleSummary, alert: LiveAlert) => void;
  readonly onFigures: (figures: LiveFigures) => void;
  readonly onBlind: (interval: BlindInterval) => void;
  /** A capture has ended since it became as large as it may. */
  readonly onFullCapture?: (path: string) => void;
  readonly log: Log;
  /** Asks for addresses of host names; the system's way without it. */
  readonly resolve?: HostNamesOptions['resolve'];
  /** ms since 1970. */
  readonly now: () => number;
  /** ms after which the start is over: by then the kernel has the filter of the rules. */
  readonly settleMs?: number;
  /** Collects the garbage of this thread. */
  readonly collectGarbage?: () => void;
  /** Starts the thread; another one in tests. */
  readonly start?: (settings: WorkerSettings, options: Omit<ClientOptions, 'port'>) => StartedEngine;
}

/** How long the rules of an exchanged program are remembered: its last alerts wait for up to a second for metadata. */
const rememberMs = 60_000;

/** Host names are waited for before the first event, so that it finds them, but not for name servers that are away. */
const namesWaitMs = 1000;

const defaultSettleMs = 1500;

interface Program {
  readonly rules: readonly RuleSummary[];
  /** ms since 1970 at which others took its place; null while it runs. */
  exchangedMs: number | null;
}

export interface StartedEngine {
  readonly client: EngineClient;
  /** Resolves when the thread has ended; rejects when it failed. */
  readonly ended: Promise<void>;
  readonly terminate: () => Promise<unknown>;
}

/** The living machine under rules, as the main thread sees it. */
export class LiveSession {
  readonly processes: ProcessSource;
  /** Rejects when the thread fails. */
  readonly ended: Promise<void>;
  readonly captures: CaptureFiles;
  readonly #hostNames: HostNames;
  rules: readonly RuleSummary[] = [];
  #figures: LiveFigures | null = null;
  readonly #options: SessionOptions;
  readonly #engine: StartedEngine;
  /** By number: alerts of those before may still come. */
  readonly #programs = new Map<number, Program>();
  #lastProgram = 0;
  #settling: NodeJS.Timeout | null = null;
  #isOpen = false;
  /** Resolves when all host names of the rules have been asked for once. */
  #namesAsked: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { hostRoot, hostname, maxThreads, utcOffsetS, identity, onFigures, onBlind, log, now } = options;
    const procRoot = `${hostRoot}/proc`;
    this.processes = new ProcessSource({ files: procFiles(procRoot), now });
    this.#engine = (options.start ?? startWorker)(
      {
        system: { hostname, maxThreads, utcOffsetS, ...identity },
        procRoot,
        asksContainers: options.containers !== undefined,
      },
      {
        onAlerts: (alerts) => {
          alerts.forEach((alert) => {
            this.#onAlert(alert);
          });
        },
        onFigures: (figures) => {
          this.#figures = figures;
          onFigures(figures);
        },
        onContainer: (question) => {
          void this.#answer(question);
        },
        onPiece: (piece) => {
          this.captures.take(piece);
          if (piece.isFull) {
            options.onFullCapture?.(piece.path);
          }
        },
        onBlind: (intervals) => {
          intervals.forEach(onBlind);
        },
        log,
      },
    );
    this.captures = new CaptureFiles(log, (bytes) => {
      this.#engine.client.written(bytes);
    });
    this.#hostNames = new HostNames({
      ...(options.resolve === undefined ? {} : { resolve: options.resolve }),
      tell: (names) => {
        // The session may end meanwhile.
        this.#engine.client.call('hostNames', names).catch(() => undefined);
      },
      log,
    });
    this.ended = this.#engine.ended;
  }

  /** What was last told: at most a second ago, or ten when nothing has happened since; null before the first time. */
  get figures(): LiveFigures | null {
    return this.#figures;
  }

  /** How the runtimes answered; null when they are not asked. */
  get containerFigures(): DirectoryFigures | null {
    return this.#options.containers?.figures?.() ?? null;
  }

  /** Loads rules, and exchanges them when they were accepted. */
  async exchange(program: RuleProgram): Promise<RuleReport> {
    // Alerts of the new rules may come before the answer does.
    const report = await this.#engine.client.call('load', program);
    if (report.results.every(({ successful }) => successful)) {
      this.#remember(report.rules);
      this.rules = report.rules;
      this.#namesAsked = this.#hostNames.use(report.hostNames);
      this.#settleLater();
    }
    return report;
  }

  /** Starts to make the sensor ready, which goes on while rules are loaded. What fails is told by `open`. */
  prepare(rings: RingSettings): Promise<void> {
    const { ringBytes, cpusPerRing } = rings;
    return this.#engine.client.call('prepare', { ringBytes, cpusPerRing });
  }

  /** Opens the sensor and tells the rules of what runs already. Throws AppError when the sensor cannot be opened. */
  async open(settings: OpenSettings): Promise<void> {
    const { hostname, hostRoot, maxThreads, log } = this.#options;
    await this.#engine.client.call('open', settings);
    // They may be told of after the end.
    this.#options.containers?.watch?.({
      made: (container) => {
        this.#engine.client.call('announce', container).catch(() => undefined);
      },
      removed: (container) => {
        this.#engine.client.call('removed', container).catch(() => undefined);
      },
    });
    const sent: Promise<void>[] = [];
    const found = scanSystem(
      { processes: this.processes, hostname, hostRoot, roots: settings.scope?.pids ?? null, maxThreads },
      (records) => sent.push(this.#engine.client.call('records', records)),
    );
    await Promise.all(sent);
    await Promise.race([this.#namesAsked, sleep(namesWaitMs, undefined, { ref: false })]);
    await this.#engine.client.call('begin');
    this.#isOpen = true;
    this.#settleLater();
    log.debug('running processes are known', { ...found });
  }

  addToScope(tgid: number): Promise<void> {
    return this.#engine.client.call('addToScope', tgid);
  }

  /** Takes in what has happened until now and ends the sensor. */
  async stop(): Promise<LiveFigures> {
    this.#endSettling();
    this.#hostNames.close();
    this.#figures = await this.#engine.client.call('stop');
    await this.#engine.ended;
    this.#options.containers?.close();
    await this.captures.close();
    return this.#figures;
  }

  /** Ends the thread at once. */
  async abandon(): Promise<void> {
    this.#endSettling();
    this.#hostNames.close();
    this.#options.containers?.close();
    await this.#engine.terminate();
  }

  /** A start or a reload leaves much behind in both threads: it goes once they have come to rest. */
  #settleLater(): void {
    if (!this.#isOpen) {
      return;
    }
    const { settleMs, collectGarbage = collect } = this.#options;
    this.#endSettling();
    this.#settling = setTimeout(() => {
      collectGarbage();
      // The session may end meanwhile.
      this.#engine.client.call('settle').catch(() => undefined);
    }, settleMs ?? defaultSettleMs).unref();
  }

  #endSettling(): void {
    if (this.#settling !== null) {
      clearTimeout(this.#settling);
    }
  }

  async #answer(question: ContainerQuestion): Promise<void> {
    const { containers, log } = this.#options;
    const { id } = question;
    // By way of a process that may be gone in a moment: it cannot wait for the runtimes.
    const users = containerUsers(`${this.#options.hostRoot}/proc`, question.tid);
    const container = await (containers?.lookUp(question) ?? Promise.resolve(null)).catch(
      (error: unknown) => {
        log.warn('container is not known', {
          id,
          reason: error instanceof Error ? error.message : String(error),
        });
        return null;
      },
    );
    // The answer may come after the end.
    await this.#engine.client.call('container', { id, container, ...(await users) }).catch(() => undefined);
  }

  #remember(rules: readonly RuleSummary[]): void {
    const nowMs = this.#options.now();
    const before = this.#programs.get(this.#lastProgram);
    if (before !== undefined) {
      before.exchangedMs = nowMs;
    }
    for (const [number, { exchangedMs }] of this.#programs) {
      if (exchangedMs !== null && exchangedMs + rememberMs < nowMs) {
        this.#programs.delete(number);
      }
    }
    this.#lastProgram++;
    this.#programs.set(this.#lastProgram, { rules, exchangedMs: null });
  }

  #onAlert(alert: LiveAlert): void {
    const rule = this.#programs.get(alert.program)?.rules[alert.rule];
    if (rule === undefined) {
      this.#options.log.error('alert of a rule that is not known', { ...alert });
      return;
    }
    this.#options.onAlert(rule, alert);
  }
}
