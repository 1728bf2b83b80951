import type { Log } from '@lanner/core';
import type { OutputHub } from '@lanner/hub';
import type { AuditEndpoint } from './audit-endpoint.ts';
import { receiveAudit } from './receive.ts';
import type { DetectionRun, SystemOptions } from './replay.ts';
import { loadProgram, type RuleProgram } from './rule-program.ts';
import type { RuleCounts } from './summary.ts';

export interface AuditBesideOptions {
  readonly endpoint: AuditEndpoint;
  readonly hub: OutputHub;
  /** Shared with the rules of the living machine. */
  readonly counts: RuleCounts;
  readonly signal: AbortSignal;
  readonly system: SystemOptions;
  readonly log: Log;
}

/**
 * Audit events of Kubernetes beside the living machine: they are few, so that their rules run in this thread, while
 * those of system calls run in that of the sensor.
 */
export class AuditBeside {
  readonly #options: AuditBesideOptions;
  #run: DetectionRun | null = null;

  constructor(options: AuditBesideOptions) {
    this.#options = options;
  }

  get events(): number {
    return this.#run?.events ?? 0;
  }

  /** Takes rules, which the other thread has accepted, between two events. */
  exchange(program: RuleProgram): void {
    const { hub, counts, signal } = this.#options;
    const { ruleset, printer } = loadProgram(program);
    this.#run = Object.assign(this.#run ?? { signal, state: null, events: 0, isFull: false }, {
      ruleset,
      onAlert: ((rule, event) => {
        counts.add(rule);
        hub.send(printer.message(rule, event));
      }) satisfies DetectionRun['onAlert'],
      pause: () => (hub.wantsPause ? hub.room() : undefined),
    });
  }

  /** Receives until the signal. Throws AppError 'server.listen' when it cannot. */
  async receive(): Promise<void> {
    const { endpoint, system, log } = this.#options;
    if (this.#run === null) {
      throw new Error('no rules have been loaded for audit events');
    }
    await receiveAudit(endpoint, this.#run, system, log);
  }
}
