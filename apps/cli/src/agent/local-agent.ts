import type { AgentLink, Spool } from '@lanner/agent';
import type { AgentHealth } from '@lanner/api';
import type { Finding, ScannedArtifact, ScanPart } from '@lanner/hub';
import { type CommandEnvironment, flagOption, type OptionValues } from '../command.ts';
import type { Watching } from '../detect/host.ts';
import { stopped } from '../lib/stopped.ts';
import type { FitMethods } from '../rule-desk/fit.ts';
import { RuleThread } from '../rule-desk/rule-thread.ts';
import { localScanner } from '../up/local-scanner.ts';
import type { LocalScanner } from '../up/scanner.ts';
import { LocalSensor } from '../up/sensor.ts';
import { agentFamilies } from './agent-families.ts';
import { findingRecords } from './finding-records.ts';
import { PageRules } from './page-rules.ts';
import { spoolOutput } from './spool-output.ts';

const outputName = 'spool';

/** What an agent does on its machine: watches and scans it, and puts what it finds into the spool. */
export class LocalAgent {
  readonly spool: Spool;
  /** Null where it takes none from the server. */
  readonly rules: PageRules | null;
  readonly #values: OptionValues;
  readonly #environment: CommandEnvironment;
  readonly #startedMs: number;
  readonly #sensor: LocalSensor | null;
  #scanner: LocalScanner | null = null;
  #watching: Watching | null = null;

  /** `rulesPath`: where the rules of the server are kept. */
  constructor(spool: Spool, rulesPath: string, values: OptionValues, environment: CommandEnvironment) {
    this.spool = spool;
    this.#values = values;
    this.#environment = environment;
    this.#startedMs = environment.now().getTime();
    this.#sensor = flagOption(values, 'no-sensor') ? null : new LocalSensor(values);
    this.rules =
      this.#sensor === null || flagOption(values, 'no-server-rules')
        ? null
        : new PageRules({
            path: rulesPath,
            runner: this.#sensor.runner(environment),
            openThread: () => new RuleThread<FitMethods>(),
            log: environment.log,
          });
  }

  /** Until the signal. */
  async run(link: AgentLink): Promise<void> {
    const { log, signal } = this.#environment;
    if (!flagOption(this.#values, 'no-scan')) {
      this.#scanner = localScanner(
        { record: this.#spoolFindings.bind(this) },
        this.#values,
        this.#environment,
      );
      this.#scanner.start();
    }
    try {
      await this.rules?.start();
      await this.#sensor?.run(this.#environment, {
        outputs: { [outputName]: spoolOutput(this.spool, log) },
        inside: true,
        furtherRules: () => this.rules?.files ?? [],
        log,
        onWatching: (detection) => {
          this.#watching = detection;
        },
        // It can take rules of the server from now on.
        onReloads: () => {
          link.beatSoon();
        },
        families: () => agentFamilies(this.spool.stats(), link.stats(), this.#alertsLost()),
      });
      await stopped(signal);
    } finally {
      await this.#scanner?.close();
    }
  }

  health(): Omit<AgentHealth, 'spool'> {
    const { problem = null } = this.#sensor?.state ?? {};
    const figures = this.#watching?.figures();
    const losses = this.#watching?.losses();
    return {
      version: this.#environment.version,
      startedMs: this.#startedMs,
      sensor: this.#sensor === null ? 'off' : problem === null ? 'running' : 'failed',
      events: figures?.events ?? 0,
      drops: figures?.kernel?.drops ?? 0,
      alertsLost: this.#alertsLost(),
      blindRules: losses?.blindRules ?? 0,
      blindSeconds: losses?.blindSeconds ?? 0,
      notes: [
        ...(this.#sensor?.notes ?? []),
        ...(this.rules?.notes ?? []),
        ...(this.#scanner?.state.notes ?? []),
      ],
      rules: this.rules?.state ?? null,
      evaluation: this.#watching?.evaluation() ?? null,
    };
  }

  /** On the way from the sensor's thread, in the queue before the spool, and by its disk. */
  #alertsLost(): number {
    const queue = this.#watching?.hub.stats().get(outputName);
    return (queue?.dropped ?? 0) + (queue?.failed ?? 0) + (this.#watching?.losses().droppedAlerts ?? 0);
  }

  /** The server says nothing of what a scan changed. */
  async #spoolFindings(
    artifact: ScannedArtifact,
    findings: readonly Finding[],
    atMs: number,
    part?: ScanPart,
  ): Promise<null> {
    await this.spool.append(findingRecords(artifact, findings, atMs, part));
    return null;
  }
}
